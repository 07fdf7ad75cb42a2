"""The registry of watched channels: one ref each, whatever handle or id it was met by."""

from collections.abc import Mapping
from datetime import timedelta
from typing import cast

from redis.asyncio import Redis

from bot.model import Post
from bot.store import keys
from bot.store.scripts import Scripts

LOOK = timedelta(minutes=10)  # a look pages back through a burst; a dead watcher's is taken up


class Channels:
    """Channels by ref; a handle and a numeric id are aliases of the ref met first."""

    def __init__(self, redis: Redis, scripts: Scripts) -> None:
        self._redis, self._scripts = redis, scripts

    async def watch(self, handle: str) -> str:
        """Add a public channel to the watched ones, to be looked at soon; its ref."""
        ref = await self.resolve(f"@{handle}") or f"@{handle.casefold()}"
        await self._redis.hset(keys.channel(ref), "handle", handle)
        await self._redis.set(keys.channel_alias(f"@{handle}"), ref, nx=True)
        await self._redis.zadd(keys.WATCHED, {ref: 0}, nx=True)
        return ref

    async def unwatch(self, ref: str) -> None:
        """Stop watching; posts and aliases stay."""
        await self._redis.zrem(keys.WATCHED, ref)

    async def watched(self) -> tuple[str, ...]:
        """Refs of all watched channels, sorted."""
        return tuple(sorted(map(str, await self._redis.zrange(keys.WATCHED, 0, -1))))

    async def claim_due(self, most: int = 1) -> list[str]:
        """Channels that are to be looked at now, each claimed for the length of a look."""
        lease = int(LOOK.total_seconds())
        found = await self._scripts("claim_due", [keys.WATCHED], [lease, most])
        return cast("list[str]", found)

    async def look_again(self, ref: str, wait: timedelta) -> None:
        """Look at a watched channel again after ``wait``, by the server's clock."""
        seconds, _ = await self._redis.time()
        due = int(seconds) + max(1, int(wait.total_seconds()))
        await self._redis.zadd(keys.WATCHED, {ref: due}, xx=True)

    async def resolve(self, alias: str) -> str | None:
        """The ref known for ``@handle`` or a numeric id."""
        found = await self._redis.get(keys.channel_alias(alias))
        return str(found) if found else None

    async def adopt(self, post: Post, ref: str | None = None) -> Post:
        """The post under the ref that its channel has here; a channel met first is entered.

        ``ref`` is that of the watched channel on whose page the post stood.
        """
        channel = post.channel
        aliases = [channel.ref] + ([f"@{channel.handle}"] if channel.handle else [])
        known = await self._redis.mget([keys.channel_alias(alias) for alias in aliases])
        own = str(next((found for found in known if found), ref or channel.ref))
        for alias, found in zip(aliases, known, strict=True):
            if not found:
                await self._redis.set(keys.channel_alias(alias), own, nx=True)
        if own == channel.ref:
            return post
        return post.model_copy(update={"channel": channel.model_copy(update={"ref": own})})

    async def state(self, ref: str) -> dict[str, str]:
        """All that is remembered of a channel: handle, id, title, last_id, etag, state, …"""
        found = await self._redis.hgetall(keys.channel(ref))
        return {str(name): str(value) for name, value in found.items()}

    async def update(self, ref: str, fields: Mapping[str, str | int]) -> None:
        """Change what is remembered of a channel."""
        pairs = [part for pair in fields.items() for part in pair]
        await self._redis.hset(keys.channel(ref), items=pairs)
