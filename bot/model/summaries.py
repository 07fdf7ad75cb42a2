"""Summaries of entries and stories: what they are ranked and counted by. Pure."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from bot.model.analysis import Engine, Entry, Importance, Story
from bot.taxonomy.topics import Kind, Topic


class EntrySummary(NamedTuple):
    """One entry.

    ``at`` is when it was published, in seconds since 1970; ``papers`` are ids, else titles;
    ``change`` is another number after each change of what is stored; ``reach`` is log2 of its
    views against what is usual for the channel at that age, in [-2, 2], 0 where that is unknown.
    """

    key: str
    at: float
    channel: str
    kind: Kind
    importance: Importance
    engine: Engine
    topics: tuple[Topic, ...]
    skipped: bool
    papers: tuple[str, ...] = ()
    change: int = 0
    reach: float = 0.0


class StorySummary(NamedTuple):
    """A story: its lines, oldest first, never empty.

    ``also`` are lines of what likely tells the same, ``earlier`` is the key of the entry that
    speaks for the story that this one follows, ``roundups`` those that list it among other news.
    """

    id: str
    lines: tuple[EntrySummary, ...]
    also: tuple[EntrySummary, ...] = ()
    earlier: str = ""
    roundups: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Survey:
    """Stories of a span, in the order of their newest post in it; its counts are made once.

    Two surveys are never equal, so that what is made of one can be kept beside it.
    """

    outlines: tuple[StorySummary, ...] = ()

    @cached_property
    def shown(self) -> tuple[StorySummary, ...]:
        """Those with a post worth showing."""
        return tuple(
            outline for outline in self.outlines if any(not line.skipped for line in outline.lines)
        )

    @cached_property
    def posts(self) -> int:
        """Posts of what is shown."""
        return sum(len(outline.lines) + len(outline.also) for outline in self.shown)

    @cached_property
    def channels(self) -> int:
        """Different channels that these are from."""
        return len({line.channel for line in self._lines()})

    @cached_property
    def papers(self) -> int:
        """Different papers that these are about."""
        return len({paper for line in self._lines() for paper in line.papers})

    def _lines(self) -> Iterator[EntrySummary]:
        return (line for each in self.shown for line in (*each.lines, *each.also))


def entry_summary(entry: Entry) -> EntrySummary:
    """The line of an entry."""
    found = entry.analysis
    return EntrySummary(
        entry.key,
        entry.post.published_at.timestamp(),
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


def story_summary(story: Story) -> StorySummary:
    """The outline of a story whose entries are at hand."""
    return StorySummary(
        story.id,
        tuple(map(entry_summary, story.entries)),
        tuple(map(entry_summary, story.also)),
        story.earlier.key if story.earlier else "",
        tuple(entry.key for entry in story.roundups),
    )
