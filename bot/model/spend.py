"""What calls of the model took: tokens and money by model, source and kind of call. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple, get_args

CallKind = Literal["post", "repair", "judge", "opening", "query", "answer", "sample"]
"""``query`` and ``answer`` are for readers' questions, ``sample`` is the doctor's look."""

Dimension = Literal["model", "source", "kind", "age"]
"""``age`` has one name, ``HISTORY``: what of a day's costs comes but once."""

HISTORY = "history"


class Spend(NamedTuple):
    """Calls of one kind to one model; ``source`` is a channel's ref, empty where there is none.

    ``cached`` and ``cache_writes`` are parts of ``read``. ``age`` is ``HISTORY`` for calls about
    posts that are older than their source is one here, else empty.
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
    age: str = ""


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


REPORT_DAYS = 30
NO_SPENDS = SpendTotals()
SpendParts = Mapping[Dimension, Mapping[str, SpendTotals]]


class DaySpends(NamedTuple):
    """What a UTC day took in all and by each dimension, and whether anything was counted on it."""

    day: date
    total: SpendTotals
    parts: SpendParts
    counted: bool

    @property
    def history(self) -> int:
        """Micro-dollars that went to what is read once, as a source is added."""
        return self.parts.get("age", {}).get(HISTORY, NO_SPENDS).micro_dollars


class Budgeted(NamedTuple):
    """Micro-dollars of a day that are spent, and those set aside for calls under way."""

    spent: int
    held: int


def summed(days: Iterable[DaySpends]) -> SpendParts:
    """The parts of several days together."""
    found: dict[Dimension, dict[str, SpendTotals]] = {name: {} for name in get_args(Dimension)}
    for day in days:
        for dimension, names in day.parts.items():
            sums = found[dimension]
            for name, totals in names.items():
                sums[name] = sums.get(name, NO_SPENDS) + totals
    return found


def forecast(days: Iterable[DaySpends], length: int = REPORT_DAYS) -> int:
    """Micro-dollars of ``length`` days like those on which anything at all was counted.

    History is read once, and does not come again.
    """
    counted = [day.total.micro_dollars - day.history for day in days if day.counted]
    return round(sum(counted) * length / len(counted)) if counted else 0


class CostReport(NamedTuple):
    """Days with today as the last; ``cap`` in micro-dollars; names of channels by their ref.

    ``readers`` are the micro-dollars that went to what readers forward, of ``readers_cap``.
    """

    days: Sequence[DaySpends]
    budget: Budgeted
    cap: int
    channels: Mapping[str, str]
    readers: int = 0
    readers_cap: int = 0

    @property
    def today(self) -> DaySpends:
        """The UTC day under way."""
        return self.days[-1]

    @property
    def total(self) -> SpendTotals:
        """All days together."""
        return sum((day.total for day in self.days), NO_SPENDS)

    @property
    def parts(self) -> SpendParts:
        """All days by model, source and kind of call."""
        return summed(self.days)

    @property
    def history(self) -> int:
        """Micro-dollars of all days that went to what is read once."""
        return sum(day.history for day in self.days)

    @property
    def month(self) -> int:
        """Micro-dollars of 30 days like those that were counted."""
        return forecast(self.days, REPORT_DAYS)


def ranked(totals: Mapping[str, SpendTotals]) -> list[tuple[str, SpendTotals]]:
    """Names with what they took, the dearest first; where nothing is paid, the most tokens."""
    return sorted(
        totals.items(), key=lambda each: (-each[1].micro_dollars, -each[1].read, each[0])
    )


def dollars(micro: int) -> str:
    """``0.70``, or ``0.0004`` where cents say nothing."""
    return f"{micro / 1_000_000:.{4 if 0 < micro < 100_000 else 2}f}"
