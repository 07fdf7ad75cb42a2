"""Whether the event loop stands still, which ends leases and keeps everybody waiting."""

import asyncio

import structlog

from bot.store.until import until

log = structlog.get_logger()
LOOK = 0.5  # seconds between two wakings
LATE = 2.0  # seconds; a lease of the poller is three
APART = 60.0  # seconds at least between two lines


async def note_stalls(stop: asyncio.Event) -> None:
    """Say, until ``stop``, when a waking came too late, and by how many seconds at most."""
    clock = asyncio.get_running_loop().time
    longest, next_line = 0.0, clock()
    while True:
        due = clock() + LOOK
        if await until(stop, LOOK):
            return
        longest = max(longest, clock() - due)
        if longest > LATE and clock() >= next_line:
            log.warning("event loop stood still", seconds=round(longest, 1))
            longest, next_line = 0.0, clock() + APART
