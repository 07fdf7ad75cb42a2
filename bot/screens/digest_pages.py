"""Digest → messages: text with entities, fitted, with buttons. Pure.

One digest is one message whose pages replace each other; every page says what was left out and
who wrote the summaries, as most readers see only the first.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time
from functools import partial

from bot.digest.compose import count_papers, reading_minutes
from bot.digest.trends import Trend, Trends, bars
from bot.i18n import Messages, messages, panel_messages
from bot.model import Button, Digest, Language, Length, Screen, Section
from bot.screens.callbacks.deep_links import digest_name
from bot.screens.callbacks.pages import DigestPage, TopicList, button
from bot.screens.callbacks.settings import File, Panel
from bot.screens.digest_opening import opening_text
from bot.screens.pages import Block, Page, Rows, Screens, in_rows, paginate, screens
from bot.screens.rich_text import Rich, bold, italic, join, rich
from bot.screens.story_view import by_model, story_block, story_button, top_line
from bot.taxonomy.topics import taxonomy

_STORIES_PER_PAGE = 6
"""What a telephone shows in two screens; the limits of Telegram allow about twelve."""

NO_TRENDS = Trends()

_TOP = 5
_IN_ROW = 8  # Telegram's limit


def digest_pages(
    digest: Digest,
    *,
    mine: bool = False,
    trends: Trends = NO_TRENDS,
    missed: int = 0,
    length: Length = "normal",
    hour: time | None = None,
    per_page: int = _STORIES_PER_PAGE,
) -> Screens:
    """The pages of a digest, at least one; ``mine`` says that the reader chose topics.

    ``hour`` is when this reader gets daily ones: it shortens the name that they are shared by.

    Each page has at most 4,000 UTF-16 units and 100 entities. A period without stories is one
    honest line.
    """
    if not digest.sections:
        return Screens([partial(_quiet, digest, mine)])
    header, footer = _header(digest), _footer(digest)
    pages = paginate(_blocks(digest, trends, missed, length), join((header, footer)), per_page)
    span, name = digest.period, digest_name(digest.period, hour)

    def draw(page: Page, here: DigestPage, turns: Rows) -> Screen:
        text = join((header, page.text(), footer), by="\n\n")
        return text.screen((*_story_rows(digest, page, here), *turns, *_ways(digest, here, name)))

    return screens(pages, partial(DigestPage, span.name, span.until, mine=mine), draw)


def whole(digest: Digest, trends: Trends = NO_TRENDS) -> Screen:
    """The digest in one piece, without limits or buttons: for a terminal or a file."""
    if not digest.sections:
        return _quiet(digest, mine=False).model_copy(update={"buttons": ()})
    body = Page(list(_blocks(digest, trends))).text()
    return join((_header(digest), body, _footer(digest)), by="\n\n").screen()


def topic_title(topic: str, language: Language) -> str:
    """What readers call a topic."""
    return taxonomy().topic(topic).title(language)


def title(digest: Digest) -> str:
    """«🗞 Дайджест · чт, 20 ноября» or «📅 Неделя 17–23 ноября»."""
    p, span = messages(digest.language), digest.period
    if span.name == "day":
        return p.day_title.format(day=p.words.day(span.until))
    template = p.week_title if span.name == "week" else p.month_title
    return template.format(span=p.words.span(_date(span.since), _date(span.until)))


def counts_line(digest: Digest) -> str:
    """«38 постов из 14 каналов → 12 историй · 7 статей · ~4 мин»."""
    p = messages(digest.language)
    counts = p.counts.format(
        posts=p.posts(digest.posts),
        channels=p.of_channels(digest.channels),
        stories=p.stories(len(digest.stories)),
    )
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
    """Who wrote the summaries, what was left out, what did not fit."""
    p = messages(digest.language)
    lines = [*_authorship(digest, p)]
    if parts := _left(digest, p):
        lines.append(p.skipped.format(parts=", ".join(parts)))
    if digest.left_out:
        lines.append(p.left_out.format(stories=p.stories(digest.left_out)))
    return lines


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
    repeats = [p.repeats(digest.repeats)] if digest.repeats else []
    return repeats + [p.left(kind, count) for kind, count in digest.skipped.items()]


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
    return join((quiet_line(digest, mine=mine), closing), by="\n").screen((rest, ways))


def _blocks(
    digest: Digest, trends: Trends, missed: int = 0, length: Length = "normal"
) -> Iterable[Block]:
    if digest.period.name != "day":
        language = digest.language
        told = (opening_text(digest), _changes(trends, language), _top(digest))
        summary = (*told, _missed(missed, language))
        yield from (Block(part) for part in summary if part.text)
    number, mixed = 0, len({by_model(story) for story in digest.stories}) > 1
    for section in digest.sections:
        head = _section_head(section, digest.language)
        for story in section.stories:
            number += 1
            content = story_block(number, story, digest.language, labelled=mixed, length=length)
            yield Block(content, head, key=story.id)


def _section_head(section: Section, language: Language) -> Rich:
    name = bold(f"▍{topic_title(section.topic, language)}")
    return join((name, str(len(section.stories))), by=" · ")


def _missed(missed: int, language: Language) -> Rich:
    p = messages(language)
    return rich(p.missed.format(stories=p.stories(missed)) if missed else "")


def _changes(trends: Trends, language: Language) -> Rich:
    """Topics that rise and cool, each with its bars."""
    p = messages(language)
    kinds = ((p.rising, trends.rising), (p.falling, trends.falling))
    lines = [
        template.format(topics=" · ".join(_change(trend, language) for trend in found))
        for template, found in kinds
        if found
    ]
    return join(lines, by="\n")


def _change(trend: Trend, language: Language) -> str:
    percent = f"{trend.percent:+d}".replace("-", "−")
    sign = messages(language).words.percent
    return f"{topic_title(trend.topic, language)} {bars(trend.weeks)} {percent}{sign}"


def _top(digest: Digest) -> Rich:
    """The most discussed stories by their numbers below; empty when none has two channels."""
    found = [(n, s) for n, s in enumerate(digest.stories, start=1) if len(s.channels) > 1]
    found.sort(key=lambda item: -len(item[1].channels))
    lines = [top_line(number, story, digest.language) for number, story in found[:_TOP]]
    head = bold(messages(digest.language).most_discussed)
    return join((head, *lines), by="\n") if lines else rich("")


def _story_rows(digest: Digest, page: Page, here: DigestPage) -> tuple[tuple[Button, ...], ...]:
    """A button for each story of the page, by its number."""
    shown = {block.key for block in page.blocks}
    row = [
        story_button(number, story, here)
        for number, story in enumerate(digest.stories, start=1)
        if story.id in shown
    ]
    return in_rows(row, _IN_ROW)


def _ways(digest: Digest, here: DigestPage, name: str) -> tuple[tuple[Button, ...], ...]:
    p, own = messages(digest.language), panel_messages(digest.language)
    on = (
        button(p.topics_button, TopicList()),
        button(own.files_button, File("", replace(here, page=1))),
    )
    return on, (Button(text=p.share_button, share=name), button(own.home_button, Panel("home")))
