"""What every peer writes for a post: the entry, its indexes, and the hand-over, in one trip."""

import asyncio
import json

from redis.asyncio import Redis

KEPT = 180 * 86_400


class Waiting:
    """Counts what is done."""

    def __init__(self) -> None:
        self._done, self._wanted, self._event = 0, 0, asyncio.Event()

    def one(self) -> None:
        """One more is done."""
        self._done += 1
        if self._wanted and self._done >= self._wanted:
            self._event.set()

    async def until(self, wanted: int) -> None:
        """Return when so many are done; begin anew."""
        self._wanted = wanted
        if self._done < wanted:
            await self._event.wait()
        self._done = self._wanted = 0
        self._event.clear()


async def write_post(redis: Redis, body: str) -> None:
    """Store and index one entry."""
    entry = json.loads(body)
    key, at = entry["key"], entry["at"]
    pipeline = redis.pipeline()
    pipeline.set(f"peer:entry:{key}", body, ex=KEPT)
    for index in ("all", "changed", entry["channel"], *entry["topics"]):
        pipeline.zadd(f"peer:{index}", {key: at})
    pipeline.xadd("peer:entries", {"key": key})
    await pipeline.execute()
