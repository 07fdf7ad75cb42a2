"""Whether posts of two channels tell one event in their own words: rules, no model. Pure.

A score adds up what speaks for it. Its weights were fitted to labelled posts and rounded; with the
channels of a pair left out of the fit, 97 % of the pairs above the bar of merges told one event
(37 % of all such pairs), and 85 % of those in one item with groups (50 %). The limits below came
after that, from what the rules joined wrongly among other channels' posts; ``python -m bench
stories`` tells what is left, 30 % and 64 %, 93 % of them rightly, and what limits chosen on other
channels would give. A name of an address counts like
one of the text where the other post is headed by it. Nearness decides nothing alone: two
products of one line are as near as two tellings of one.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import chain

from pydantic import AwareDatetime

from bot.digest.event_names import Telling
from bot.model import Entry
from bot.model.value import Value

EVENT_WINDOW = timedelta(days=7)
"""How far two tellings of one event may be apart."""

CANDIDATE_WINDOW = timedelta(days=15)
"""How far two posts may be apart that a judge compares."""

MAX_HINTS = 24
"""Terms under which a telling is found: its links, its products, the rarest of its head."""

CERTAIN, LIKELY, POSSIBLE = 1.2, 0.0, -6.0
"""The scores from which two posts are merged, are shown together, are shown to a judge."""

_UNSURE = 0.5
"""The most without a name in both heads, and for two products, two days, round-ups: only a judge
merges those.
"""

LEAST_COUNTED = 100
"""Posts without which nobody knows what is rare: a new bot merges by products and links alone."""

EARLIER = 12
"""Posts of a channel by which its furniture is known …"""

_SEEN, _SHARE = 3, 0.5  # … what stands in three of them and in more than half

_RAREST = 7.0  # a term of one post among a thousand: rarer ones say no more
_UNSEEN = 0.5
_LEAST_SHARED = 1.9  # rarity of a term of both without which nothing is compared
_FEWEST, _LEAST_LENGTH = 2, 5.0  # terms in common, and how much they say, that merge nothing
_FEW_DAYS = 3
_SECOND, _NOT_NEAR = 0.5, -2.0  # what a second telling adds, above the score that says nothing
_NAMES_TOLD = 4
_HEADED, _NAMED = 1.0, 1.0  # a name of the head is looked up before a rarer one, or a word
_ADDRESSES = 2  # names of an address by which two posts are at least compared

# What speaks for one event: nearness, the root of the cosine of what both say, weighed by squared
# rarity; one main address. Against it: days apart, other news beside it, a product with a version
# in one only, what one still expects, somebody's trying it out.
_NEAR, _LINK, _ANNOUNCED = 19.6, 4.0, 4.1
_DAY, _SEVERAL, _UNVERSIONED, _EXPECTED, _TRY, _NONE = -1.4, -2.3, -1.8, -3.8, -0.9, -5.1


class Rarity:
    """How rare terms were among the posts of the last weeks: 0 for a common one, 7 at most."""

    def __init__(self, counts: Mapping[str, int], posts: int) -> None:
        self.posts = posts
        by_count = {seen: self._rarity(seen) for seen in {0, *counts.values()}}
        self._of = {term: by_count[seen] for term, seen in counts.items()}
        self._unseen = by_count[0]

    def of(self, term: str) -> float:
        """The rarity of a term that was counted."""
        return self._of.get(term, self._unseen)

    def _rarity(self, seen: int) -> float:
        return min(max(math.log((self.posts + 1) / (seen + _UNSEEN)), 0.0), _RAREST)


class Told(Value):
    """A telling with its weight, the key, the channel and the instant of its post."""

    key: str
    channel: str
    published_at: AwareDatetime
    telling: Telling
    weight: float = 0.0


class Tie(Value):
    """Why two posts may tell one event, and how sure that is.

    ``link:…``, ``names:…`` of what both name, ``words:…``, cut short, where they share no name.
    ``score`` is compared with ``CERTAIN``, ``together`` with ``LIKELY``: ``others`` is what other
    tellings of the same item, which is a story with those shown under it, add to the score.
    """

    score: float
    reason: str
    others: float = 0.0

    @property
    def together(self) -> float:
        """The score for being shown in one item."""
        return self.score + self.others


def told(entry: Entry, telling: Telling, rarity: Rarity) -> Told:
    """The telling as it is kept to be compared with later ones."""
    post = entry.post
    return Told(
        key=post.key,
        channel=post.channel.ref,
        published_at=post.published_at,
        telling=telling,
        weight=round(weight(telling, rarity), 2),
    )


def furniture(terms: frozenset[str], earlier: Sequence[Sequence[str]]) -> frozenset[str]:
    """Which of these terms a channel puts under its posts, by those of its last ones."""
    seen = Counter(chain.from_iterable(map(terms.intersection, earlier)))
    least = max(_SEEN, math.floor(_SHARE * len(earlier)) + 1)
    return frozenset(term for term, count in seen.items() if count >= least)


def weight(telling: Telling, rarity: Rarity) -> float:
    """The length of what a telling says, as a vector of rarities."""
    return _length(telling.said, rarity)


def hints(telling: Telling, rarity: Rarity) -> tuple[str, ...]:
    """Terms under which it is found by others, the most telling first."""

    def rank(term: str) -> tuple[float, str]:
        headed, named = term in telling.head or term in telling.about, term in telling.names
        return rarity.of(term) + _HEADED * headed + _NAMED * named, term

    ranked = sorted(telling.about | telling.names | telling.addressed, key=rank, reverse=True)
    return tuple(dict.fromkeys((*telling.links, *telling.subjects, *ranked)))[:MAX_HINTS]


def tie(new: Told, old: Told, rarity: Rarity) -> Tie | None:
    """What ties two posts to one event, however weakly; None where they cannot be of one."""
    one, two = new.telling, old.telling
    apart = abs(new.published_at - old.published_at)
    if apart > CANDIDATE_WINDOW or new.channel == old.channel:
        return None
    # Names and words are told apart by their first letter: no union of both is needed.
    named = one.names & two.names
    if not (one.several or two.several):  # a round-up names what it links, and tells none of it
        named |= (one.addressed & two.head) | (two.addressed & one.head)
    shared = named | (one.words & two.words) | (one.amounts & two.amounts)
    length = _length(shared, rarity)
    links = [link for link in one.links if link in two.links]
    rare = _has_rare(shared, rarity)  # one address alone may stand under any joke
    score = (
        _NONE
        + _NEAR * _nearness(new, old, length, rarity) * rare
        + _LINK * (bool(links) and rare)
        + _ANNOUNCED * (_one_product(one, two) and one.announces and two.announces)
        + _DAY * min(apart / timedelta(days=1), _FEW_DAYS)
        + _SEVERAL * (one.several or two.several)
        + _UNVERSIONED * (bool(one.subjects) != bool(two.subjects))
        + _EXPECTED * (one.expected != two.expected)
        + _TRY * max(one.tries, two.tries)
    )
    score = min(score, _most_of_kind(one, two, rarity))
    if not links and not _one_product(one, two):
        score = min(score, _most(len(shared), length))
        if rarity.posts < LEAST_COUNTED:
            score = min(score, LIKELY - 1)
    if apart > EVENT_WINDOW:
        score = min(score, LIKELY - 1)
    if links or len(_addresses(one, two, rarity)) >= _ADDRESSES:
        score = max(score, POSSIBLE)
    if score < POSSIBLE:
        return None
    reason = f"link:{links[0]}" if links else _named(one, two, rarity)
    return Tie(score=round(score, 2), reason=reason)


def _most_of_kind(one: Telling, two: Telling, rarity: Rarity) -> float:
    """The most that two tellings can score by what sort of posts they are."""
    if one.roundup or two.roundup:
        return LIKELY - 1  # it is listed in one, not told
    headed = _has_rare(one.head & two.head, rarity)
    if not headed or one.several or two.several or one.afterwards != two.afterwards:
        return _UNSURE
    return _UNSURE if _other_product(one, two) or _other_day(one, two) else math.inf


def likeness(scores: Sequence[float]) -> float:
    """The score of a post beside a whole item, by those of its tellings: the best two count.

    Two that are each less than likely speak for it together; what may not be grouped stays so.
    """
    best, *others = sorted(scores, reverse=True)
    if not others or best <= LIKELY - 1:
        return best
    return best + _SECOND * (others[0] - _NOT_NEAR)


def _most(shared: int, length: float) -> float:
    """The most that so little in common can say: two short posts are near by a single word."""
    if shared < _FEWEST:
        return LIKELY - 1
    return _UNSURE if shared == _FEWEST or length < _LEAST_LENGTH else math.inf


def _length(terms: Iterable[str], rarity: Rarity) -> float:
    """Of a vector of rarities; the same in whatever order they come."""
    return math.hypot(*map(rarity.of, terms))


def _nearness(new: Told, old: Told, shared: float, rarity: Rarity) -> float:
    """From 0 for nothing in common to about 1 for one text."""
    lengths = (new.weight or weight(new.telling, rarity)) * (
        old.weight or weight(old.telling, rarity)
    )
    return shared / math.sqrt(lengths or 1.0)


def _addresses(one: Telling, two: Telling, rarity: Rarity) -> list[str]:
    """Rare names of addresses of one that the other has, too."""
    both = (one.addressed & (two.names | two.addressed)) | (two.addressed & one.names)
    return [name for name in both if rarity.of(name) >= _LEAST_SHARED]


def _by_rarity(names: frozenset[str], rarity: Rarity) -> list[str]:
    return sorted(names, key=lambda name: (-rarity.of(name), name))


def _has_rare(terms: Iterable[str], rarity: Rarity) -> bool:
    return any(rarity.of(term) >= _LEAST_SHARED for term in terms)


def _one_product(one: Telling, two: Telling) -> bool:
    """True where each is about a versioned product that the other names, too."""
    if not one.subjects or not two.subjects:
        return False
    return one.subjects[0] in two.subjects and two.subjects[0] in one.subjects


def _other_product(one: Telling, two: Telling) -> bool:
    """True where they are about two products, or two of one line."""
    return bool(one.subjects and two.subjects) and not _one_product(one, two)


def _other_day(one: Telling, two: Telling) -> bool:
    """True where each names days, and not one that the other does."""
    return bool(one.dates and two.dates) and one.dates.isdisjoint(two.dates)


def _named(one: Telling, two: Telling, rarity: Rarity) -> str:
    products = [subject for subject in one.subjects if subject in two.subjects]
    shared = [name.removeprefix("@") for name in _by_rarity(one.names & two.names, rarity)]
    if named := [*products, *shared][:_NAMES_TOLD]:
        return f"names:{', '.join(named)}"
    return f"words:{', '.join(_by_rarity(one.words & two.words, rarity)[:_NAMES_TOLD])}"
