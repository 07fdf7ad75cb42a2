"""Digest → messages: text with entities, fitted, with buttons. Pure.

One digest is one message whose pages replace each other; every page says what was left out and
who wrote the summaries, as most readers see only the first.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial

from bot.digest.compose import count_papers, lead, reading_minutes
from bot.digest.periods import PERIOD_DAYS, days_of, weeks_of
from bot.i18n import Messages, messages, panel_messages
from bot.model import (
    Button,
    Digest,
    Language,
    Length,
    Listing,
    Paper,
    Period,
    Screen,
    Section,
    Story,
    Trend,
)
from bot.screens.callbacks.deep_links import digest_name
from bot.screens.callbacks.pages import DigestPage, DigestRest, TopicList, button
from bot.screens.callbacks.settings import File, Panel
from bot.screens.digest_opening import opening_lines
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
    turning,
)
from bot.screens.rich_text import MAX_UNITS, Rich, bold, italic, join, link, rich
from bot.screens.story_view import (
    by_model,
    channel_name,
    headline,
    named_line,
    paper_name,
    paper_url,
    papers_of,
    story_block,
    story_button,
    top_line,
)
from bot.taxonomy.topics import taxonomy

_STORIES_PER_PAGE = 6
_STORIES_AT_ONCE = 12
"""What a telephone shows in two screens; what the limits of Telegram allow about."""

PAGE_UNITS = 1_800
"""Length of a page in UTF-16 units: two screens of a telephone, and a third for a long story."""

REST_PER_PAGE = 12

_PAPERS = 12  # of a week, as a list
_REST_UNITS = 100  # of a title
_IN_ROW = 8  # Telegram's limit
_DAYS_IN_ROW, _WEEKS_IN_ROW = 7, 3


def digest_pages(
    digest: Digest,
    *,
    mine: bool = False,
    missed: int = 0,
    length: Length = "normal",
    hour: time | None = None,
    per_page: int = _STORIES_PER_PAGE,
    at_once: bool = False,
) -> Screens:
    """The pages of a digest, at least one; ``mine`` says that the reader chose topics.

    ``hour`` is when this reader gets daily ones: it shortens the name that they are shared by.

    Each page has at most 1,800 UTF-16 units and 100 entities; where all are sent ``at_once``,
    as messages of a channel, they are few and have up to 4,000. A period without stories is one
    honest line.
    """
    if not digest.sections:
        return Screens([partial(_quiet, digest, mine)])
    header, footer = _header(digest), _footer(digest)
    blocks, frame = _blocks(digest, missed, length), join((header, BLANK_LINE, footer))
    room = (_STORIES_AT_ONCE, MAX_UNITS) if at_once else (per_page, PAGE_UNITS)
    pages = paginate(blocks, frame, *room)
    span, name = digest.period, digest_name(digest.period, hour)

    def draw(page: Page, here: DigestPage, turns: Rows) -> Screen:
        text = join((header, page.text(), footer), by=BLANK_LINE)
        parts = _part_rows(digest, mine) if here.page == 1 else ()
        stories = _story_rows(digest, page, here)
        return text.screen((*stories, *turns, *parts, *_ways(digest, here, name)))

    return screens(pages, partial(DigestPage, span.name, span.until, mine=mine), draw)


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
    back = DigestPage(here.period, here.until, mine=here.mine)
    way = (button(messages(digest.language).to_digest_button, back),)
    turns = turning(here.page, pages, lambda number: replace(here, page=number))
    text = join((title, join(lines, by=NEW_LINE)), by=BLANK_LINE)
    return text.screen((*in_rows(row, _IN_ROW), *turns, way))


def whole(digest: Digest) -> Screen:
    """The digest in one piece, without limits or buttons: for a terminal or a file."""
    if not digest.sections:
        return _quiet(digest, mine=False).model_copy(update={"buttons": ()})
    body = Page(list(_blocks(digest))).text()
    return join((_header(digest), body, _footer(digest)), by="\n\n").screen()


def topic_title(topic: str, language: Language) -> str:
    """What readers call a topic."""
    return taxonomy().topic(topic).title(language)


def kind_title(kind: str, language: Language) -> str:
    """What readers call the posts of a kind."""
    return taxonomy().kinds[kind].title(language)


def title(digest: Digest) -> str:
    """«🗞 Дайджест · чт, 20 ноября» or «📅 Неделя 17–23 ноября»."""
    p, span = messages(digest.language), digest.period
    if span.name == "day":
        return p.day_title.format(day=p.words.day(span.until))
    template = p.week_title if span.name == "week" else p.month_title
    return template.format(span=span_of_days(span, digest.language))


def span_of_days(span: Period, language: Language) -> str:
    """«14–20 ноября»: the days of a period by the names of their digests, seven of a week."""
    first = _date(span.until) - timedelta(days=PERIOD_DAYS[span.name] - 1)
    return messages(language).words.span(first, _date(span.until))


def counts_line(digest: Digest) -> str:
    """«45 постов из 14 каналов → 31 история, здесь 24 · 7 статей · ~4 мин»."""
    p = messages(digest.language)
    counts = p.counts.format(
        posts=p.posts(digest.posts),
        channels=p.of_channels(digest.channels),
        stories=p.stories(len(digest.stories) + digest.left_out),
    )
    if digest.left_out:
        counts += f", {p.here.format(count=len(digest.stories))}"
    papers = count_papers(digest.stories)
    reading = p.reading.format(minutes=reading_minutes(digest))
    return " · ".join([counts, *([p.papers(papers)] if papers else []), reading])


def quiet_line(digest: Digest, *, mine: bool = False) -> str:
    """What to say when there is nothing to show."""
    p = messages(digest.language)
    if not digest.posts:
        return p.nothing_read
    return (p.quiet_topics if mine else p.quiet).format(posts=p.posts(digest.posts))


def closing_lines(digest: Digest) -> list[str]:
    """Who wrote the summaries, what was left out."""
    p = messages(digest.language)
    lines = [*_authorship(digest, p)]
    if parts := _left(digest, p):
        lines.append(p.skipped.format(parts=", ".join(parts)))
    return lines


def head_of_top(digest: Digest) -> str:
    """What stands above the stories that a digest names first."""
    p = messages(digest.language)
    return p.minute_heads.get(digest.period.name, p.top_head)


def top_stories(digest: Digest) -> list[tuple[int, Story]]:
    """The stories that a digest names first, with their numbers in it; never all that it has."""
    if len(digest.top) >= len(digest.stories):
        return []
    known = {story.id: (number, story) for number, story in enumerate(digest.stories, start=1)}
    return [known[story] for story in digest.top if story in known]


def changes(digest: Digest) -> list[str]:
    """A line of topics that rise and one of those that cool: posts in a usual week and now."""
    p = messages(digest.language)
    kinds = ((p.rising, digest.rising), (p.falling, digest.falling))
    return [
        template.format(topics=", ".join(_change(trend, digest.language) for trend in found))
        for template, found in kinds
        if found
    ]


def papers_told(digest: Digest) -> list[tuple[Story, Paper]]:
    """The main papers of a week or a month, each once with its best story; none of a day."""
    if digest.period.name == "day":
        return []
    found: dict[str, tuple[Story, Paper]] = {}
    for story in digest.stories:
        for paper in papers_of(story):
            if paper.role == "main":
                found.setdefault(paper.name, (story, paper))
    return list(found.values())


def papers_head(digest: Digest) -> str:
    """What stands above the papers of a period."""
    return messages(digest.language).papers_heads.get(digest.period.name, "")


def list_title(listed: Listing, language: Language) -> str:
    """What readers call a kind of posts that is listed."""
    return kind_title(listed.kind, language)


def _date(moment: date) -> date:
    return date(moment.year, moment.month, moment.day)


def _header(digest: Digest) -> Rich:
    return join((bold(title(digest)), italic(counts_line(digest))), by="\n")


def _footer(digest: Digest) -> Rich:
    return italic(" ".join(closing_lines(digest)))


def _authorship(digest: Digest, p: Messages) -> Iterable[str]:
    engines = {by_model(story) for story in digest.stories}
    if True in engines:
        yield p.made_by_model
    if False in engines:
        yield p.made_without_model


def _left(digest: Digest, p: Messages) -> list[str]:
    """What was left out, kinds without a name of their own as one; what is one post is unsaid."""
    named = {kind: count for kind, count in digest.skipped.items() if kind in p.skipped_forms}
    other = sum(count for kind, count in digest.skipped.items() if kind not in named)
    counted = [(p.repeat_forms, digest.repeats)]
    counted += [(p.skipped_forms[kind], count) for kind, count in named.items()]
    counted += [(p.skipped_other_forms, other)]
    return [p.words.counted(count, forms) for forms, count in counted if count > 1]


def _quiet(digest: Digest, mine: bool) -> Screen:
    p = messages(digest.language)
    left = _left(digest, p)
    closing = italic(p.skipped.format(parts=", ".join(left))) if left else rich("")
    everything = DigestPage(digest.period.name, digest.period.until, mine=False)
    rest = (button(p.show_all_button, everything),) if mine and digest.posts else ()
    ways = (
        button(p.topics_button, TopicList()),
        button(panel_messages(digest.language).home_button, Panel("home")),
    )
    lists = (_list_line(listed, digest.language) for listed in digest.lists)
    return join((quiet_line(digest, mine=mine), *lists, closing), by="\n").screen((rest, ways))


def _blocks(digest: Digest, missed: int = 0, length: Length = "normal") -> Iterator[Block]:
    if top := _top(digest):
        yield Block(top)
    if digest.period.name != "day":
        for n, line in enumerate(opening_lines(digest)):
            yield Block(line, gap=NEW_LINE if n else BLANK_LINE)
        for n, told in enumerate((*changes(digest), *_missed(missed, digest.language))):
            yield Block(rich(told), gap=NEW_LINE if n else BLANK_LINE)
    yield from _story_blocks(digest, length)
    papers = papers_told(digest)
    head = bold(papers_head(digest))
    for story, paper in papers[:_PAPERS]:
        yield Block(_paper_line(story, paper), head, gap=NEW_LINE)
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


def _paper_line(story: Story, paper: Paper) -> Rich:
    named = link(paper_name(paper), paper_url(story, paper))
    return join(("• ", named, f" — {channel_name(lead(story).post.channel)}"))


def _list_line(listed: Listing, language: Language) -> Rich:
    """«Подборки: Канал — заголовок · …»."""
    lines = [named_line(story, language) for story in listed.stories]
    more = f"+{listed.more}" if listed.more else ""
    return join((bold(f"{list_title(listed, language)}: "), join((*lines, more), by=" · ")))


def _section_head(section: Section, language: Language) -> Rich:
    name = bold(f"▍{topic_title(section.topic, language)}")
    return join((name, str(len(section.stories))), by=" · ")


def _change(trend: Trend, language: Language) -> str:
    return f"{topic_title(trend.topic, language)} {trend.before} → {trend.now}"


def _missed(missed: int, language: Language) -> list[str]:
    p = messages(language)
    return [p.missed.format(stories=p.stories(missed))] if missed else []


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


def _part_rows(digest: Digest, mine: bool) -> Rows:
    """A week by its days, a month by its weeks: the digest of each."""
    span, words = digest.period, messages(digest.language).words
    if span.name == "day":
        return ()
    if span.name == "week":
        days = [(f"{words.weekdays[end.weekday()]} {end.day}", end) for end in days_of(span)]
        row = [button(text, DigestPage("day", end, mine=mine)) for text, end in days]
        return in_rows(row, _DAYS_IN_ROW)
    weeks = [(words.span(_week_to(end), _date(end)), end) for end in weeks_of(span)]
    row = [button(text, DigestPage("week", end, mine=mine)) for text, end in weeks]
    return in_rows(row, _WEEKS_IN_ROW)


def _week_to(end: datetime) -> date:
    """The first of the seven days that end with this one."""
    return _date(end) - timedelta(days=6)


def _ways(digest: Digest, here: DigestPage, name: str) -> tuple[tuple[Button, ...], ...]:
    p, own = messages(digest.language), panel_messages(digest.language)
    rest = DigestRest(here.period, here.until, mine=here.mine)
    more = (button(p.rest_button.format(count=digest.left_out), rest),) if digest.left_out else ()
    on = (
        *more,
        button(p.topics_button, TopicList()),
        button(own.files_button, File("", replace(here, page=1))),
    )
    return on, (Button(text=p.share_button, share=name), button(own.home_button, Panel("home")))
