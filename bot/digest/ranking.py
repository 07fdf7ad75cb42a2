"""Which stories a digest shows to a reader, in which order. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from bot.digest.candidates import Counts, RankedStory, Ranking, ranking, topic_for
from bot.digest.shares import apportion, most_of_each
from bot.model import Period, PeriodName, StorySummary, Survey
from bot.taxonomy.topics import Kind, Topic

LIMITS: dict[PeriodName, int] = {"day": 24, "week": 40, "month": 60}
"""Most stories that a digest shows."""

TOP: dict[PeriodName, int] = {"day": 3, "week": 5, "month": 10}
"""Most stories that it names first: of a month two a week, so that no week goes unnamed."""

EVEN: Mapping[str, float] = {}

_LISTED = 6  # of each kind that is listed
_SHARE = 4  # a channel brings up at most a quarter of the stories …
_SHARE_LEAST = 3  # … but these are never too many
_SHARED = 3  # … and with fewer channels there is nothing to share
_FOLLOWED_SHARE = 3  # what a reader follows by words is at most a third


class _Placed(NamedTuple):
    """A candidate with the topic under which it will stand; ``order`` is that for the reader.

    No topic: it is there because the reader follows words of it.
    """

    order: tuple[float, int, str]
    candidate: RankedStory
    topic: Topic | None


class Listed(NamedTuple):
    """Posts of a kind that are listed by title, and how many more there are."""

    kind: Kind
    outlines: tuple[StorySummary, ...]
    more: int


@dataclass(frozen=True)
class Choice:
    """What a digest will show, in reading order, and what it counts.

    The first section has no topic where it is what the reader follows by words. ``top`` are ids of
    stories that it names first; ``rest`` did not fit, the best first.
    """

    sections: tuple[tuple[Topic | None, tuple[StorySummary, ...]], ...]
    posts: int
    channels: int
    repeats: int
    skipped: dict[Kind, int]
    left_out: int
    top: tuple[str, ...] = ()
    lists: tuple[Listed, ...] = ()
    rest: Iterable[StorySummary] = ()

    @property
    def outlines(self) -> tuple[StorySummary, ...]:
        """All stories that are shown or listed."""
        told = (outline for _, outlines in self.sections for outline in outlines)
        return (*told, *(outline for listed in self.lists for outline in listed.outlines))


def choose(
    survey: Survey,
    period: Period,
    topics: Collection[Topic] = (),
    seen: Collection[str] = (),
    limit: int | None = None,
    weights: Mapping[str, float] = EVEN,
    followed: Collection[str] = (),
) -> Choice:
    """What the digest of a period shows; the same stories in any order give the same choice.

    A story belongs to the period in which its first post worth showing appeared, so that days
    do not repeat each other; later posts, and stories whose ids are in ``seen``, count as
    repeats. ``topics`` restricts the stories, not the counts. Nothing after the period is shown.
    ``weights`` are what a story's rank is multiplied by, for its topic and its channel's ref.
    The best of the stories ``followed``, by their ids, stand first, whatever their topic and kind.

    A week shows the best of each of its days, a month of each of its weeks, in proportion to
    what these brought; age decides between equals of one day alone. A month names the most told
    story of each week first, and then what most channels told.
    """
    found, limit = ranking(survey, period), limit or LIMITS[period.name]
    reader = _Reader(topics, found.by_id.keys() & set(seen), weights, followed)
    first, beyond = reader.first_of(found, limit // _FOLLOWED_SHARE)
    other = _Reader(topics, reader.seen | {each.candidate.outline.id for each in first}, weights)
    known = [found.by_id[story] for story in other.seen]
    counts = found.counts(topics).without(known, topics) if known else found.counts(topics)
    chosen = _Choosing(found, other, limit - len(first), counts).choose(period.name)
    ids = {each.candidate.outline.id for each in (*first, *chosen)}
    return Choice(
        sections=(*_followed(first), *_sections(chosen)),
        posts=found.posts,
        channels=len(found.channels),
        repeats=found.repeats + len(reader.seen),
        skipped=dict(sorted(found.skipped.items(), key=lambda item: (-item[1], item[0]))),
        left_out=sum(counts.parts) - len(chosen) + beyond,
        top=_named_first(found, reader, period.name, ids),
        lists=tuple(_lists(found, other, counts)),
        rest=_Rest(found, reader, ids),
    )


@dataclass(frozen=True)
class _Reader:
    """Whose digest it is: topics (none: all), stories seen, what is wanted less, and followed."""

    topics: Collection[Topic]
    seen: Set[str]
    weights: Mapping[str, float]
    followed: Collection[str] = ()

    def placed(self, candidates: Iterable[RankedStory]) -> Iterator[_Placed]:
        """What may be shown, the best first, made as far as one asks: few of thousands."""
        found = self.in_place(candidates)
        return iter(sorted(found)) if self.weights else found

    def in_place(self, candidates: Iterable[RankedStory]) -> Iterator[_Placed]:
        """The same in the order given."""
        for each in candidates:
            topic, story = topic_for(each.topics, self.topics), each.outline.id
            if (topic or story in self.followed) and story not in self.seen:
                yield _Placed(self._order(each, topic), each, topic)

    def first_of(self, found: Ranking, most: int) -> tuple[Sequence[_Placed], int]:
        """The best of what is followed; how many stories are left that no topic brings."""
        every = (each for each in found.candidates if each.outline.id in self.followed)
        placed = list(self.placed(every))
        left = (
            each for each in placed[most:] if each.topic is None and each.candidate.kind is None
        )
        return placed[:most], sum(1 for _ in left)

    def _order(self, candidate: RankedStory, topic: Topic | None) -> tuple[float, int, str]:
        """The rank with what its reader wants less of lowered."""
        if not self.weights:
            return candidate.order
        score, place, key = candidate.order
        factor = self.weights.get(topic or candidate.topics[0], 1) * self.weights.get(
            candidate.channel, 1
        )
        return score * factor, place, key


@dataclass(frozen=True)
class _Rest:
    """What a digest had no place for, listed when somebody asks."""

    found: Ranking
    reader: _Reader
    shown: Collection[str]

    def __iter__(self) -> Iterator[StorySummary]:
        for each in self.reader.placed(self.found.stories):
            if each.candidate.outline.id not in self.shown:
                yield each.candidate.outline


@dataclass
class _Choosing:
    """The stories of one reader: chosen so far, of each channel and each topic."""

    found: Ranking
    reader: _Reader
    limit: int
    counts: Counts
    chosen: dict[str, _Placed] = field(default_factory=dict)
    channels: Counter[str] = field(default_factory=Counter)
    topics: Counter[Topic | None] = field(default_factory=Counter)

    def choose(self, name: PeriodName) -> Sequence[_Placed]:
        """The best up to the limit, no channel and no topic with more than its share."""
        if len(self.counts.parts) > 1:
            told = self.reader.placed(self.found.most_told)
            self._take(_of_each_week(told, name), min(TOP[name], self.limit))
            self._take_of_parts(self.counts.parts)
        self._take(self.reader.placed(self.found.stories), self.limit)
        return sorted(self.chosen.values())

    def _take_of_parts(self, counts: Sequence[int]) -> None:
        """Of each part its share, with what is chosen of it already."""
        taken = Counter(each.candidate.part for each in self.chosen.values())
        all_fit = self.limit - len(self.chosen) >= len(counts)
        least = [max(taken[n], int(all_fit and count > 0)) for n, count in enumerate(counts)]
        for n, seats in enumerate(apportion(counts, self.limit, least)):
            part = self.reader.placed(self.found.by_part[n])
            self._take(part, len(self.chosen) + seats - taken[n])

    def _take(self, placed: Iterable[_Placed], until: int) -> None:
        """Choose on until so many are chosen."""
        for each in placed:
            if len(self.chosen) >= until:
                return
            candidate, topic = each.candidate, each.topic
            if (
                candidate.outline.id not in self.chosen
                and self.channels[candidate.channel] < self._most_of_channel
                and self.topics[topic] < self._most_of_topic
            ):
                self.chosen[candidate.outline.id] = each
                self.channels[candidate.channel] += 1
                self.topics[topic] += 1

    def __post_init__(self) -> None:
        several = _are_several(self.reader.placed(self.found.stories))
        most = max(_SHARE_LEAST, self.limit // _SHARE)
        self._most_of_channel = most if several else self.limit
        self._most_of_topic = most_of_each(self.counts.topics, self.limit)


def _named_first(
    found: Ranking, reader: _Reader, name: PeriodName, shown: Collection[str]
) -> tuple[str, ...]:
    """The ids of stories that a digest names first, those of most channels before others."""
    foremost = found.foremost if name == "day" else found.most_told
    told = (each.candidate.outline.id for each in _of_each_week(reader.in_place(foremost), name))
    first = set(islice((story for story in told if story in shown), TOP[name]))
    return tuple(each.outline.id for each in foremost if each.outline.id in first)


def _of_each_week(told: Iterable[_Placed], name: PeriodName) -> Iterable[_Placed]:
    """The same; of a month the first of each week stand before all others."""
    if name != "month":
        return told
    known = list(told)
    firsts = {each.candidate.part: each for each in reversed(known)}
    return sorted(known, key=lambda each: firsts[each.candidate.part] is not each)


def _lists(found: Ranking, reader: _Reader, counts: Counts) -> Iterator[Listed]:
    """What is listed at the end, of each kind the best."""
    for kind, of_kind in found.listed.items():
        best = [each.candidate.outline for each in islice(reader.placed(of_kind), _LISTED)]
        if best:
            yield Listed(kind, tuple(best), counts.kinds[kind] - len(best))


def _are_several(ranked: Iterable[_Placed]) -> bool:
    """True for enough channels to share a digest between them."""
    found: set[str] = set()
    for each in ranked:
        found.add(each.candidate.channel)
        if len(found) == _SHARED:
            return True
    return False


def _followed(first: Sequence[_Placed]) -> Sequence[tuple[None, tuple[StorySummary, ...]]]:
    """The section of what is followed, where there is any."""
    return [(None, tuple(each.candidate.outline for each in first))] if first else []


def _sections(
    chosen: Sequence[_Placed],
) -> Sequence[tuple[Topic | None, tuple[StorySummary, ...]]]:
    """Topics by their best story, "other" last; inside a topic the best first."""
    found = dict.fromkeys(each.topic for each in chosen)
    topics = sorted(found, key=lambda topic: topic == "other")
    return [
        (topic, tuple(each.candidate.outline for each in chosen if each.topic == topic))
        for topic in topics
    ]
