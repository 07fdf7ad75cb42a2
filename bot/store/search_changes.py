"""The log of changed entries: each key once, under a number that grows with every change."""

from collections.abc import AsyncIterator, Sequence

from pydantic import ValidationError
from redis.asyncio import Redis

from bot.model import Entry
from bot.store import keys

_CHUNK = 5_000
_ABOVE = 2**53


class Changes:
    """What a follower needs: whatever it missed is above the last number it has seen."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

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

    async def state(self) -> tuple[int, int]:
        """How many entries the log knows, and the last change of all (0: none)."""
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.zcard(keys.CHANGED)
        pipeline.zrange(keys.CHANGED, -1, -1, withscores=True)
        count, last = await pipeline.execute()
        return int(count), int(last[0][1]) if last else 0

    async def first(self) -> int:
        """The lowest number in the log; without an entry, above all numbers."""
        found = await self._redis.zrange(keys.CHANGED, 0, 0, withscores=True)
        return int(found[0][1]) if found else _ABOVE

    async def bodies(self, entry_keys: Sequence[str]) -> list[str]:
        """The entries as stored, for ``read_entry`` off the loop; empty for one that is gone."""
        found = await self._redis.mget([keys.entry(key) for key in entry_keys])
        return [str(body or "") for body in found]


def read_entry(body: str) -> Entry | None:
    """The entry; None for one that is gone or cannot be read, which must not stop a follower."""
    try:
        return Entry.model_validate_json(body) if body else None
    except ValidationError:
        return None
