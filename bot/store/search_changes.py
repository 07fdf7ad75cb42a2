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

    async def count(self) -> int:
        """How many entries the log knows."""
        return int(await self._redis.zcard(keys.CHANGED))

    async def first(self) -> int:
        """The lowest number in the log; without an entry, above all numbers."""
        found = await self._redis.zrange(keys.CHANGED, 0, 0, withscores=True)
        return int(found[0][1]) if found else _ABOVE

    async def bodies(self, entry_keys: Sequence[str]) -> list[Entry | None]:
        """The entries as they are now; None for one that is gone or cannot be read."""
        found = await self._redis.mget([keys.entry(key) for key in entry_keys])
        return [_entry(str(body)) if body else None for body in found]


def _entry(body: str) -> Entry | None:
    """One unreadable entry must not stop the follower."""
    try:
        return Entry.model_validate_json(body)
    except ValidationError:
        return None
