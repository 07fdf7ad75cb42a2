"""Digest → messages: text with entities, fitted, with buttons. Pure.

One digest is one message whose pages replace each other; every page says what was left out and
who wrote the summaries, as most readers see only the first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import time
from functools import partial

from bot.digest.compose import lead, told_by
from bot.digest.periods import days_of, weeks_of
from bot.i18n import messages, panel_messages
from bot.model import (
    ALL_READ,
    Button,
    Digest,
    Language,
    Length,
    Listing,
    Paper,
    Screen,
    Section,
    Story,
    Unread,
)
from bot.screens.callbacks.deep_links import digest_name
from bot.screens.callbacks.pages import DigestPage, DigestRest, TopicList, button
from bot.screens.callbacks.settings import File, Panel
from bot.screens.digest_opening import opening_lines
from bot.screens.digest_words import (
    changes,
    closing_lines,
    counts_line,
    digest_named_apart,
    head_of_top,
    list_title,
    papers_head,
    papers_told,
    quiet_line,
    section_title,
    skipped_line,
    span_of_days,
    title,
    top_stories,
    unread_line,
)
from bot.screens.pages import (
    BLANK_LINE,
    NEW_LINE,
    Block,
    Page,
    Rows,
    Screens,
    in_rows,
    paginate,
    screens,
    spread,
    turning,
)
from bot.screens.rich_text import (
    MAX_UNITS,
    Rich,
    bold,
    inert,
    italic,
    join,
    link,
    of_screen,
    rich,
)
from bot.screens.story_view import (
    by_model,
    channel_name,
    headline,
    named_line,
    paper_name,
    paper_url,
    story_block,
    story_button,
    top_line,
    works_told,
)

_STORIES_PER_PAGE = 6
_STORIES_AT_ONCE = 12
"""What a telephone shows in two screens; what the limits of Telegram allow about."""

PAGE_UNITS = 1_800
"""Length of a page in UTF-16 units: two screens of a telephone, and a third for a long story."""

REST_PER_PAGE = 12

_MISSED = 3  # by title: all of them stand below under their numbers
_PAPERS = 12  # of a week, as a list
_GIST = 160  # units of what one of them is about
_REST_UNITS = 100  # of a title
_IN_ROW = 8  # Telegram's limit
_DAYS_IN_ROW, _WEEKS_IN_ROW = 7, 3


def digest_pages(
    digest: Digest,
    *,
    mine: bool = False,
    missed: Sequence[Story] = (),
    length: Length = "normal",
    hour: time | None = None,
    per_page: int = _STORIES_PER_PAGE,
    at_once: bool = False,
    group: int = 0,
    unread: Unread = ALL_READ,
    parts: int = 0,
) -> Screens:
    """The pages of a digest, at least one; ``mine`` says that the reader chose topics.

    ``missed`` are stories of the digest that the reader's daily ones did not show.
    ``hour`` is when this reader gets daily ones: it shortens the name that they are shared by.
    ``unread`` says what might have been in it, had all been read.
    ``parts`` is how many pages there are at least, as far as there is something to say on each.
    ``group`` is whose digest it is where somebody looks at that of a group or channel.

    Each page has at most 1,800 UTF-16 units and 100 entities; where all are sent ``at_once``, as
    messages of a channel, up to 4,000. A period without stories is one honest line.
    """
    digest = digest_named_apart(digest)
    if not digest.sections:
        return Screens([partial(_quiet, digest, mine, unread)])
    header, footer = _header(digest, unread), _footer(digest)
    blocks, frame = _blocks(digest, missed, length), join((header, BLANK_LINE, footer))
    room = (_STORIES_AT_ONCE, MAX_UNITS) if at_once else (per_page, PAGE_UNITS)
    pages = spread(paginate(blocks, frame, *room), parts)
    span, name = digest.period, digest_name(digest.period, hour)

    def draw(page: Page, here: DigestPage, turns: Rows) -> Screen:
        text = join((header, page.text(), footer), by=BLANK_LINE)
        spans = _part_rows(digest, here) if here.page == 1 else ()
        stories = _story_rows(digest, page, here)
        return text.screen((*stories, *turns, *spans, *_ways(digest, here, name)))

    return screens(pages, partial(DigestPage, span.name, span.until, mine=mine, group=group), draw)


def rest_page(
    digest: Digest, stories: Sequence[Story], here: DigestRest, before: int, pages: int
) -> Screen:
    """A page of what had no place in a digest, as titles; ``before`` stories stand before it."""
    count = messages(digest.language).stories(digest.left_out)
    title = bold(messages(digest.language).rest_title.format(stories=count))
    numbered = list(enumerate(stories, start=before + 1))
    lines = [
        join((f"{number}. ", headline(story, digest.language, _REST_UNITS),
              f" — {channel_name(lead(story).post.channel)}"))
        for number, story in numbered
    ]  # fmt: skip
    row = [story_button(number, story, here) for number, story in numbered]
    back = DigestPage(here.period, here.until, mine=here.mine, group=here.group)
    way = (button(messages(digest.language).to_digest_button, back),)
    turns = turning(here.page, pages, lambda number: replace(here, page=number))
    text = join((title, join(lines, by=NEW_LINE)), by=BLANK_LINE)
    return text.screen((*in_rows(row, _IN_ROW), *turns, way))


def whole(digest: Digest) -> Screen:
    """The digest in one piece, without limits or buttons: for a terminal or a file."""
    digest = digest_named_apart(digest)
    if not digest.sections:
        quiet = of_screen(_quiet(digest, mine=False, unread=ALL_READ))
        works = (block.body for block in _works_listed(digest))
        return join((quiet, *works), by="\n\n").screen()
    body = Page([*_blocks(digest), *_works_listed(digest)]).text()
    return join((_header(digest), body, _footer(digest)), by="\n\n").screen()


def _works_listed(digest: Digest) -> Iterator[Block]:
    """The works of each round-up that a digest lists by its title alone."""
    for story in (story for listed in digest.lists for story in listed.stories):
        if works := works_told(story, digest.language):
            yield Block(join((bold(headline(story, digest.language)), *works), by="\n"))


def _header(digest: Digest, unread: Unread = ALL_READ) -> Rich:
    lines = (bold(title(digest)), italic(counts_line(digest)), _reading(digest, unread))
    return join(lines, by="\n")


def _reading(digest: Digest, unread: Unread) -> str:
    """That much is still to be read, where that is so."""
    template = messages(digest.language).still_reading
    return unread_line(unread, digest.language, template) if unread.much else ""


def _footer(digest: Digest) -> Rich:
    return italic(" ".join(closing_lines(digest)))


def _quiet(digest: Digest, mine: bool, unread: Unread) -> Screen:
    p = messages(digest.language)
    skipped = skipped_line(digest)
    closing = italic(skipped) if skipped else rich("")
    everything = DigestPage(digest.period.name, digest.period.until, mine=False)
    rest = (button(p.show_all_button, everything),) if mine and digest.posts else ()
    ways = (
        button(p.topics_button, TopicList()),
        button(panel_messages(digest.language).home_button, Panel("home")),
    )
    lists = (_list_line(listed, digest.language) for listed in digest.lists)
    reading = _reading(digest, unread) if digest.posts else ""
    said = quiet_line(digest, mine=mine, unread=unread)
    return join((said, reading, *lists, closing), by="\n").screen((rest, ways))


def _blocks(
    digest: Digest, missed: Sequence[Story] = (), length: Length = "normal"
) -> Iterator[Block]:
    if top := _top(digest):
        yield Block(top)
    if digest.period.name != "day":
        for n, line in enumerate(opening_lines(digest)):
            yield Block(line, gap=NEW_LINE if n else BLANK_LINE)
        for n, told in enumerate(changes(digest)):
            yield Block(rich(told), gap=NEW_LINE if n else BLANK_LINE)
        if missed:
            yield Block(_missed(missed, digest))
    yield from _story_blocks(digest, length)
    papers = papers_told(digest)
    head = bold(papers_head(digest))
    for story, paper in papers[:_PAPERS]:
        yield Block(_paper_line(story, paper, digest.language), head, gap=NEW_LINE)
    if more := max(0, len(papers) - _PAPERS):
        yield Block(rich(f"+{more}"), head, gap=NEW_LINE)
    yield from (Block(_list_line(listed, digest.language)) for listed in digest.lists)


def _story_blocks(digest: Digest, length: Length) -> Iterator[Block]:
    number, mixed = 0, len({by_model(story) for story in digest.stories}) > 1
    for section in digest.sections:
        head = _section_head(section, digest.language)
        for story in section.stories:
            number += 1
            content = story_block(number, story, digest.language, labelled=mixed, length=length)
            yield Block(content, head, key=story.id)


def _paper_line(story: Story, paper: Paper, language: Language) -> Rich:
    named = link(paper_name(story, paper), paper_url(story, paper))
    said = inert(paper.gist(language), _GIST)
    return join(("• ", join((named, said, channel_name(lead(story).post.channel)), by=" — ")))


def _list_line(listed: Listing, language: Language) -> Rich:
    """«Подборки: Канал — заголовок · …»."""
    lines = [named_line(story, language) for story in listed.stories]
    more = f"+{listed.more}" if listed.more else ""
    return join((bold(f"{list_title(listed, language)}: "), join((*lines, more), by=" · ")))


def _section_head(section: Section, language: Language) -> Rich:
    name = bold(f"▍{section_title(section, language)}")
    return join((name, str(len(section.stories))), by=" · ")


def _missed(missed: Sequence[Story], digest: Digest) -> Rich:
    """How many were missed, and the most told of them by title, with their numbers."""
    p = messages(digest.language)
    numbers = {story.id: number for number, story in enumerate(digest.stories, start=1)}
    best = sorted(missed, key=told_by, reverse=True)[:_MISSED]
    lines = [top_line(f"{numbers[story.id]}.", story, digest.language) for story in best]
    more = len(missed) - len(best)
    head = p.missed.format(stories=p.stories(len(missed)))
    return join((head, *lines, f"+{more}" if more else ""), by=NEW_LINE)


def _top(digest: Digest) -> Rich | None:
    """The stories that are named first."""
    lines = [top_line("•", story, digest.language) for _, story in top_stories(digest)]
    return join((bold(head_of_top(digest)), *lines), by=NEW_LINE) if lines else None


def _story_rows(digest: Digest, page: Page, here: DigestPage) -> tuple[tuple[Button, ...], ...]:
    """A button for each story of the page, by its number."""
    shown = {block.key for block in page.blocks}
    row = [
        story_button(number, story, here)
        for number, story in enumerate(digest.stories, start=1)
        if story.id in shown
    ]
    return in_rows(row, _IN_ROW)


def _part_rows(digest: Digest, here: DigestPage) -> Rows:
    """A week by its days, a month by its weeks: the digest of each."""
    span, words = digest.period, messages(digest.language).words
    if span.name == "day":
        return ()
    if span.name == "week":
        days = [(f"{words.weekdays[end.weekday()]} {end.day}", end) for end in days_of(span)]
        row = [button(text, replace(here, period="day", until=end)) for text, end in days]
        return in_rows(row, _DAYS_IN_ROW)
    weeks = [(span_of_days("week", end, digest.language), end) for end in weeks_of(span)]
    row = [button(text, replace(here, period="week", until=end)) for text, end in weeks]
    return in_rows(row, _WEEKS_IN_ROW)


def _ways(digest: Digest, here: DigestPage, name: str) -> tuple[tuple[Button, ...], ...]:
    p, own = messages(digest.language), panel_messages(digest.language)
    rest = DigestRest(here.period, here.until, mine=here.mine, group=here.group)
    more = (button(p.rest_button.format(count=digest.left_out), rest),) if digest.left_out else ()
    on = (
        *more,
        button(p.topics_button, TopicList()),
        button(own.files_button, File("", replace(here, page=1))),
    )
    return on, (Button(text=p.share_button, share=name), button(own.home_button, Panel("home")))
