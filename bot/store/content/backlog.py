"""Posts that are to be read again when nothing else is to be done, the newest first."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from redis.asyncio import Redis

from bot.store import keys
from bot.store.connection.clock import ms
from bot.store.scripts import Scripts


class Backlog:
    """Work of low priority: it reaches the stream in small portions while the stream is empty."""

    def __init__(self, redis: Redis, scripts: Scripts) -> None:
        self._redis, self._scripts = redis, scripts

    async def add(self, posts: Mapping[str, datetime]) -> int:
        """Add keys of posts with their publication time; how many were not there yet."""
        if not posts:
            return 0
        scores = {key: published.timestamp() for key, published in posts.items()}
        return int(await self._redis.zadd(keys.BACKLOG, scores) or 0)

    async def feed(self, most: int) -> int:
        """Give the newest to an idle stream; how many."""
        return await self._scripts.number(
            "feed_backlog", [keys.POSTS, keys.BACKLOG, keys.BACKLOG_REST], [most, keys.post("")]
        )

    async def rest(self, span: timedelta) -> None:
        """Leave the backlog alone for that long."""
        milliseconds = max(1, ms(span))
        await self._redis.set(keys.BACKLOG_REST, "1", px=milliseconds)

    async def size(self) -> int:
        """How many posts wait here."""
        return int(await self._redis.zcard(keys.BACKLOG))


class Imports:
    """The last message taken in, by the hash of the file and of what was asked for."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def place(self, token: str) -> tuple[str, int] | None:
        """The bare id of the channel and the id of the message; None for a new import."""
        ref, number = await self._redis.hmget(keys.imported(token), ["ref", "message_id"])
        return (str(ref), int(number)) if ref and number else None

    async def reached(self, token: str, ref: str, message_id: int) -> None:
        """Remember a place; all before it is in the store."""
        async with self._redis.pipeline(transaction=True) as pipeline:
            pipeline.hset(keys.imported(token), items=["ref", ref, "message_id", message_id])
            pipeline.expire(keys.imported(token), keys.IMPORT_KEPT)
            await pipeline.execute()

    async def ended(self, token: str) -> None:
        """The file was read to its end."""
        await self._redis.delete(keys.imported(token))
