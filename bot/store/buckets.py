"""How much each user may ask, shared by all workers: token buckets by the server's clock."""

from datetime import timedelta
from typing import NamedTuple, cast

from redis.asyncio import Redis

from bot.store import keys
from bot.store.scripts import Scripts


class Ask(NamedTuple):
    """Whether it is allowed; else how long to wait, and whether the user was told before."""

    allowed: bool
    wait: timedelta
    told: bool


class Buckets:
    """A bucket of ``most`` tokens per user, refilled by ``per_second``."""

    def __init__(self, redis: Redis, most: int, per_second: float) -> None:
        self._scripts, self._most, self._per_second = Scripts(redis), most, per_second

    async def ask(self, user_id: int) -> Ask:
        """Take one token of the user."""
        answer = await self._scripts(
            "spend_token",
            [keys.throttle(user_id)],
            [self._most, self._per_second, int(keys.THROTTLE_KEPT.total_seconds())],
        )
        allowed, wait, told = cast("list[int]", answer)
        return Ask(bool(allowed), timedelta(milliseconds=wait), bool(told))
