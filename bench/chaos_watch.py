"""How a chaos run goes on: its progress, a standstill, and calls repeated through outages."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from redis.exceptions import RedisError

from bench.chaos_fleet import Fleet
from bench.chaos_world import World

STANDSTILL = 300.0  # seconds without progress: it will not end
DIGESTS_LOOK = 0.5  # seconds between two looks at which digests are closed


async def insist(call: Callable[[], Awaitable[object]]) -> None:
    """Call until the store is there; what is called may run twice."""
    while True:
        try:
            await call()
        except (RedisError, OSError):
            await asyncio.sleep(0.1)
        else:
            return


class Watch:
    """Waits a moment at a time, and knows when nothing goes on any more."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._moved_at = self._looked_at = time.monotonic()
        self._progress = (-1, -1)

    async def pause(self, fleet: Fleet) -> None:
        await asyncio.sleep(0.05)
        self._world.count_calls()
        await fleet.revive()
        now = time.monotonic()
        progress = self._world.progress, len(self._world.late)
        if progress != self._progress:
            self._progress, self._moved_at = progress, now
        if now - self._looked_at > DIGESTS_LOOK:
            self._looked_at = now
            with suppress(RedisError, OSError):
                await self._world.note_digests()

    @property
    def stands_still(self) -> bool:
        return time.monotonic() - self._moved_at > STANDSTILL
