"""What calls of the model took: tokens and money by model, source and kind of call. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal, NamedTuple

CallKind = Literal["post", "repair", "judge", "opening", "sample"]
"""``sample`` is the doctor's look at the model."""

Dimension = Literal["model", "source", "kind"]


class Spend(NamedTuple):
    """Calls of one kind to one model; ``source`` is a channel's ref, empty where there is none.

    ``cached`` and ``cache_writes`` are parts of ``read``.
    """

    model: str
    source: str
    kind: str
    calls: int
    read: int
    cached: int
    cache_writes: int
    written: int
    micro_dollars: int


class SpendTotals(NamedTuple):
    """Calls, tokens and micro-dollars; sums up with ``+``."""

    calls: int = 0
    read: int = 0
    cached: int = 0
    cache_writes: int = 0
    written: int = 0
    micro_dollars: int = 0

    def __add__(self, other: object) -> "SpendTotals":
        if not isinstance(other, SpendTotals):
            return NotImplemented
        return SpendTotals(*(one + two for one, two in zip(self, other, strict=True)))


NO_SPENDS = SpendTotals()
Parts = Mapping[Dimension, Mapping[str, SpendTotals]]


class DaySpends(NamedTuple):
    """What a UTC day took in all and by each dimension, and whether anything was counted on it."""

    day: date
    total: SpendTotals
    parts: Parts
    counted: bool


def summed(days: Iterable[DaySpends]) -> Parts:
    """The parts of several days together."""
    found: dict[Dimension, dict[str, SpendTotals]] = {"model": {}, "source": {}, "kind": {}}
    for day in days:
        for dimension, names in day.parts.items():
            sums = found[dimension]
            for name, totals in names.items():
                sums[name] = sums.get(name, NO_SPENDS) + totals
    return found


def forecast(days: Iterable[DaySpends], length: int = 30) -> int:
    """Micro-dollars of ``length`` days like those on which anything at all was counted."""
    counted = [day.total.micro_dollars for day in days if day.counted]
    return round(sum(counted) * length / len(counted)) if counted else 0
