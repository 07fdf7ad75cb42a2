"""Which stories a digest shows, in which order, and what it only counts. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import islice
from math import log2
from typing import NamedTuple, Protocol, TypeVar

from bot.model import Engine, EntrySummary, Importance, Period, PeriodName, StorySummary, Survey
from bot.taxonomy.topics import Kind, Topic

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


class _Candidate(NamedTuple):
    rank: tuple[float, float, str]
    outline: StorySummary
    topics: tuple[Topic, ...]
    channel: str


_Placed = tuple[_Candidate, Topic]
"""With the topic under which it will stand."""


@dataclass
class _Ranking:
    """What is the same for all readers: counts, and what may be shown, the best first."""

    posts: int = 0
    channels: set[str] = field(default_factory=set)
    repeats: int = 0
    skipped: Counter[Kind] = field(default_factory=Counter)
    candidates: list[_Candidate] = field(default_factory=list)
    by_topics: Counter[tuple[Topic, ...]] = field(default_factory=Counter)

    @cached_property
    def by_id(self) -> Mapping[str, _Candidate]:
        """Candidates by the id of their story."""
        return {each.outline.id: each for each in self.candidates}

    def count(self, topics: Collection[Topic], without: Iterable[_Candidate]) -> int:
        """How many may be shown to a reader of these topics, who has seen some."""
        every = sum(n for of, n in self.by_topics.items() if _topic(of, topics))
        return every - sum(1 for each in without if _topic(each.topics, topics))


@dataclass(frozen=True)
class Choice:
    """What a digest will show, in reading order, and what it counts."""

    sections: tuple[tuple[Topic, tuple[StorySummary, ...]], ...]
    posts: int
    channels: int
    repeats: int
    skipped: dict[Kind, int]
    left_out: int

    @property
    def outlines(self) -> tuple[StorySummary, ...]:
        """All stories that are shown."""
        return tuple(outline for _, outlines in self.sections for outline in outlines)


class _Speaking(Protocol):
    @property
    def skipped(self) -> bool: ...
    @property
    def engine(self) -> Engine: ...


_S = TypeVar("_S", bound=_Speaking)


def choose(
    survey: Survey,
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
    found = _ranking(survey, period.since.timestamp(), period.until.timestamp())
    seen = found.by_id.keys() & set(seen)
    known = [found.by_id[story] for story in seen]
    ranked: Iterable[_Placed] = _Ranked(found.candidates, topics, seen)
    if weights:
        ranked = sorted(ranked, key=lambda each: _weighed(each, weights))
    chosen = _share(ranked, limit or LIMITS[period.name])
    return Choice(
        sections=_sections(chosen),
        posts=found.posts,
        channels=len(found.channels),
        repeats=found.repeats + len(known),
        skipped=dict(sorted(found.skipped.items(), key=lambda item: (-item[1], item[0]))),
        left_out=found.count(topics, known) - len(chosen),
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


@lru_cache(4)  # a minute's digests are of the same few spans
def _ranking(survey: Survey, since: float, until: float) -> _Ranking:
    found = _Ranking()
    for outline in survey.outlines:
        if known := _as_of(outline, until):
            _add(found, known, since, until)
    found.candidates.sort(key=lambda candidate: candidate.rank)
    return found


def _add(found: _Ranking, outline: StorySummary, since: float, until: float) -> None:
    """Count a story, and list it where it may be shown."""
    lines = outline.lines
    fresh = [line for line in lines if line.at >= since]
    found.posts += len(fresh)
    found.channels.update([line.channel for line in fresh])
    speaking = speaker(lines)
    if speaking is None:
        found.skipped.update([line.kind for line in fresh])
    elif len(fresh) < len(lines) and _shown_before(lines, since):
        found.repeats += len(fresh)
    else:
        found.repeats += len(fresh) - 1
        rank = (-_score(lines, speaking, since, until), -speaking.at, speaking.key)
        candidate = _Candidate(rank, outline, speaking.topics, speaking.channel)
        found.candidates.append(candidate)
        found.by_topics[speaking.topics] += 1


@dataclass(frozen=True)
class _Ranked:
    """What a reader may be shown, the best first, made as far as one asks: few of thousands."""

    candidates: Sequence[_Candidate]
    topics: Collection[Topic]
    seen: Collection[str]

    def __iter__(self) -> Iterator[_Placed]:
        for each in self.candidates:
            if each.outline.id not in self.seen and (topic := _topic(each.topics, self.topics)):
                yield each, topic


def _weighed(placed: _Placed, weights: Mapping[str, float]) -> tuple[float, float, str]:
    """The rank with what its reader wants less of lowered."""
    candidate, topic = placed
    score, published, key = candidate.rank
    factor = weights.get(topic, 1) * weights.get(candidate.channel, 1)
    return score * factor, published, key


def _shown_before(lines: Sequence[EntrySummary], since: float) -> bool:
    """True when its first post worth showing is older than the period."""
    return next(line for line in lines if not line.skipped).at < since


def _as_of(outline: StorySummary, until: float) -> StorySummary | None:
    """The story as it was when the period ended, if it had begun."""
    if outline.lines[-1].at < until:
        return outline
    kept = tuple(line for line in outline.lines if line.at < until)
    return StorySummary(outline.id, kept) if kept else None


def _topic(found: tuple[Topic, ...], topics: Collection[Topic]) -> Topic | None:
    """The section for a story: its primary topic, else the first that the reader follows."""
    return next((topic for topic in found if topic in topics), None) if topics else found[0]


def _score(
    lines: Sequence[EntrySummary], speaking: EntrySummary, since: float, until: float
) -> float:
    """The weight of its most important post, more for each channel, less with age."""
    age = (until - speaking.at) / (until - since)
    fresh = 1 - _FADING * min(age, 1)
    if len(lines) == 1:
        return WEIGHTS[speaking.importance] * fresh
    weight = max([WEIGHTS[line.importance] for line in lines if not line.skipped])
    return weight * (1 + log2(len({line.channel for line in lines}))) * fresh


def _share(ranked: Iterable[_Placed], limit: int) -> list[_Placed]:
    """The best up to the limit, no channel with more than its share."""
    if not _are_several(ranked):
        return list(islice(ranked, limit))
    most = max(_SHARE_LEAST, limit // _SHARE)
    taken: Counter[str] = Counter()
    chosen: list[_Placed] = []
    for placed in ranked:
        channel = placed[0].channel
        if taken[channel] < most:
            taken[channel] += 1
            chosen.append(placed)
            if len(chosen) == limit:
                break
    return chosen


def _are_several(ranked: Iterable[_Placed]) -> bool:
    """True for enough channels to share a digest between them."""
    found: set[str] = set()
    for candidate, _ in ranked:
        found.add(candidate.channel)
        if len(found) == _SHARED:
            return True
    return False


def _sections(chosen: list[_Placed]) -> tuple[tuple[Topic, tuple[StorySummary, ...]], ...]:
    """Topics by their best story, "other" last; inside a topic the best first."""
    found = dict.fromkeys(topic for _, topic in chosen)
    topics = sorted(found, key=lambda topic: topic == "other")
    return tuple(
        (topic, tuple(candidate.outline for candidate, at in chosen if at == topic))
        for topic in topics
    )
