"""What the model cost: today and in 30 days, read from the store for the terminal and the chat."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from bot.model.spend import NO_SPENDS, DaySpends, Parts, SpendTotals, forecast, summed
from bot.store import Store
from bot.store.usage import Budgeted

REPORT_DAYS = 30


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
    def parts(self) -> Parts:
        """All days by model, source and kind of call."""
        return summed(self.days)

    @property
    def month(self) -> int:
        """Micro-dollars of 30 days like those that were counted."""
        return forecast(self.days, REPORT_DAYS)


async def cost_report(
    store: Store, today: date, cap: float, *, readers_share: float = 0.0
) -> CostReport:
    """The last 30 UTC days; ``cap`` in dollars, of which readers' forwards have a share."""
    dates = [today - timedelta(days=back) for back in reversed(range(REPORT_DAYS))]
    days = await store.usage.spends(dates)
    refs = [ref for ref in summed(days)["source"] if ref]
    names = await asyncio.gather(*(_name(store, ref) for ref in refs))
    budget = await store.usage.budgeted(today)
    channels = dict(zip(refs, names, strict=True))
    readers, most = await store.usage.spent_by_readers(today), round(cap * 1_000_000)
    return CostReport(days, budget, most, channels, readers, round(most * readers_share))


async def _name(store: Store, ref: str) -> str:
    state = await store.channels.state(ref)
    handle = state.get("handle")
    return f"@{handle}" if handle else state.get("title") or ref


def ranked(totals: Mapping[str, SpendTotals]) -> list[tuple[str, SpendTotals]]:
    """Names with what they took, the dearest first; where nothing is paid, the most tokens."""
    return sorted(
        totals.items(), key=lambda each: (-each[1].micro_dollars, -each[1].read, each[0])
    )


def dollars(micro: int) -> str:
    """``0.70``, or ``0.0004`` where cents say nothing."""
    return f"{micro / 1_000_000:.{4 if 0 < micro < 100_000 else 2}f}"
