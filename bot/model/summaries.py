"""Summaries of entries and stories: what they are ranked and counted by. Pure."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from bot.model.analysis import SKIPPED_KINDS, Engine, Entry, Importance, Story
from bot.taxonomy.topics import PROMO, Kind, Topic

COPIED_S = 120
"""Seconds within which one owner's channels copy a post; others need longer to tell of it."""


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

    One of a ``kind`` was asked for by it, and shows what digests skip. Two surveys are never
    equal, so that what is made of one can be kept beside it.
    """

    outlines: tuple[StorySummary, ...] = ()
    kind: Kind | None = None

    @cached_property
    def shown(self) -> tuple[StorySummary, ...]:
        """Those with a post worth showing, without what stands under another one of them."""
        return tuple(
            outline
            for outline in self.outlines
            if self._shows(outline) and outline.id not in self.grouped
        )

    @cached_property
    def grouped(self) -> frozenset[str]:
        """Ids of the stories that stand under another one, as what likely tells the same.

        Of two that name each other the older one stays.
        """
        heads = [outline for outline in self.outlines if outline.also and self._shows(outline)]
        if not heads:
            return frozenset()
        of = {line.key: outline.id for outline in self.outlines for line in outline.lines}
        found: set[str] = set()
        for head in sorted(heads, key=lambda outline: (outline.lines[0].at, outline.id)):
            if head.id not in found:
                found |= {of[line.key] for line in head.also if line.key in of} - {head.id}
        return frozenset(found)

    def _shows(self, outline: StorySummary) -> bool:
        """True for a post worth showing; where the kind was asked for, for any but adverts."""
        if self.kind is None:
            return any(not line.skipped for line in outline.lines)
        asked, lines = self.kind in SKIPPED_KINDS, (*outline.lines, *outline.also)
        return all(line.kind != PROMO for line in lines) and any(
            line.kind == self.kind and (asked or not line.skipped) for line in lines
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


def independent_channels(lines: Iterable[EntrySummary]) -> int:
    """How many channels tell something of their own accord.

    Lines that nothing tells apart, of several channels within two minutes of each other, count
    as one.
    """
    return independent(
        (line.at, line.channel, (line.kind, line.topics, line.papers)) for line in lines
    )


def independent(posts: Iterable[tuple[float, str, object]]) -> int:
    """How many channels these posts are from, given by when, where and what one sees of them.

    Channels of one owner copy a post within seconds: of posts that look alike, and follow each
    other within two minutes, only the first one counts.
    """
    latest: dict[object, tuple[float, str]] = {}
    found = set()
    for at, channel, look in sorted(posts, key=lambda post: post[:2]):
        before, first = latest.get(look, (-COPIED_S - 1.0, channel))
        first = first if at - before <= COPIED_S else channel
        latest[look] = at, first
        found.add(first)
    return len(found)


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
