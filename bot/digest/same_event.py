"""Whether posts of two channels tell one event in their own words: rules, no model. Pure.

A score adds up what speaks for it. Its weights were fitted to labelled posts and rounded; of pairs
of channels that were left out of the fit, 97 % of those above the bar tell one event. Nearness of
words decides nothing alone: two products of one line are as near as two tellings of one.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

from pydantic import AwareDatetime

from bot.digest.event_names import Telling
from bot.model import Entry
from bot.model.value import Value

EVENT_WINDOW = timedelta(days=7)
"""How far two tellings of one event may be apart."""

MAX_HINTS = 8
"""Terms under which a telling is found: its links, its products, the rarest names of its head."""

CERTAIN, LIKELY = -0.5, -1.6
"""The scores from which two posts are merged, and from which they are shown together."""

EARLIER = 12
"""Posts of a channel by which its furniture is known …"""

_SEEN, _SHARE = 3, 0.5  # … what stands in three of them and in more than half

_RAREST = 7.0  # a term of one post among a thousand: rarer ones say no more
_UNSEEN = 0.5
_LEAST_NAME = 2.0  # rarity of a name in both heads without which nothing is compared
_LEAST_WORDS = 8  # some unknown words in each: two short posts are not alike by one word
_SHORTEST = 50  # characters
_FEW_DAYS = 3
_NAMES_TOLD = 4

# What speaks for one event: the rarity of the rarest name in both heads; likeness of words; one
# versioned product that both announce; one main address. Against it: days apart, and length, as
# long posts share words by chance.
_NAME, _WORDS, _ANNOUNCED, _LINK = 0.67, 7.0, 5.4, 4.0
_DAY, _LENGTH, _NONE = -0.7, -0.46, -3.0


class Rarity:
    """How rare terms were among the posts of the last weeks: 0 for a common one, 7 at most."""

    def __init__(self, counts: Mapping[str, int], posts: int) -> None:
        self._counts, self._posts = counts, posts

    def of(self, term: str) -> float:
        """The rarity of a term that was counted."""
        seen = self._counts.get(term, 0) + _UNSEEN
        return min(max(math.log((self._posts + 1) / seen), 0.0), _RAREST)


class Told(Value):
    """A telling with the key, the channel and the instant of its post."""

    key: str
    channel: str
    published_at: AwareDatetime
    telling: Telling


class Tie(Value):
    """Why two posts may tell one event, ``link:…`` or ``names:…``, and how sure that is.

    ``score`` is compared with ``CERTAIN`` and ``LIKELY``.
    """

    score: float
    reason: str


def told(entry: Entry, telling: Telling) -> Told:
    """The telling as it is kept to be compared with later ones."""
    post = entry.post
    return Told(
        key=post.key, channel=post.channel.ref, published_at=post.published_at, telling=telling
    )


def furniture(earlier: Sequence[Sequence[str]]) -> frozenset[str]:
    """Terms that a channel puts under its posts, by those of its last ones."""
    seen = Counter(term for terms in earlier for term in set(terms))
    least = max(_SEEN, math.floor(_SHARE * len(earlier)) + 1)
    return frozenset(term for term, count in seen.items() if count >= least)


def hints(telling: Telling, rarity: Rarity) -> tuple[str, ...]:
    """Terms under which it is found by others, the rarest first; none for a round-up."""
    if telling.several:
        return ()
    rare = [name for name in telling.head if rarity.of(name) >= _LEAST_NAME]
    names = _by_rarity(frozenset(rare), rarity)
    return (*telling.links, *telling.subjects, *names)[:MAX_HINTS]


def tie(new: Told, old: Told, rarity: Rarity) -> Tie | None:
    """What ties two posts to one event, however weakly; None where they cannot be of one."""
    one, two = new.telling, old.telling
    apart = abs(new.published_at - old.published_at)
    if apart > EVENT_WINDOW or new.channel == old.channel:
        return None
    if one.several or two.several or _other_product(one, two) or _other_day(one, two):
        return None
    heads = _by_rarity(one.head & two.head, rarity)
    links = [link for link in one.links if link in two.links]
    if _rarest(heads, rarity) < _LEAST_NAME:  # one address alone may stand under any joke
        return None
    score = (
        _NONE
        + _NAME * _rarest(heads, rarity)
        + _WORDS * _alike(one, two, rarity)
        + _ANNOUNCED * (_one_product(one, two) and one.announces and two.announces)
        + _LINK * bool(links)
        + _DAY * min(apart / timedelta(days=1), _FEW_DAYS)
        + _LENGTH * math.log(math.sqrt(_length(one) * _length(two)))
    )
    reason = f"link:{links[0]}" if links else _named(one, two, rarity)
    return Tie(score=round(score, 2), reason=reason)


def _by_rarity(names: frozenset[str], rarity: Rarity) -> list[str]:
    return sorted(names, key=lambda name: (-rarity.of(name), name))


def _rarest(names: Sequence[str], rarity: Rarity) -> float:
    return rarity.of(names[0]) if names else 0.0


def _length(telling: Telling) -> int:
    return max(telling.length, _SHORTEST)


def _alike(one: Telling, two: Telling, rarity: Rarity) -> float:
    """The rarity of the words shared, by the mean number of words."""
    shared = sum(rarity.of(word) for word in one.words & two.words)
    return shared / math.sqrt((len(one.words) + _LEAST_WORDS) * (len(two.words) + _LEAST_WORDS))


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
    return f"names:{', '.join([*products, *shared][:_NAMES_TOLD])}"
