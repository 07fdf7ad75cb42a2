"""The log of changed entries: each key once, under a number that grows with every change."""

from collections.abc import AsyncIterator, Sequence

import structlog
from redis.asyncio import Redis

from bot.model import Entry
from bot.store import keys
from bot.store.codec.entries import entry_in, stored_entries
from bot.store.errors import NewerVersion
from bot.store.search.index import Change
from bot.store.search.terms import terms

log = structlog.get_logger()
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

    async def bodies(self, entry_keys: Sequence[str]) -> list[bytes | None]:
        """The entries as stored, for ``read_entry`` off the loop; None for one that is gone."""
        return await stored_entries(self._redis, entry_keys)


def read_entry(body: bytes | None) -> Entry | None:
    """The entry; None for one that is gone or cannot be read, which must not stop a follower."""
    try:
        return entry_in(body) if body else None
    except (ValueError, NewerVersion):
        return None


def change_in(key: str, change: int, body: bytes | None) -> Change:
    """The change with the words of its entry; without any where they cannot be taken."""
    entry = read_entry(body)
    if entry is None:
        return Change(key, change)
    try:
        found = terms(entry)
    except Exception as error:  # the loop's edge: one entry must not stop those after it
        log.error("entry not indexed", entry=key, error=type(error).__name__, exc_info=True)
        return Change(key, change)
    return Change(key, change, int(entry.post.published_at.timestamp()), entry.skipped, found)
