"""How far a post reached beside others of its channel: views and reactions at equal ages. Pure.

A young post is never measured against a final count: views are read once at each of a few ages,
and a reading is compared with those of the same age alone.
"""

import math
import re
from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from statistics import median
from typing import NamedTuple

AGES_H = (1, 3, 8, 20, 48)
"""Hours after its publication at which the audience of a post is read, once at each."""

FARTHEST = 2.0
"""Most that the reach of a post may be, up or down: four times as many as usual, or a quarter."""

_LATE = 1.5  # times an age until which a reading is of that age; at the last one views stand still
_LEAST = 5  # other posts without which nothing is usual
_REACTIONS_WEIGHT = 0.25  # few readers react, so their number tells less than that of the views
_UNREAD = "-"
_COUNTS = re.compile(r"(\d{1,15})/(\d{1,15})", re.ASCII)


class Audience(NamedTuple):
    """How many had seen a post and reacted to it, read at one of ``AGES_H``, by its place there.

    ``viewed`` is False where only reactions are told, as in exports. ``size`` is log2 of views,
    else of reactions; ``warmth`` is log2 of reactions per view.
    """

    place: int
    viewed: bool
    size: float
    warmth: float
    reactions: int


class Usual(NamedTuple):
    """What is usual for a channel at an age: medians over so many posts.

    No ``warmth`` where its readers do not react, or nothing is known of views.
    """

    posts: int
    size: float = 0.0
    warmth: float | None = None


def reading_age(age: timedelta) -> int | None:
    """Which of ``AGES_H`` a reading at that age is of; None where it is of none."""
    hours = age / timedelta(hours=1)
    passed = [each for each in AGES_H if each <= hours]
    if not passed or (hours > passed[-1] * _LATE and passed[-1] != AGES_H[-1]):
        return None
    return passed[-1]


def pack_readings(stored: Sequence[str | None]) -> str:
    """Readings by age, ``views/reactions`` each, as one text; empty without any."""
    return " ".join(each or _UNREAD for each in stored) if any(stored) else ""


@lru_cache(20_000)  # posts of a week
def latest(packed: str) -> Audience | None:
    """The last reading; None where there is none."""
    places = range(len(AGES_H) - 1, -1, -1)
    return next((found for place in places if (found := _reading(packed, place))), None)


@lru_cache(1_000)  # channels at one or two ages
def usual_at(place: int, viewed: bool, last_posts: str) -> Usual:
    """What is usual at the age of that place, of packed readings with commas between posts.

    Over posts whose views are known, or else over the others: one is not to be told by the other.
    """
    known = [_reading(text, place) for text in last_posts.split(",")]
    alike = [each for each in known if each and each.viewed == viewed]
    if not alike:
        return Usual(0)
    warm = viewed and median(each.reactions for each in alike) > 0
    return Usual(
        len(alike),
        median(each.size for each in alike),
        median(each.warmth for each in alike) if warm else None,
    )


def reach(audience: Audience, usual: Usual) -> float:
    """Log2 of a post's views against the usual, with its reactions per view; 0 for unknown.

    ``usual`` counts the post itself, too.
    """
    if usual.posts <= _LEAST:
        return 0.0
    found = audience.size - usual.size
    if usual.warmth is not None:
        found += _REACTIONS_WEIGHT * _bounded(audience.warmth - usual.warmth)
    return round(_bounded(found), 2)


def _reading(packed: str, place: int) -> Audience | None:
    """The reading of that age; None where there is none, or the text has another form."""
    parts = packed.split(" ")
    found = _COUNTS.fullmatch(parts[place]) if len(parts) == len(AGES_H) else None
    if found is None:
        return None
    seen, reacted = int(found[1]), int(found[2])
    size = math.log2(seen or reacted + 1)
    return Audience(place, seen > 0, size, math.log2(reacted + 1) - size, reacted)


def _bounded(value: float) -> float:
    return FARTHEST if value > FARTHEST else max(value, -FARTHEST)
