"""Tells when this host's clock and the store's differ: no digest suffers, but one should know."""

import asyncio
from datetime import timedelta

import structlog

from bot.app.health import Health
from bot.store import Store
from bot.store.connection.clock import MAX_SKEW, describe_skew
from bot.store.errors import StoreUnavailable
from bot.wait import until

log = structlog.get_logger()
SKEW_CHECK_S = 60.0  # seconds between two comparisons


async def watch_clock_skew(
    store: Store, health: Health, stop: asyncio.Event, every: float = SKEW_CHECK_S
) -> None:
    """Compare the clocks until ``stop``; a skew is said once, and again when it changes much."""
    told = timedelta()
    while not stop.is_set():
        try:
            skew = await store.clock_skew()
        except StoreUnavailable:
            skew = None
        if skew is not None:
            told = _tell(skew, told, health)
        await until(stop, every)


def _tell(skew: timedelta, told: timedelta, health: Health) -> timedelta:
    """Note a skew; the one that the log has told last."""
    health.warnings["clock"] = describe_skew(skew)
    if abs(skew - told) <= max(MAX_SKEW, abs(told) / 2):
        return told
    if describe_skew(skew):
        log.warning("clock skew", seconds=round(skew.total_seconds()), then=describe_skew(skew))
        return skew
    log.info("clock skew ended")
    return timedelta()
