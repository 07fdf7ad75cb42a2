"""Which stories a digest shows, in which order, and what it only counts. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log2
from typing import NamedTuple, Protocol, TypeVar

from bot.model import Engine, Importance, Line, Outline, Period, PeriodName
from bot.topics import Kind, Topic

LIMITS: dict[PeriodName, int] = {"day": 24, "week": 40, "month": 60}
"""Most stories that a digest shows."""

WEIGHTS: dict[Importance, float] = {
    "skip": 0.25,
    "low": 0.5,
    "normal": 1,
    "high": 2,
    "must_read": 4,
}
"""How much more a story of that importance counts than a normal one."""

EVEN: Mapping[str, float] = {}

_FADING = 0.3  # share of its weight that the oldest story of a period has lost
_SHARE = 4  # a channel brings up at most a quarter of the stories …
_SHARE_LEAST = 3  # … but these are never too many
_SHARED = 3  # … and with fewer channels there is nothing to share


@dataclass
class _Tally:
    posts: int = 0
    channels: set[str] = field(default_factory=set)
    repeats: int = 0
    skipped: Counter[Kind] = field(default_factory=Counter)


class _Candidate(NamedTuple):
    rank: tuple[float, float, str]
    outline: Outline
    topic: Topic
    channel: str


@dataclass(frozen=True)
class Choice:
    """What a digest will show, in reading order, and what it counts."""

    sections: tuple[tuple[Topic, tuple[Outline, ...]], ...]
    posts: int
    channels: int
    repeats: int
    skipped: dict[Kind, int]
    left_out: int

    @property
    def outlines(self) -> tuple[Outline, ...]:
        """All stories that are shown."""
        return tuple(outline for _, outlines in self.sections for outline in outlines)


class _Speaking(Protocol):
    @property
    def skipped(self) -> bool: ...
    @property
    def engine(self) -> Engine: ...


_S = TypeVar("_S", bound=_Speaking)


def choose(
    outlines: Iterable[Outline],
    period: Period,
    topics: Collection[Topic] = (),
    seen: Collection[str] = (),
    limit: int | None = None,
    weights: Mapping[str, float] = EVEN,
) -> Choice:
    """What the digest of a period shows; the same stories in any order give the same choice.

    A story belongs to the period in which its first post worth showing appeared, so that days
    do not repeat each other; later posts, and stories whose ids are in ``seen``, count as
    repeats. ``topics`` restricts the stories, not the counts. Nothing after the period is shown.
    ``weights`` are what a story's rank is multiplied by, for its topic and its channel's ref.
    """
    tally, ends = _Tally(), (period.since.timestamp(), period.until.timestamp())
    known = (past for outline in outlines if (past := _as_of(outline, ends[1])))
    found = [_candidate(outline, ends, topics, seen, tally) for outline in known]
    ranked = sorted([_weighed(c, weights) if weights else c for c in found if c], key=_rank)
    chosen = _share(ranked, limit or LIMITS[period.name])
    return Choice(
        sections=_sections(chosen),
        posts=tally.posts,
        channels=len(tally.channels),
        repeats=tally.repeats,
        skipped=dict(sorted(tally.skipped.items(), key=lambda item: (-item[1], item[0]))),
        left_out=len(ranked) - len(chosen),
    )


def speaker(found: Iterable[_S]) -> _S | None:
    """The one that speaks for a story, oldest first; None where all are skipped."""
    shown = None
    for each in found:
        if not each.skipped:
            if each.engine == "llm":
                return each
            shown = shown or each
    return shown


def _candidate(
    outline: Outline,
    ends: tuple[float, float],
    topics: Collection[Topic],
    seen: Collection[str],
    tally: _Tally,
) -> _Candidate | None:
    lines = outline.lines
    fresh = [line for line in lines if line.at >= ends[0]]
    tally.posts += len(fresh)
    tally.channels.update([line.channel for line in fresh])
    speaking = speaker(lines)
    if speaking is None:
        tally.skipped.update([line.kind for line in fresh])
        return None
    known = len(fresh) < len(lines) and _shown_before(lines, ends[0])
    if known or outline.id in seen:
        tally.repeats += len(fresh)
        return None
    tally.repeats += len(fresh) - 1
    topic = _topic(speaking, topics)
    return _ranked(outline, speaking, topic, ends) if topic else None


def _rank(candidate: _Candidate) -> tuple[float, float, str]:
    return candidate.rank


def _weighed(candidate: _Candidate, weights: Mapping[str, float]) -> _Candidate:
    """With what its reader wants less of lowered."""
    score, published, key = candidate.rank
    factor = weights.get(candidate.topic, 1) * weights.get(candidate.channel, 1)
    return candidate._replace(rank=(score * factor, published, key))


def _shown_before(lines: Sequence[Line], since: float) -> bool:
    """True when its first post worth showing is older than the period."""
    return next(line for line in lines if not line.skipped).at < since


def _as_of(outline: Outline, until: float) -> Outline | None:
    """The story as it was when the period ended, if it had begun."""
    if outline.lines[-1].at < until:
        return outline
    kept = tuple(line for line in outline.lines if line.at < until)
    return Outline(outline.id, kept) if kept else None


def _topic(speaking: Line, topics: Collection[Topic]) -> Topic | None:
    """The section for a story: its primary topic, else the first that the reader follows."""
    found = speaking.topics
    return next((topic for topic in found if topic in topics), None) if topics else found[0]


def _ranked(
    outline: Outline, speaking: Line, topic: Topic, ends: tuple[float, float]
) -> _Candidate:
    since, until = ends
    weight, voices = _weight(outline.lines)
    age = (until - speaking.at) / (until - since)
    score = weight * (1 + log2(voices)) * (1 - _FADING * min(age, 1))
    return _Candidate((-score, -speaking.at, speaking.key), outline, topic, speaking.channel)


def _weight(lines: Sequence[Line]) -> tuple[float, int]:
    """What the most important post of a story counts, and in how many channels the story is."""
    if len(lines) == 1:
        return WEIGHTS[lines[0].importance], 1
    most = max([WEIGHTS[line.importance] for line in lines if not line.skipped])
    return most, len({line.channel for line in lines})


def _share(ranked: list[_Candidate], limit: int) -> list[_Candidate]:
    """The best up to the limit, no channel with more than its share."""
    if len({candidate.channel for candidate in ranked}) < _SHARED:
        return ranked[:limit]
    most = max(_SHARE_LEAST, limit // _SHARE)
    taken: Counter[str] = Counter()
    chosen: list[_Candidate] = []
    for candidate in ranked:
        if len(chosen) < limit and taken[candidate.channel] < most:
            taken[candidate.channel] += 1
            chosen.append(candidate)
    return chosen


def _sections(chosen: list[_Candidate]) -> tuple[tuple[Topic, tuple[Outline, ...]], ...]:
    """Topics by their best story, "other" last; inside a topic the best first."""
    topics = sorted(
        dict.fromkeys(candidate.topic for candidate in chosen), key=lambda topic: topic == "other"
    )
    return tuple((topic, tuple(c.outline for c in chosen if c.topic == topic)) for topic in topics)
