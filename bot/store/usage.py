"""Counters of a day and the money a model may cost in it."""

import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import NamedTuple

from redis.asyncio import Redis

from bot.store import keys
from bot.store.scripts import Scripts

HOLD_LEASE = timedelta(minutes=6)  # longer than all calls about one post may take


class Hold(NamedTuple):
    """Money set aside for one call."""

    day: date
    member: str


class Usage:
    """What was used per UTC day; money is reserved before a call and settled after it."""

    def __init__(self, redis: Redis, scripts: Scripts) -> None:
        self._redis, self._scripts = redis, scripts

    async def count(self, day: date, counters: Mapping[str, int]) -> None:
        """Add to the day's counters."""
        if not counters:
            return
        parts = [part for pair in counters.items() for part in pair]
        kept = int(keys.USAGE_KEPT.total_seconds())
        await self._scripts("count", [keys.usage(day.isoformat())], [kept, *parts])

    async def of(self, day: date) -> dict[str, int]:
        """The day's counters."""
        found = await self._redis.hgetall(keys.usage(day.isoformat()))
        return {str(name): int(number) for name, number in found.items()}

    async def reserve(
        self, day: date, cost: int, cap: int, lease: timedelta = HOLD_LEASE
    ) -> Hold | None:
        """Set ``cost`` micro-dollars aside; None when the day's cap would be passed.

        A hold that is neither settled nor over counts as spent; one whose worker died gives its
        money back after the lease.
        """
        hold = Hold(day, f"{secrets.token_hex(8)}:{cost}")
        milliseconds = int(lease / timedelta(milliseconds=1))
        done = await self._scripts(
            "reserve",
            _budget(day),
            [hold.member, cost, cap, milliseconds, int(keys.HOLD_KEPT.total_seconds())],
        )
        return hold if done else None

    async def settle(
        self, hold: Hold, spent: int, counters: Mapping[str, int] = MappingProxyType({})
    ) -> None:
        """Book what a reserved call really cost, in micro-dollars, once; late is not too late.

        The counters are those of the day on which it was reserved.
        """
        seconds = int(keys.USAGE_KEPT.total_seconds())
        names = [*_budget(hold.day), keys.usage(hold.day.isoformat())]
        parts = [part for pair in counters.items() for part in pair]
        await self._scripts("book", names, [hold.member, spent, seconds, *parts])

    async def spent(self, day: date) -> int:
        """Micro-dollars spent and still held on a day."""
        budget, holds = _budget(day)
        seconds, micros = await self._redis.time()
        now = int(seconds) * 1000 + int(micros) // 1000
        held = await self._redis.zrange(holds, f"({now}", "+inf", byscore=True)
        booked = int(await self._redis.hget(budget, "spent") or 0)
        return booked + sum(int(str(member).rpartition(":")[2]) for member in held)


def _budget(day: date) -> list[str]:
    return [keys.budget(day.isoformat()), keys.holds(day.isoformat())]
