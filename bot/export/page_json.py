"""Pages of the archive, and what a search found, as JSON for programs. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from pydantic import AwareDatetime, TypeAdapter

from bot.digest.cluster import story_id
from bot.export.json import (
    JSON_VERSION,
    DigestOut,
    PaperOut,
    StoriesOut,
    StoryOut,
    TrendOut,
    paper_out,
    source_out,
    story_out,
    trend_out,
)
from bot.model import (
    Answer,
    Channel,
    Engine,
    Entry,
    Importance,
    Language,
    Paper,
    PaperMetadata,
    Story,
    Trend,
    Unanswered,
    Value,
)
from bot.screens.digest_words import kind_title, topic_title
from bot.store.read_model.search import Hits
from bot.taxonomy.topics import Kind, Topic
from bot.text import clean

ListedEntry = tuple[Entry, str]
"""A post and the id of the story that tells it."""


class HitOut(Value):
    """A post that was found; ``story`` is the id of the story that tells it."""

    story: str
    kind: Kind
    topics: tuple[Topic, ...]
    importance: Importance
    engine: Engine
    title: str
    summary: str
    channel: str
    url: str
    published_at: AwareDatetime


class HitsOut(Value):
    """The best of ``total`` posts for a query; there may be ``more`` that were not looked at."""

    version: int
    language: Language
    query: str
    total: int
    more: bool
    page: int = 1
    pages: int = 1
    posts: tuple[HitOut, ...]


class SaidOut(Value):
    """A sentence of an answer, and the numbers from 1 of the posts that say so."""

    text: str
    posts: tuple[int, ...]


class AnswerOut(Value):
    """What the archive says to a question, and the posts that fit it, the best first.

    Without sentences and without ``missing``, why no model answered, it does not say.
    """

    version: int
    language: Language
    question: str
    sentences: tuple[SaidOut, ...]
    missing: Unanswered | None
    posts: tuple[HitOut, ...]


class StoryPageOut(Value):
    """One story."""

    version: int
    language: Language
    story: StoryOut


class PaperPageOut(Value):
    """What channels said of a paper, oldest first: the first of ``total`` posts."""

    version: int
    language: Language
    paper: PaperOut
    total: int
    posts: tuple[HitOut, ...]


class ChannelOut(Value):
    """A public channel."""

    handle: str
    title: str
    url: str


class ChannelPageOut(Value):
    """What a channel published, newest first: a page of ``total`` posts."""

    version: int
    language: Language
    channel: ChannelOut
    total: int
    page: int
    pages: int
    posts: tuple[HitOut, ...]


class TopicPostsOut(Value):
    """A topic with its posts of the last 30 days."""

    slug: Topic
    title: str
    posts: int


class KindOut(Value):
    """A kind of posts."""

    slug: Kind
    title: str


class ContentsOut(Value):
    """All that has pages; ``months`` are such as 2026-11, the newest first."""

    version: int
    language: Language
    topics: tuple[TopicPostsOut, ...]
    kinds: tuple[KindOut, ...]
    channels: tuple[ChannelOut, ...]
    months: tuple[str, ...]


class WeekOut(Value):
    """The posts of seven days; the span is half-open, in UTC."""

    since: AwareDatetime
    until: AwareDatetime
    posts: int


class TopicTrendOut(Value):
    """A topic's posts by week, the oldest first, and its newest stories.

    ``trend`` is how the last week differs from a usual one, null where that is within the noise
    or too little was read to tell.
    """

    version: int
    language: Language
    slug: Topic
    title: str
    weeks: tuple[WeekOut, ...]
    trend: TrendOut | None
    stories: tuple[StoryOut, ...]


_Whole = (
    DigestOut
    | StoriesOut
    | HitsOut
    | AnswerOut
    | StoryPageOut
    | PaperPageOut
    | ChannelPageOut
    | ContentsOut
    | TopicTrendOut
)


def json_schema() -> dict[str, object]:
    """The JSON Schema (2020-12) of what is written by commands and as pages of the archive."""
    shape: TypeAdapter[_Whole] = TypeAdapter(_Whole)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Fortochka",
        **shape.json_schema(mode="serialization"),
    }


def answer_to_json(question: str, answer: Answer, entries: Sequence[Entry]) -> str:
    """An answer as an ``AnswerOut``; ``entries`` are those of its posts."""
    listed = zip(entries, answer.stories, strict=True)
    return AnswerOut(
        version=JSON_VERSION,
        language=answer.language,
        question=question,
        sentences=tuple(SaidOut(text=s.text, posts=s.sources) for s in answer.sentences),
        missing=answer.missing,
        posts=tuple(_hit(entry, story, answer.language) for entry, story in listed),
    ).model_dump_json(indent=2)


def hits_to_json(query: str, hits: Hits, stories: Mapping[str, str], language: Language) -> str:
    """Posts found for a query as a ``HitsOut``; ``stories`` are the stories of their keys."""
    posts = [(entry, stories.get(entry.key, "")) for entry in hits.entries]
    return found_to_json(query, posts, hits.total, language, more=hits.more)


def found_to_json(
    query: str,
    posts: Iterable[ListedEntry],
    total: int,
    language: Language,
    *,
    more: bool,
    page: int = 1,
    pages: int = 1,
) -> str:
    """A page of posts found for a query as a ``HitsOut``, indented, in UTF-8 without escapes."""
    return HitsOut(
        version=JSON_VERSION,
        language=language,
        query=clean(query),
        total=total,
        more=more,
        page=page,
        pages=pages,
        posts=_hits(posts, language),
    ).model_dump_json(indent=2)


def story_to_json(story: Story, language: Language) -> str:
    """A story as a ``StoryPageOut``."""
    told = story_out(story, story.topic, language)
    out = StoryPageOut(version=JSON_VERSION, language=language, story=told)
    return out.model_dump_json(indent=2)


def paper_to_json(
    paper: Paper,
    work: PaperMetadata | None,
    posts: Sequence[ListedEntry],
    total: int,
    language: Language,
) -> str:
    """What was said of a paper, and what is known of it, as a ``PaperPageOut``."""
    works = {work.id: work} if work else {}
    told = Story(id="", entries=tuple(entry for entry, _ in posts), works=works)
    return PaperPageOut(
        version=JSON_VERSION,
        language=language,
        paper=paper_out(told, paper, language),
        total=total,
        posts=_hits(posts, language),
    ).model_dump_json(indent=2)


def channel_to_json(
    channel: Channel,
    posts: Iterable[ListedEntry],
    total: int,
    language: Language,
    page: int,
    pages: int,
) -> str:
    """A page of a public channel as a ``ChannelPageOut``."""
    return ChannelPageOut(
        version=JSON_VERSION,
        language=language,
        channel=_channel(channel),
        total=total,
        page=page,
        pages=pages,
        posts=_hits(posts, language),
    ).model_dump_json(indent=2)


def contents_to_json(
    topics: Iterable[tuple[Topic, int]],
    kinds: Iterable[Kind],
    channels: Iterable[Channel],
    months: Iterable[str],
    language: Language,
) -> str:
    """All that has pages as a ``ContentsOut``."""
    return ContentsOut(
        version=JSON_VERSION,
        language=language,
        topics=tuple(
            TopicPostsOut(slug=topic, title=topic_title(topic, language), posts=posts)
            for topic, posts in topics
        ),
        kinds=tuple(KindOut(slug=kind, title=kind_title(kind, language)) for kind in kinds),
        channels=tuple(map(_channel, channels)),
        months=tuple(months),
    ).model_dump_json(indent=2)


def trend_to_json(
    topic: Topic,
    counts: Sequence[int],
    until: datetime,
    trend: Trend | None,
    stories: Iterable[Story],
    language: Language,
) -> str:
    """A topic's posts in each of the weeks before ``until`` as a ``TopicTrendOut``."""
    week = timedelta(weeks=1)
    ends = [until.astimezone(UTC) - week * back for back in range(len(counts) - 1, -1, -1)]
    return TopicTrendOut(
        version=JSON_VERSION,
        language=language,
        slug=topic,
        title=topic_title(topic, language),
        weeks=tuple(
            WeekOut(since=end - week, until=end, posts=posts)
            for end, posts in zip(ends, counts, strict=True)
        ),
        trend=trend_out(trend, language) if trend else None,
        stories=tuple(story_out(story, topic, language) for story in stories),
    ).model_dump_json(indent=2)


def _channel(channel: Channel) -> ChannelOut:
    handle = channel.handle or channel.ref
    return ChannelOut(
        handle=handle, title=clean(channel.title), url=f"https://t.me/{channel.handle}"
    )


def _hits(posts: Iterable[ListedEntry], language: Language) -> tuple[HitOut, ...]:
    return tuple(_hit(entry, story, language) for entry, story in posts)


def _hit(entry: Entry, story: str, language: Language) -> HitOut:
    source, card, found = source_out(entry), entry.card(language), entry.analysis
    return HitOut(
        story=story or story_id(entry),
        kind=found.kind,
        topics=found.topics,
        importance=found.importance,
        engine=entry.engine,
        title=clean(card.title),
        summary=clean(card.tldr),
        channel=source.channel,
        url=source.url,
        published_at=source.published_at,
    )
