"""How a chaos run goes on: its progress, a standstill, and calls repeated through outages."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from redis.exceptions import RedisError

from bench.chaos_fleet import Fleet
from bench.chaos_world import World
from bot.store import keys

STANDSTILL = 150.0  # seconds without progress: it will not end
CLAIM_RUNS_OUT = 15.0  # seconds; a dead watcher's look would be repeated after ten minutes


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
        self._moved_at = self._claimed_at = time.monotonic()
        self._progress = -1

    async def pause(self, fleet: Fleet) -> None:
        await asyncio.sleep(0.05)
        self._world.count_calls()
        await fleet.revive()
        now = time.monotonic()
        if self._world.progress != self._progress:
            self._progress, self._moved_at = self._world.progress, now
        if now - self._claimed_at > CLAIM_RUNS_OUT:
            self._claimed_at = now
            await self._end_claims()

    @property
    def stands_still(self) -> bool:
        return time.monotonic() - self._moved_at > STANDSTILL

    async def _end_claims(self) -> None:
        redis = self._world.store.redis

        async def end() -> None:
            watched = await redis.zrange(keys.WATCHED, 0, -1)
            if watched:
                await redis.zadd(keys.WATCHED, dict.fromkeys(map(str, watched), 0), xx=True)

        await insist(end)
