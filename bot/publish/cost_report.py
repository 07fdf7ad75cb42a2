"""What the model cost: today and in 30 days, read from the store for the terminal and the chat."""

import asyncio
from datetime import date, timedelta

from bot.model.spend import REPORT_DAYS, CostReport, summed
from bot.store import Store


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
