"""Line, Outline, Survey: what entries and stories are ranked and counted by. Pure."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple, cast

from bot.model.analysis import Engine, Entry, Importance, Story, is_skipped
from bot.taxonomy.topics import Kind, Topic

_END = "\x1f"  # of each paper, in whose title anything else may stand


class Line(NamedTuple):
    """One entry.

    ``at`` is when it was published, in seconds since 1970. ``story`` is empty until it has joined
    one; ``began`` is not later than the first post of a story with several, None for a post that
    is alone. ``papers`` are ids, else titles.
    """

    key: str
    at: float
    story: str
    began: float | None
    channel: str
    kind: Kind
    importance: Importance
    engine: Engine
    topics: tuple[Topic, ...]
    skipped: bool
    papers: tuple[str, ...] = ()


class Outline(NamedTuple):
    """A story: its lines, oldest first, never empty."""

    id: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, eq=False)
class Survey:
    """Stories of a span, in the order of their newest post in it; its counts are made once.

    Two surveys are never equal, so that what is made of one can be kept beside it.
    """

    outlines: tuple[Outline, ...] = ()

    @cached_property
    def shown(self) -> tuple[Outline, ...]:
        """Those with a post worth showing."""
        return tuple(
            outline for outline in self.outlines if any(not line.skipped for line in outline.lines)
        )

    @cached_property
    def posts(self) -> int:
        """Posts of what is shown."""
        return sum(len(outline.lines) for outline in self.shown)

    @cached_property
    def channels(self) -> int:
        """Different channels that these are from."""
        return len({line.channel for outline in self.shown for line in outline.lines})

    @cached_property
    def papers(self) -> int:
        """Different papers that these are about."""
        lines = (line for outline in self.shown for line in outline.lines)
        return len({paper for line in lines for paper in line.papers})


def line_of(entry: Entry, story: str = "") -> Line:
    """The line of an entry."""
    found = entry.analysis
    return Line(
        entry.key,
        entry.post.published_at.timestamp(),
        story,
        None,
        entry.post.channel.ref,
        found.kind,
        found.importance,
        entry.engine,
        found.topics,
        entry.skipped,
        tuple(paper.name for paper in found.papers),
    )


def story_name(first_key: str) -> str:
    """The identity of a story: 12 hex digits from the key of its first post."""
    return hashlib.sha256(first_key.encode()).hexdigest()[:12]


def outline_of(story: Story) -> Outline:
    """The outline of a story whose entries are at hand."""
    return Outline(story.id, tuple(line_of(entry, story.id) for entry in story.entries))


def written(line: Line) -> str:
    """The line as it is stored, without what scripts put before it: its story and ``began``."""
    head = ",".join((line.kind, line.importance, line.engine, *line.topics))
    papers = "".join(f"{paper}{_END}" for paper in line.papers)
    at = int(line.at) if line.at.is_integer() else line.at
    return f"{at!r}|{head}|{papers}"


def read_line(key: str, text: str) -> Line:
    """The line of that key as stored, ``story|began|…``; ``ValueError`` when it is none."""
    story, began, at, head, papers = text.split("|", 4)
    kind, importance, engine, topics, skipped = _head(head)
    return Line(
        key,
        float(at),
        story,
        float(began) if began else None,
        key.rpartition("/")[0],
        kind,
        importance,
        engine,
        topics,
        skipped,
        tuple(papers.split(_END)[:-1]) if papers else (),
    )


_Head = tuple[Kind, Importance, Engine, tuple[Topic, ...], bool]


def _read_head(head: str) -> _Head:
    kind, importance, engine, *topics = head.split(",")
    weight = cast("Importance", importance)
    skipped = is_skipped(Kind(kind), weight)
    return Kind(kind), weight, cast("Engine", engine), tuple(map(Topic, topics)), skipped


_head: Callable[[str], _Head] = lru_cache(4096)(_read_head)  # a few hundred are in use
