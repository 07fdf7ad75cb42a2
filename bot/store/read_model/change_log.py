"""The log of changed entries: each key once, under a number that grows with every change."""

from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

from redis.asyncio import Redis

from bot.digest.reach import pack_readings
from bot.store import keys
from bot.store.codec.entries import stored_entries
from bot.store.content.posts import AUDIENCE_FIELDS
from bot.store.content.stories import Ties, stored_ties
from bot.store.scripts import Scripts

_CHUNK = 1_000  # keys in one answer: five times as many hold up the other clients
_ABOVE = 2**53


class LogState(NamedTuple):
    """How many entries the log knows, and the number of the last change (0: none)."""

    entries: int
    last: int


class ChangeLog:
    """What a follower needs: whatever it missed is above the last number it has seen."""

    def __init__(self, redis: Redis, scripts: Scripts) -> None:
        self._redis, self._scripts = redis, scripts

    async def after(self, change: int) -> AsyncIterator[tuple[str, int]]:
        """Keys that changed after that number, with their last change, in order."""
        while True:
            found = await self._redis.zrange(
                keys.CHANGED,
                f"({change}",
                "+inf",
                byscore=True,
                offset=0,
                num=_CHUNK,
                withscores=True,
            )
            for pair in found:
                change = int(pair[1])
                yield str(pair[0]), change
            if len(found) < _CHUNK:
                return

    async def state(self) -> LogState:
        """As of now, in one round trip."""
        return LogState(*await self._scripts.numbers("log_state", [keys.CHANGED]))

    async def first(self) -> int:
        """The lowest number in the log; without an entry, above all numbers."""
        found = await self._redis.zrange(keys.CHANGED, 0, 0, withscores=True)
        return int(found[0][1]) if found else _ABOVE

    async def changes_of(self, entry_keys: Sequence[str]) -> dict[str, int]:
        """The last change of each of these that the log knows."""
        logged = dict[str, int]()
        for start in range(0, len(entry_keys), _CHUNK):
            some = list(entry_keys[start : start + _CHUNK])
            found = await self._redis.zmscore(keys.CHANGED, some)
            pairs = zip(some, found, strict=True)
            logged |= {key: int(change) for key, change in pairs if change is not None}
        return logged

    async def bodies(self, entry_keys: Sequence[str]) -> list[bytes | None]:
        """The entries as stored, to be read off the loop; None for one that is gone."""
        return await stored_entries(self._redis, entry_keys)

    async def audiences(self, entry_keys: Sequence[str]) -> list[str]:
        """Views and reactions of each at each age, packed; empty where nothing is known."""
        pipeline = self._redis.pipeline(transaction=False)
        for key in entry_keys:
            pipeline.hmget(keys.post(key), list(AUDIENCE_FIELDS.values()))
        found = await pipeline.execute()
        return [pack_readings(readings) for readings in found]

    async def ties(self, entry_keys: Sequence[str]) -> list[Ties]:
        """How each stands to the stories."""
        return await stored_ties(self._redis, entry_keys)
