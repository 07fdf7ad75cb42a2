"""Whether the event loop stands still, which ends leases and keeps everybody waiting."""

import asyncio
from collections.abc import Iterator
from itertools import accumulate

import structlog

from bot.wait import tick

log = structlog.get_logger()
LAG_CHECK_S = 0.5  # seconds between two wakings
LOOP_LAG_WARN_S = 2.0  # seconds; a lease of the poller is three
_APART = 60.0  # seconds at least between two lines


class LagSpread:
    """By how many seconds wakings came too late, all since the process began."""

    BOUNDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0)  # seconds

    def __init__(self) -> None:
        self.seconds = 0.0
        self._numbers = [0] * (len(self.BOUNDS) + 1)

    def add(self, late: float) -> None:
        """Count one waking."""
        late = max(0.0, late)
        self.seconds += late
        self._numbers[sum(late > bound for bound in self.BOUNDS)] += 1

    def upto(self) -> Iterator[tuple[str, int]]:
        """How many wakings were late by each bound at most; the last bound is ``+Inf``."""
        names = (*map(str, self.BOUNDS), "+Inf")
        yield from zip(names, accumulate(self._numbers), strict=True)


async def watch_loop_lag(stop: asyncio.Event, spread: LagSpread) -> None:
    """Measure until ``stop`` how late wakings come; say when one is far too late."""
    clock = asyncio.get_running_loop().time
    longest, next_line = 0.0, clock()
    while True:
        due = clock() // LAG_CHECK_S * LAG_CHECK_S + LAG_CHECK_S
        if await tick(stop, LAG_CHECK_S):
            return
        late = clock() - due
        spread.add(late)
        longest = max(longest, late)
        if longest > LOOP_LAG_WARN_S and clock() >= next_line:
            log.warning("loop lag", seconds=round(longest, 1))
            longest, next_line = 0.0, clock() + _APART
