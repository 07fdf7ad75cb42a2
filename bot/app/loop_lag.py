"""Whether the event loop stands still, which ends leases and keeps everybody waiting."""

import asyncio

import structlog

from bot.wait import until

log = structlog.get_logger()
LAG_CHECK_S = 0.5  # seconds between two wakings
LOOP_LAG_WARN_S = 2.0  # seconds; a lease of the poller is three
_APART = 60.0  # seconds at least between two lines


async def watch_loop_lag(stop: asyncio.Event) -> None:
    """Say, until ``stop``, when a waking came too late, and by how many seconds at most."""
    clock = asyncio.get_running_loop().time
    longest, next_line = 0.0, clock()
    while True:
        due = clock() + LAG_CHECK_S
        if await until(stop, LAG_CHECK_S):
            return
        longest = max(longest, clock() - due)
        if longest > LOOP_LAG_WARN_S and clock() >= next_line:
            log.warning("loop lag", seconds=round(longest, 1))
            longest, next_line = 0.0, clock() + _APART
