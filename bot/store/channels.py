"""The registry of watched channels: one ref each, whatever handle or id it was met by."""

from collections.abc import Mapping

from redis.asyncio import Redis

from bot.model import Channel, Post
from bot.store import keys


class Channels:
    """Channels by ref; a handle and a numeric id are aliases of the ref met first."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def watch(self, handle: str) -> None:
        """Add a public channel to the watched ones."""
        ref = await self.resolve(f"@{handle}") or f"@{handle.casefold()}"
        await self._redis.hset(keys.channel(ref), mapping={"handle": handle})
        await self._redis.set(keys.channel_alias(f"@{handle}"), ref, nx=True)
        await self._redis.sadd(keys.CHANNELS, ref)

    async def unwatch(self, ref: str) -> None:
        """Stop watching; posts and aliases stay."""
        await self._redis.srem(keys.CHANNELS, ref)

    async def watched(self) -> tuple[str, ...]:
        """Refs of all watched channels, sorted."""
        return tuple(sorted(map(str, await self._redis.smembers(keys.CHANNELS))))

    async def resolve(self, alias: str) -> str | None:
        """The ref known for ``@handle`` or a numeric id."""
        found = await self._redis.get(keys.channel_alias(alias))
        return str(found) if found else None

    async def adopt(self, post: Post) -> Post:
        """The post under the ref that its channel has here; a channel met first is entered."""
        channel = post.channel
        aliases = [channel.ref] + ([f"@{channel.handle}"] if channel.handle else [])
        known = await self._redis.mget([keys.channel_alias(alias) for alias in aliases])
        ref = str(next((found for found in known if found), channel.ref))
        if not all(known):
            for alias in aliases:
                await self._redis.set(keys.channel_alias(alias), ref, nx=True)
        if ref == channel.ref:
            return post
        return post.model_copy(update={"channel": channel.model_copy(update={"ref": ref})})

    async def note(self, channel: Channel) -> None:
        """Remember what a page or an update says of a channel."""
        fields = {"title": channel.title, "route": channel.route, "handle": channel.handle or ""}
        await self.update(channel.ref, fields)

    async def state(self, ref: str) -> dict[str, str]:
        """All that is remembered of a channel: handle, title, route, last_id, etag, state."""
        found = await self._redis.hgetall(keys.channel(ref))
        return {str(name): str(value) for name, value in found.items()}

    async def update(self, ref: str, fields: Mapping[str, str | int]) -> None:
        """Change what is remembered of a channel."""
        pairs = [part for pair in fields.items() for part in pair]
        await self._redis.hset(keys.channel(ref), items=pairs)
