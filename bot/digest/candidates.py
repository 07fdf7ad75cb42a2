"""What a digest may show, each story with its rank and its day, and what it counts. Pure."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import log2
from typing import NamedTuple, Protocol, TypeVar

from bot.digest.periods import days_of, weeks_of
from bot.model import (
    Engine,
    EntrySummary,
    Importance,
    Period,
    StorySummary,
    Survey,
    independent_channels,
)
from bot.taxonomy.topics import Kind, Topic

WEIGHTS: dict[Importance, float] = {
    "skip": 0.25,
    "low": 0.5,
    "normal": 1,
    "high": 2,
    "must_read": 4,
}
"""How much more a story of that importance counts than a normal one."""

LISTED_KINDS = tuple(map(Kind, ("roundup", "event", "opinion")))
"""Kinds that a digest lists in a line each at its end, in this order; they tell no story."""

_REACH = 0.25  # what a doubling of the usual views adds …
_MOST_REACH = 2.0  # … as far as four times as many, or a quarter
_MOST_COUNTS = 256  # choices of topics whose counts are kept

Topics = tuple[Topic, ...]


class RankedStory(NamedTuple):
    """A story that may be shown.

    ``order`` sorts all of a period, the best first; ``part`` is the number of the day of a week
    or the week of a month; ``channel`` speaks for it, ``channels`` tell it independently.
    """

    order: tuple[float, int, str]
    outline: StorySummary
    topics: Topics
    channel: str
    channels: int
    importance: Importance
    kind: Kind | None
    part: int


class Counts(NamedTuple):
    """How many stories there are of each part and each topic, and what is listed of each kind."""

    parts: tuple[int, ...]
    topics: Mapping[Topic, int]
    kinds: Mapping[Kind, int]

    def without(self, seen: Iterable[RankedStory], topics: Collection[Topic]) -> "Counts":
        """The same without what a reader of these topics has seen."""
        parts, by_topic, kinds = list(self.parts), Counter(self.topics), dict(self.kinds)
        for each in seen:
            topic = topic_for(each.topics, topics)
            if topic and each.kind is None:
                parts[each.part] -= 1
                by_topic[topic] -= 1
            elif topic and each.kind:
                kinds[each.kind] -= 1
        return Counts(tuple(parts), +by_topic, kinds)


class _Found(NamedTuple):
    """A candidate before it is known which place it has in its day."""

    score: float
    speaking: EntrySummary
    outline: StorySummary
    channels: int
    importance: Importance
    kind: Kind | None


@dataclass
class Ranking:
    """What is the same for all readers of a period; ``candidates`` are the best first."""

    posts: int = 0
    channels: set[str] = field(default_factory=set)
    repeats: int = 0
    skipped: Counter[Kind] = field(default_factory=Counter)
    candidates: Sequence[RankedStory] = ()
    parts: int = 1

    @cached_property
    def stories(self) -> Sequence[RankedStory]:
        """Those that are told as stories."""
        return [each for each in self.candidates if each.kind is None]

    @cached_property
    def by_part(self) -> Sequence[Sequence[RankedStory]]:
        """Stories of each day of a week, of each week of a month."""
        found: list[list[RankedStory]] = [[] for _ in range(self.parts)]
        for each in self.stories:
            found[each.part].append(each)
        return found

    @cached_property
    def listed(self) -> Mapping[Kind, Sequence[RankedStory]]:
        """What is listed by its kind, in the order of the kinds."""
        found: dict[Kind, list[RankedStory]] = {kind: [] for kind in LISTED_KINDS}
        for each in self.candidates:
            if each.kind:
                found[each.kind].append(each)
        return found

    def counts(self, topics: Collection[Topic]) -> "Counts":
        """How many there are for readers of these topics, counted once for all of them."""
        wanted = tuple(topics)
        if wanted not in self._counts:
            if len(self._counts) >= _MOST_COUNTS:
                self._counts.clear()
            self._counts[wanted] = self._count(topics)
        return self._counts[wanted]

    def _count(self, topics: Collection[Topic]) -> "Counts":
        parts, by_topic = [0] * self.parts, Counter[Topic]()
        for (n, found), count in self._by_topics.items():
            if topic := topic_for(found, topics):
                parts[n] += count
                by_topic[topic] += count
        kinds = {
            kind: sum(1 for each in found if topic_for(each.topics, topics))
            for kind, found in self.listed.items()
        }
        return Counts(tuple(parts), by_topic, kinds)

    @cached_property
    def _by_topics(self) -> Mapping[tuple[int, Topics], int]:
        return Counter((each.part, each.topics) for each in self.stories)

    @cached_property
    def _counts(self) -> dict[object, "Counts"]:
        return {}

    @cached_property
    def by_id(self) -> Mapping[str, RankedStory]:
        """Candidates by the id of their story."""
        return {each.outline.id: each for each in self.candidates}

    @cached_property
    def most_told(self) -> Sequence[RankedStory]:
        """Stories of several channels that need not wait, those of most channels first."""
        several = (each for each in self.stories if each.channels > 1 and not _may_wait(each))
        return sorted(several, key=lambda each: (-each.channels, each.order))

    @cached_property
    def foremost(self) -> Sequence[RankedStory]:
        """Stories of several channels or of clearly more importance than all others, in order."""
        weights = [WEIGHTS[each.importance] for each in self.stories]
        highest = max(weights, default=1.0)
        alone = weights.count(highest) == 1 and highest > 1
        clear = highest if alone else WEIGHTS["must_read"]
        return [
            each
            for each, weight in zip(self.stories, weights, strict=True)
            if (each.channels > 1 and not _may_wait(each)) or weight >= clear
        ]


class _Speaking(Protocol):
    @property
    def skipped(self) -> bool: ...
    @property
    def engine(self) -> Engine: ...


_S = TypeVar("_S", bound=_Speaking)


def speaker(found: Iterable[_S]) -> _S | None:
    """The one that speaks for a story, oldest first; None where all are skipped."""
    shown = None
    for each in found:
        if not each.skipped:
            if each.engine == "llm":
                return each
            shown = shown or each
    return shown


def ranking(survey: Survey, span: Period) -> Ranking:
    """What a digest of the period may show, in order, made once for all its readers."""
    weeks = weeks_of(span) if span.name == "month" else ()
    ends = tuple(end.timestamp() for end in days_of(span))
    return _ranking(survey, span.since.timestamp(), ends, tuple(end.timestamp() for end in weeks))


def topic_for(found: Topics, topics: Collection[Topic]) -> Topic | None:
    """The section for a story: its primary topic, else the first that the reader follows."""
    return next((topic for topic in found if topic in topics), None) if topics else found[0]


@lru_cache(4)  # a minute's digests are of the same few spans
def _ranking(
    survey: Survey, since: float, days: tuple[float, ...], weeks: tuple[float, ...]
) -> Ranking:
    found, until = Ranking(parts=len(weeks or days)), days[-1]
    by_day: dict[int, list[_Found]] = defaultdict(list)
    for outline in survey.outlines:
        known = _as_of(outline, until)
        if known and (story := _counted(found, known, since, outline.id in survey.grouped)):
            by_day[bisect_right(days, story.speaking.at)].append(story)
    part = {day: bisect_left(weeks, days[day]) if weeks else day for day in by_day}
    ranked = (_candidate(place, story, part[day]) for day in by_day
              for place, story in enumerate(sorted(by_day[day], key=_in_a_day)))  # fmt: skip
    found.candidates = sorted(ranked, key=lambda each: each.order)
    return found


def _candidate(place: int, story: _Found, part: int) -> RankedStory:
    """With its order among all days: of equals the one that stands higher in its day."""
    said = story.speaking
    return RankedStory(
        (-story.score, place, said.key), story.outline, said.topics, said.channel,
        story.channels, story.importance, story.kind, part,
    )  # fmt: skip


def _in_a_day(story: _Found) -> tuple[float, float, str]:
    return -story.score, -story.speaking.at, story.speaking.key


def _counted(found: Ranking, outline: StorySummary, since: float, grouped: bool) -> _Found | None:
    """Count a story's posts; the story where it may be shown."""
    lines = outline.lines
    fresh = [line for line in lines if line.at >= since]
    found.posts += len(fresh)
    found.channels.update([line.channel for line in fresh])
    speaking = speaker(lines)
    if speaking is None:
        found.skipped.update([line.kind for line in fresh])
        return None
    if grouped or (len(fresh) < len(lines) and _shown_before(lines, since)):
        found.repeats += len(fresh)
        return None
    found.repeats += len(fresh) - 1
    return _scored(outline, speaking)


def _scored(outline: StorySummary, speaking: EntrySummary) -> _Found:
    """The weight of its most important post, more for each channel and for what many saw."""
    lines = outline.lines
    if len(lines) == 1 and not outline.also:
        score = WEIGHTS[speaking.importance] * _reached(speaking.reach)
        kind = speaking.kind if speaking.kind in LISTED_KINDS else None
        return _Found(score, speaking, outline, 1, speaking.importance, kind)
    shown = [line for line in lines if not line.skipped]
    also = [line for line in outline.also if not line.skipped]
    importance = max((line.importance for line in shown), key=WEIGHTS.__getitem__)
    channels = independent_channels((*shown, *also))
    reach = sum(line.reach for line in (*shown, *also)) / (len(shown) + len(also))
    score = WEIGHTS[importance] * (1 + log2(channels)) * _reached(reach)
    listed = all(line.kind in LISTED_KINDS for line in (*shown, *also))
    kind = speaking.kind if listed else None
    return _Found(score, speaking, outline, channels, importance, kind)


def _may_wait(story: RankedStory) -> bool:
    """True for what a digest does not open with, however many channels tell it: an advert."""
    return WEIGHTS[story.importance] < WEIGHTS["normal"]


def _reached(reach: float) -> float:
    return 1 + _REACH * min(max(reach, -_MOST_REACH), _MOST_REACH)


def _shown_before(lines: Sequence[EntrySummary], since: float) -> bool:
    """True when its first post worth showing is older than the period."""
    return next(line for line in lines if not line.skipped).at < since


def _as_of(outline: StorySummary, until: float) -> StorySummary | None:
    """The story as it was when the period ended, if it had begun."""
    if outline.lines[-1].at < until and all(line.at < until for line in outline.also):
        return outline
    kept = tuple(line for line in outline.lines if line.at < until)
    also = tuple(line for line in outline.also if line.at < until)
    return outline._replace(lines=kept, also=also) if kept else None
