"""Keys of another type than they must have: moved aside for two weeks, so that the work goes on.

Another program on the same server, or a hand, has written them; nothing of them is removed before.
"""

import time
from collections.abc import Iterable

import structlog
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from bot.store import keys
from bot.store.connection.key_types import type_of
from bot.store.scripts import Scripts

log = structlog.get_logger()
SWEEP_EVERY = 60.0  # seconds; a walk over a million keys takes some
_AT_ONCE = 1_000  # keys of one round trip of a walk


def is_wrong_type(error: ResponseError) -> bool:
    """True for a command, or one within a script or a pipeline, on a key of another type."""
    return "WRONGTYPE" in str(error)


class WrongType(ResponseError):
    """Keys of another type stand where they may not be moved from."""


class Quarantine:
    """Looks at the keys of a command that failed, or at all keys."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._swept = -SWEEP_EVERY
        self._stuck = set[str]()

    async def check(self) -> None:
        """Try again what could not be moved; ``WrongType`` while some of it is left."""
        await self.clear([*self._stuck])
        if self._stuck:
            raise WrongType(f"WRONGTYPE {', '.join(sorted(self._stuck))}")

    async def clear(self, words: Iterable[object]) -> None:
        """Move aside those of these words that are keys of another type."""
        for key in dict.fromkeys(word for word in words if isinstance(word, str)):
            if expected := type_of(key):
                await self._set_aside(key, expected)

    async def sweep(self, _: Iterable[object]) -> None:
        """Do so with all keys: a script names some only while it runs."""
        if time.monotonic() - self._swept < SWEEP_EVERY:
            return
        self._swept = time.monotonic()
        cursor = 0
        while True:
            cursor, batch = await self._redis.scan(cursor, match=f"{keys.PREFIX}*", count=_AT_ONCE)
            pipeline = self._redis.pipeline(transaction=False)
            for key in batch:
                pipeline.type(key)
            found = zip(map(str, batch), await pipeline.execute(), strict=True)
            await self.clear([key for key, kind in found if kind not in ("none", type_of(key))])
            if not cursor:
                return

    async def _set_aside(self, key: str, expected: str) -> None:
        place = keys.quarantined(key, time.time_ns() // 1_000_000)
        kept = int(keys.QUARANTINE_KEPT.total_seconds() * 1_000)
        try:
            found = await Scripts(self._redis)("set_aside", [key, place], [expected, kept])
        except ResponseError as error:
            log.error("wrong type", store_key=key, expected=expected, reason=str(error))
            self._stuck.add(key)
            return
        self._stuck.discard(key)
        if found:
            log.error("wrong type", store_key=key, expected=expected, found=found, moved_to=place)
