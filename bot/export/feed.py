"""A feed of stories as a value, which is written as Atom and as JSON Feed. Pure.

The ids of a feed and of its items never depend on where they are served: an archive that moves to
another host, or is written as files, shows nobody its stories a second time.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from bot.digest.compose import lead
from bot.i18n import messages
from bot.model import Channel, Language, Paper, Story
from bot.screens.digest_words import topic_title
from bot.screens.rich_text import Rich, bare, inert, is_web, join, link, rich
from bot.screens.story_view import (
    channel_count,
    channel_names,
    kin,
    label,
    links_of,
    paper_line,
    paper_name,
    paper_url,
    papers_of,
    sources,
    title_of,
)

FEED_ITEMS = 50
"""Items of a feed: a reader that looks once a day misses none."""

FEED_ENDINGS = ("atom", "feed.json")
"""What the addresses of feeds end with: Atom, JSON Feed."""

_NAMES = UUID("6f1d0f5e-3f0b-4c59-9a53-0b8c1f0e7a11")
_NOTHING_YET = datetime(1970, 1, 1, tzinfo=UTC)


class FeedAuthor(NamedTuple):
    """A channel by its title and its public address, empty where it has none."""

    name: str
    url: str = ""


class FeedCategory(NamedTuple):
    """A topic by its slug and its title in the feed's language."""

    slug: str
    title: str


class FeedPaper(NamedTuple):
    """A paper by its canonical id, its name and its address; what is unknown is empty."""

    id: str
    title: str
    url: str


class FeedItem(NamedTuple):
    """A story; ``id`` is for good, ``updated`` the instant of its last change.

    ``url`` is its page, ``post_url`` the post that speaks for it; all but ``html`` is plain text.
    """

    id: str
    title: str
    url: str
    post_url: str
    published: datetime
    updated: datetime
    summary: str
    html: str
    authors: tuple[FeedAuthor, ...]
    categories: tuple[FeedCategory, ...]
    papers: tuple[FeedPaper, ...]


class FeedPlace(NamedTuple):
    """What a feed is called and where it stands: ``home_url`` is the page, ``url`` the feed.

    ``archive`` tells its archive from others, ``name`` it from the archive's other feeds, both for
    good: a random name, ``t/agents``.
    """

    archive: str
    name: str
    title: str
    home_url: str
    url: str


class FeedSource(NamedTuple):
    """What an item is made of, and the address of its page, empty where it has none.

    ``name`` tells it from other items for good: ``s/0123456789ab``.
    """

    name: str
    story: Story
    url: str = ""


class Feed(NamedTuple):
    """Stories for programs that poll, the newest first; ``updated`` is the last change of any."""

    id: str
    title: str
    home_url: str
    url: str
    language: Language
    updated: datetime
    items: tuple[FeedItem, ...]


def feed_of(place: FeedPlace, sources: Iterable[FeedSource], language: Language) -> Feed:
    """The newest of these as a feed: the same one at any time; of none a valid empty one."""
    newest = sorted(sources, key=lambda each: (_published(each.story), each.name), reverse=True)
    items = tuple(_item(place, each, language) for each in newest[:FEED_ITEMS])
    return Feed(
        id=_urn(f"{place.archive}/{language}/feed/{place.name}"),
        title=bare(inert(place.title)),
        home_url=place.home_url,
        url=place.url,
        language=language,
        updated=max((item.updated for item in items), default=_NOTHING_YET),
        items=items,
    )


def own_feed_path(secret: str, ending: str) -> str:
    """Where a reader's own feed stands behind the archive's address."""
    return f"feed/{secret}.{ending}"


def last_change(story: Story) -> datetime:
    """When a story last became another: a post joined it, was edited or was read anew."""
    earlier = (story.earlier,) if story.earlier else ()
    told = (*story.entries, *story.also, *story.roundups, *earlier)
    moments: list[datetime] = []
    for entry in told:
        moments += (entry.post.published_at, entry.analysed_at)
    return max(moments)


def internet_time(moment: datetime) -> str:
    """RFC 3339, in whole seconds of UTC, as both formats want it."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _published(story: Story) -> datetime:
    return story.first.post.published_at


def _urn(name: str) -> str:
    return uuid5(_NAMES, name).urn


def _item(place: FeedPlace, source: FeedSource, language: Language) -> FeedItem:
    story, entry = source.story, lead(source.story)
    return FeedItem(
        id=_urn(f"{place.archive}/{language}/{source.name}"),
        title=bare(title_of(story, language)),
        url=source.url or entry.post.url,
        post_url=entry.post.url,
        published=_published(story),
        updated=last_change(story),
        summary=" ".join(_lines(entry.card(language).tldr)),
        html=_html(story, language),
        authors=_authors(story),
        categories=tuple(
            FeedCategory(topic, topic_title(topic, language)) for topic in entry.analysis.topics
        ),
        papers=tuple(_papers(story)),
    )


def _lines(text: str) -> list[str]:
    return [line for line in map(_plain, text.splitlines()) if line]


def _plain(text: str) -> str:
    return bare(inert(text))


def _authors(story: Story) -> tuple[FeedAuthor, ...]:
    channels = [entry.post.channel for entry in sources(story)]
    names = channel_names(channels)
    return tuple(FeedAuthor(bare(names[each.ref]), _address(each)) for each in channels)


def _address(channel: Channel) -> str:
    return f"https://t.me/{channel.handle}" if channel.handle else ""


def _papers(story: Story) -> Iterable[FeedPaper]:
    for paper in papers_of(story):
        yield FeedPaper(paper.id or "", _name(story, paper), _web(paper_url(story, paper)))


def _name(story: Story, paper: Paper) -> str:
    return bare(paper_name(story, paper))


def _web(url: str | None) -> str:
    return url if url and is_web(url) else ""


def _html(story: Story, language: Language) -> str:
    """What is told, in plain elements: who shows it has styles of their own."""
    card, body = lead(story).card(language), Element("div")
    for line in _lines(card.tldr):
        SubElement(body, "p").text = line
    if card.bullets:
        points = SubElement(body, "ul")
        for bullet in card.bullets:
            SubElement(points, "li").text = _plain(bullet)
    works = (paper_line(story, paper, language) for paper in papers_of(story))
    for told in (*works, _footing(story, language), *kin(story, language)):
        _paragraph(body, told)
    return tostring(body, encoding="unicode", method="html")


def _footing(story: Story, language: Language) -> Rich:
    """The channels with their posts, the code, in how many channels, whether a model wrote it."""
    p, told = messages(language), sources(story)
    names = channel_names(entry.post.channel for entry in told)
    channels = [link(names[entry.post.channel.ref], entry.post.url) for entry in told]
    code = [join(("💻 ", link(p.code, found.url))) for found in links_of(story, "code")[:1]]
    count = channel_count(story, language)
    discussed = [rich(p.discussed.format(channels=count))] if count else []
    return join((join(channels, by=", "), *code, *discussed, label(story, p)), by=" · ")


def _paragraph(body: Element, line: Rich) -> None:
    """A line with its links; offsets are in UTF-16 units."""
    units, paragraph, end = line.text.encode("utf-16-le"), SubElement(body, "p"), 0

    def words(start: int, stop: int | None) -> str:
        return bare(units[2 * start : None if stop is None else 2 * stop].decode("utf-16-le"))

    before: Element | None = None
    for mark in sorted(line.entities, key=lambda mark: mark.offset):
        _add_words(paragraph, before, words(end, mark.offset))
        end = mark.offset + mark.length
        before = SubElement(
            paragraph, "a" if mark.url else "em", {"href": mark.url} if mark.url else {}
        )
        before.text = words(mark.offset, end)
    _add_words(paragraph, before, words(end, None))


def _add_words(paragraph: Element, before: Element | None, words: str) -> None:
    if before is None:
        paragraph.text = words
    else:
        before.tail = words
