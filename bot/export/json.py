"""A digest as JSON for programs: a stable shape, only ever added to. Pure."""

from collections.abc import Iterable
from datetime import UTC
from typing import Literal

from pydantic import AwareDatetime

from bot.digest.compose import lead, reading_minutes
from bot.model import (
    Digest,
    Engine,
    Entry,
    Importance,
    Language,
    LinkKind,
    Paper,
    Period,
    PeriodName,
    Story,
    Value,
)
from bot.screens.digest_opening import Saying, shown_opening
from bot.screens.rich_text import is_web
from bot.screens.story_view import paper_url, papers_of, parts, sources
from bot.taxonomy.topics import Kind, Topic, taxonomy
from bot.text import clean

_VERSION = 1


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
    """A paper; ``url`` only where a link in one of the posts leads to it."""

    id: str | None
    title: str | None
    url: str | None
    role: Literal["main", "cited"]


class SourceOut(Value):
    """The first post of one channel about the story."""

    channel: str
    title: str
    url: str
    published_at: AwareDatetime


class StoryOut(Value):
    """A story in reading order; ``engine`` says who wrote ``title`` and ``summary``."""

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


class DigestOut(Value):
    """The whole digest; ``skipped`` counts posts by kind, ``left_out`` stories."""

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


class StoriesOut(Value):
    """A set of stories in the given order: a topic, a reader's list."""

    version: int
    language: Language
    title: str
    stories: tuple[StoryOut, ...]


def stories_to_json(title: str, stories: Iterable[Story], language: Language) -> str:
    """The stories as a ``StoriesOut``, indented, in UTF-8 without escapes."""
    found = tuple(_story(story, story.topic, language) for story in stories)
    out = StoriesOut(version=_VERSION, language=language, title=clean(title), stories=found)
    return out.model_dump_json(indent=2)


def to_json(digest: Digest) -> str:
    """The digest as a ``DigestOut``, indented, in UTF-8 without escapes."""
    return _export(digest).model_dump_json(indent=2)


def _export(digest: Digest) -> DigestOut:
    """The digest in the shape that programs read."""
    return DigestOut(
        version=_VERSION,
        language=digest.language,
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
                slug=section.topic,
                title=taxonomy().topic(section.topic).title(digest.language),
                stories=len(section.stories),
            )
            for section in digest.sections
        ),
        stories=tuple(
            _story(story, section.topic, digest.language)
            for section in digest.sections
            for story in section.stories
        ),
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


def _story(story: Story, topic: Topic, language: Language) -> StoryOut:
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
        channels=len(story.channels),
        posts=len(story.entries),
        papers=tuple(_paper(story, paper) for paper in papers_of(story)),
        links=_links(story),
        sources=tuple(_source(entry) for entry in (*sources(story), *parts(story))),
    )


def _paper(story: Story, paper: Paper) -> PaperOut:
    title = clean(paper.title) if paper.title else None
    return PaperOut(id=paper.id, title=title, url=paper_url(story, paper), role=paper.role)


def _links(story: Story) -> tuple[LinkOut, ...]:
    found = {link.url: link for entry in story.entries for link in entry.post.links}
    return tuple(
        LinkOut(url=url, kind=link.kind, anchor=clean(link.anchor))
        for url, link in found.items()
        if is_web(url)
    )


def _source(entry: Entry) -> SourceOut:
    post = entry.post
    return SourceOut(
        channel=post.channel.handle or post.channel.ref,
        title=clean(post.channel.title),
        url=post.url,
        published_at=post.published_at.astimezone(UTC),
    )
