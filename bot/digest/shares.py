"""Seats for many: by largest remainder, and no more for one than its share. Pure."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

_LEAST = 4  # stories of one topic that are never too many …
_SHARED = 3  # … and with so few topics there is nothing to share
_T = TypeVar("_T")


def apportion(counts: Sequence[int], seats: int, least: Sequence[int]) -> list[int]:
    """How many of ``seats`` each gets, in proportion to its count, by the largest remainder.

    Nobody gets more than it counts, nor less than its ``least``, whose sum fits into the seats:
    what that takes comes from who has most.
    """
    total = sum(counts)
    if total <= seats:
        return list(counts)
    exact = [seats * count / total for count in counts]
    shares = [int(share) for share in exact]
    rest = sorted(range(len(counts)), key=lambda n: (shares[n] - exact[n], n))
    for n in rest[: seats - sum(shares)]:
        shares[n] += 1
    shares = [max(pair) for pair in zip(shares, least, strict=True)]
    while sum(shares) > seats:
        spare = [share - few for share, few in zip(shares, least, strict=True)]
        shares[max(range(len(shares)), key=lambda n: (min(spare[n], 1), shares[n], -n))] -= 1
    return shares


def most_of_each(counts: Mapping[_T, int], limit: int) -> int:
    """Most stories of one topic: a third of what will be shown, at least four.

    With three topics or fewer a third each cannot be; then the limit is all there is.
    """
    if len(counts) <= _SHARED:
        return limit
    shown, before = min(limit, sum(counts.values())), -1
    while shown != before:
        most, before = max(_LEAST, shown // 3), shown
        shown = min(shown, sum(min(count, most) for count in counts.values()))
    return most
