"""Counters of a day and the money a model may cost in it."""

from collections.abc import Mapping
from datetime import date

from redis.asyncio import Redis

from bot.store import keys
from bot.store.scripts import Scripts


class Usage:
    """What was used per UTC day; money is reserved before a call and settled after it."""

    def __init__(self, redis: Redis, scripts: Scripts) -> None:
        self._redis, self._scripts = redis, scripts

    async def count(self, day: date, counters: Mapping[str, int]) -> None:
        """Add to the day's counters."""
        key = keys.usage(day.isoformat())
        pipeline = self._redis.pipeline()
        for name, number in counters.items():
            pipeline.hincrby(key, name, number)
        pipeline.expire(key, keys.USAGE_KEPT)
        await pipeline.execute()

    async def of(self, day: date) -> dict[str, int]:
        """The day's counters."""
        found = await self._redis.hgetall(keys.usage(day.isoformat()))
        return {str(name): int(number) for name, number in found.items()}

    async def reserve(self, day: date, cost: int, cap: int) -> bool:
        """Set ``cost`` micro-dollars aside; False when the day's cap would be passed."""
        done = await self._scripts(
            "reserve",
            [keys.budget(day.isoformat())],
            [cost, cap, int(keys.USAGE_KEPT.total_seconds())],
        )
        return bool(done)

    async def settle(self, day: date, reserved: int, spent: int) -> None:
        """Book what a reserved call really cost, in micro-dollars."""
        key = keys.budget(day.isoformat())
        pipeline = self._redis.pipeline()
        pipeline.hincrby(key, "reserved", -reserved)
        pipeline.hincrby(key, "spent", spent)
        await pipeline.execute()

    async def spent(self, day: date) -> int:
        """Micro-dollars spent and still reserved on a day."""
        found = await self._redis.hgetall(keys.budget(day.isoformat()))
        return sum(int(number) for number in found.values())
