"""A digest as JSON for programs: a stable shape, only ever added to. Pure.

``docs/json.md`` describes it, ``docs/json.schema.json`` is its schema.
"""

from collections.abc import Iterable
from datetime import UTC
from typing import Literal

from pydantic import AwareDatetime

from bot.digest.compose import lead, reading_minutes, told_by
from bot.model import (
    Digest,
    Engine,
    Entry,
    Importance,
    Language,
    LinkKind,
    Listing,
    Paper,
    Period,
    PeriodName,
    Story,
    Trend,
    Value,
)
from bot.screens.digest_opening import Saying, shown_opening
from bot.screens.digest_words import list_title, top_stories, topic_title
from bot.screens.rich_text import is_web
from bot.screens.story_view import paper_url, papers_of, parts, sources
from bot.taxonomy.topics import Kind, Topic
from bot.text import clean

JSON_VERSION = 1
"""What every form begins with; within it fields are only added."""


class PeriodOut(Value):
    """The half-open span, in UTC."""

    name: PeriodName
    since: AwareDatetime
    until: AwareDatetime


class TopicOut(Value):
    """A section: its slug, its title in the digest's language, how many stories it has."""

    slug: Topic
    title: str
    stories: int


class LinkOut(Value):
    """A link that stands in one of the posts."""

    url: str
    kind: LinkKind
    anchor: str


class PaperOut(Value):
    """A paper; ``url`` only where a link in one of the posts leads to it.

    ``gist`` is what it is about, where its post tells of several.
    """

    id: str | None
    title: str | None
    url: str | None
    role: Literal["main", "cited"]
    gist: str | None
    authors: tuple[str, ...] = ()
    year: int | None = None


class SourceOut(Value):
    """The first post of one channel about the story."""

    channel: str
    title: str
    url: str
    published_at: AwareDatetime


class TitledOut(Value):
    """A post by the title of its card, with the papers that it tells of."""

    title: str
    channel: str
    url: str
    published_at: AwareDatetime
    papers: tuple[PaperOut, ...]


class StoryOut(Value):
    """A story in reading order; ``engine`` says who wrote ``title`` and ``summary``.

    ``channels`` are the independent ones, ``also`` (who likely tells the same) with them.
    """

    id: str
    topic: Topic
    topics: tuple[Topic, ...]
    kind: Kind
    importance: Importance
    title: str
    summary: str
    bullets: tuple[str, ...]
    engine: Engine
    url: str
    channels: int
    posts: int
    papers: tuple[PaperOut, ...]
    links: tuple[LinkOut, ...]
    sources: tuple[SourceOut, ...]
    also: tuple[SourceOut, ...]
    earlier: TitledOut | None
    roundups: tuple[SourceOut, ...]


class ListedOut(Value):
    """Posts of a kind that tell no story, by title; ``more`` are not named."""

    kind: Kind
    title: str
    posts: tuple[TitledOut, ...]
    more: int


class SayingOut(Value):
    """A sentence of a model with the numbers, from 1, of the stories that bear it out."""

    text: str
    stories: tuple[int, ...]


class ThemeOut(Value):
    """What several stories share."""

    headline: str
    says: tuple[SayingOut, ...]


class OpeningOut(Value):
    """What a model says of a week: its themes, what to begin with."""

    intro: str
    themes: tuple[ThemeOut, ...]
    first: tuple[SayingOut, ...]


class TrendOut(Value):
    """A topic with its posts in a usual week, and in a week of late."""

    slug: Topic
    title: str
    before: int
    now: int


class DigestOut(Value):
    """The whole digest; ``skipped`` counts posts by kind, ``left_out`` stories.

    ``top`` are the numbers, from 1, of the stories that it names first; ``rising`` and ``falling``
    are topics with their posts in a usual week and now.
    """

    version: int
    language: Language
    period: PeriodOut
    posts: int
    channels: int
    repeats: int
    skipped: dict[Kind, int]
    left_out: int
    reading_minutes: int
    opening: OpeningOut | None
    topics: tuple[TopicOut, ...]
    stories: tuple[StoryOut, ...]
    top: tuple[int, ...]
    rising: tuple[TrendOut, ...]
    falling: tuple[TrendOut, ...]
    lists: tuple[ListedOut, ...]


class StoriesOut(Value):
    """A set of stories in the given order: a topic, a reader's list; a page of several, maybe."""

    version: int
    language: Language
    title: str
    page: int = 1
    pages: int = 1
    stories: tuple[StoryOut, ...]


def stories_to_json(
    title: str, stories: Iterable[Story], language: Language, page: int = 1, pages: int = 1
) -> str:
    """The stories as a ``StoriesOut``, indented, in UTF-8 without escapes."""
    out = StoriesOut(
        version=JSON_VERSION,
        language=language,
        title=clean(title),
        page=page,
        pages=pages,
        stories=tuple(story_out(story, story.topic, language) for story in stories),
    )
    return out.model_dump_json(indent=2)


def to_json(digest: Digest) -> str:
    """The digest as a ``DigestOut``, indented, in UTF-8 without escapes."""
    return _export(digest).model_dump_json(indent=2)


def _export(digest: Digest) -> DigestOut:
    """The digest in the shape that programs read."""
    code = digest.language
    return DigestOut(
        version=JSON_VERSION,
        language=code,
        period=_period(digest.period),
        posts=digest.posts,
        channels=digest.channels,
        repeats=digest.repeats,
        skipped=digest.skipped,
        left_out=digest.left_out,
        reading_minutes=reading_minutes(digest) if digest.sections else 0,
        opening=_opening(digest),
        topics=tuple(
            TopicOut(
                slug=each.topic, title=topic_title(each.topic, code), stories=len(each.stories)
            )
            for each in digest.sections
            if each.topic
        ),
        stories=tuple(
            story_out(story, each.topic or story.topic, code)
            for each in digest.sections
            for story in each.stories
        ),
        top=tuple(number for number, _ in top_stories(digest)),
        rising=tuple(trend_out(trend, code) for trend in digest.rising),
        falling=tuple(trend_out(trend, code) for trend in digest.falling),
        lists=tuple(_listed(listed, code) for listed in digest.lists),
    )


def trend_out(trend: Trend, language: Language) -> TrendOut:
    """A topic that rises or cools."""
    title = topic_title(trend.topic, language)
    return TrendOut(slug=trend.topic, title=title, before=trend.before, now=trend.now)


def _listed(listed: Listing, language: Language) -> ListedOut:
    posts = tuple(_titled(lead(story), language, story) for story in listed.stories)
    title = list_title(listed, language)
    return ListedOut(kind=listed.kind, title=title, posts=posts, more=listed.more)


def _titled(entry: Entry, language: Language, of: Story) -> TitledOut:
    source = source_out(entry)
    return TitledOut(
        title=clean(entry.card(language).title),
        channel=source.channel,
        url=source.url,
        published_at=source.published_at,
        papers=_papers(Story(id="", entries=(entry,), works=of.works), language),
    )


def _opening(digest: Digest) -> OpeningOut | None:
    found = shown_opening(digest)
    if found is None:
        return None
    themes = (ThemeOut(headline=head, says=_says(said)) for head, said in found.themes)
    return OpeningOut(intro=found.intro, themes=tuple(themes), first=_says(found.first))


def _says(said: Iterable[Saying]) -> tuple[SayingOut, ...]:
    return tuple(
        SayingOut(text=each.text, stories=tuple(source.number for source in each.sources))
        for each in said
    )


def _period(span: Period) -> PeriodOut:
    since, until = span.since.astimezone(UTC), span.until.astimezone(UTC)
    return PeriodOut(name=span.name, since=since, until=until)


def story_out(story: Story, topic: Topic, language: Language) -> StoryOut:
    """A story in the section of a topic."""
    entry = lead(story)
    card = entry.card(language)
    return StoryOut(
        id=story.id,
        topic=topic,
        topics=entry.analysis.topics,
        kind=entry.analysis.kind,
        importance=entry.analysis.importance,
        title=clean(card.title),
        summary=clean(card.tldr),
        bullets=tuple(clean(bullet) for bullet in card.bullets),
        engine=entry.engine,
        url=entry.post.url,
        channels=told_by(story),
        posts=len(story.entries),
        papers=_papers(story, language),
        links=_links(story),
        sources=tuple(source_out(entry) for entry in (*sources(story), *parts(story))),
        also=tuple(map(source_out, story.also)),
        earlier=_titled(story.earlier, language, story) if story.earlier else None,
        roundups=tuple(map(source_out, story.roundups)),
    )


def _papers(story: Story, language: Language) -> tuple[PaperOut, ...]:
    return tuple(paper_out(story, paper, language) for paper in papers_of(story))


def paper_out(story: Story, paper: Paper, language: Language) -> PaperOut:
    """A paper that a story tells of."""
    work = story.works.get(paper.id or "")
    return PaperOut(
        id=paper.id,
        title=clean(paper.title) if paper.title else None,
        url=paper_url(story, paper),
        role=paper.role,
        gist=clean(paper.gist(language)) or None,
        authors=work.authors if work else (),
        year=work.year if work else None,
    )


def _links(story: Story) -> tuple[LinkOut, ...]:
    found = {link.url: link for entry in story.entries for link in entry.post.links}
    return tuple(
        LinkOut(url=url, kind=link.kind, anchor=clean(link.anchor))
        for url, link in found.items()
        if is_web(url)
    )


def source_out(entry: Entry) -> SourceOut:
    """A post as one of the sources of a story."""
    post = entry.post
    return SourceOut(
        channel=post.channel.handle or post.channel.ref,
        title=clean(post.channel.title),
        url=post.url,
        published_at=post.published_at.astimezone(UTC),
    )
