"""The registry of watched channels: one ref each, whatever handle or id it was met by."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from redis.asyncio import Redis

from bot.model import Channel, Post
from bot.store import keys
from bot.store.scripts import Scripts

_LOOK = timedelta(seconds=20)  # of a watcher that died while it looked; it is renewed meanwhile
RENEW_LOOK = timedelta(seconds=5)


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

    async def watched(self) -> tuple[str, ...]:
        """Refs of all watched channels, sorted."""
        return tuple(sorted(map(str, await self._redis.zrange(keys.WATCHED, 0, -1))))

    async def unread(self) -> int:
        """How many watched channels were not looked at yet, or have history left to read.

        One that cannot be read is not waited for.
        """
        pipeline = self._redis.pipeline(transaction=False)
        for ref in await self.watched():
            pipeline.hmget(keys.channel(ref), "seconds", "failures", "unread")
        rows = await pipeline.execute() if len(pipeline) else []
        return sum(
            int(failures or 0) == 0 and bool(left or not looked) for looked, failures, left in rows
        )

    async def claim_due(self, most: int = 1) -> list[str]:
        """Channels that are to be looked at now, each claimed until its look is not renewed."""
        lease = int(_LOOK.total_seconds())
        return await self._scripts.texts("claim_due", [keys.WATCHED], [lease, most])

    async def renew_look(self, ref: str) -> None:
        """Keep the claim of a look that goes on; what rests longer meanwhile goes on resting."""
        lease = int(_LOOK.total_seconds())
        await self._scripts("renew_claim", [keys.WATCHED], [ref, lease])

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

        ``ref`` is that of the watched channel on whose page the post stood. Where a post was
        forwarded from goes by its ref too, once that channel was met.
        """
        [adopted] = await self.adopt_all([post], ref)
        return adopted

    async def adopt_all(self, posts: Sequence[Post], ref: str | None = None) -> list[Post]:
        """Posts under the refs of their channels, as ``adopt`` does, in a few round trips.

        A channel whose numeric id is not that of the channel that bore its handle before keeps a
        ref of its own, so that its posts never stand in the other's place.
        """
        names = {name for post in posts for name in (*_names(post.channel), _origin(post)) if name}
        known = await self._refs(sorted(names))
        met: dict[Channel, str] = {}
        for post in posts:
            if post.channel not in met:
                met[post.channel] = await self._meet(post.channel, known, ref)
        return [_adopted(post, met[post.channel], known) for post in posts]

    async def _meet(self, channel: Channel, known: dict[str, str], ref: str | None) -> str:
        """The ref of a channel, which is known by all of its names from now on."""
        names = _names(channel)
        candidates = [*(known[name] for name in names if name in known), *([ref] if ref else [])]
        own = await self._first_of(channel, candidates)
        for name in names:
            if name not in known:
                await self._redis.set(keys.channel_alias(name), own, nx=True)
            elif name == channel.ref and known[name] != own:  # noted before ids were compared
                await self._redis.set(keys.channel_alias(name), own)
            known.setdefault(name, own)
        return own

    async def _first_of(self, channel: Channel, candidates: Iterable[str]) -> str:
        for candidate in candidates:
            if not channel.ref.isdecimal() or await self.bind(candidate, channel.ref):
                return candidate
        return channel.ref

    async def bind(self, ref: str, number: str) -> bool:
        """Note a channel's numeric id where it is not known yet; False for another channel's."""
        if ref.isdecimal():
            return ref == number
        return await self._scripts.flag("bind_id", [keys.channel(ref)], [number])

    async def number(self, ref: str) -> str:
        """The numeric id of a channel; empty while only its handle is known."""
        if ref.isdecimal():
            return ref
        return str(await self._redis.hget(keys.channel(ref), "id") or "")

    async def _refs(self, names: Sequence[str]) -> dict[str, str]:
        """The refs of the names that are known."""
        if not names:
            return {}
        found = await self._redis.mget([keys.channel_alias(name) for name in names])
        return {name: str(ref) for name, ref in zip(names, found, strict=True) if ref}

    async def state(self, ref: str) -> dict[str, str]:
        """All that is remembered of a channel: handle, id, title, last_id, etag, state, …"""
        found = await self._redis.hgetall(keys.channel(ref))
        return {str(name): str(value) for name, value in found.items()}

    async def update(self, ref: str, fields: Mapping[str, str | int]) -> None:
        """Change what is remembered of a channel."""
        pairs = [part for pair in fields.items() for part in pair]
        await self._redis.hset(keys.channel(ref), items=pairs)


def _names(channel: Channel) -> list[str]:
    """What a channel may be known by, the surest first."""
    handle = f"@{channel.handle}".casefold() if channel.handle else ""
    return [channel.ref, *([handle] if handle and handle != channel.ref else [])]


def _origin(post: Post) -> str:
    return (post.forward.channel or "").casefold() if post.forward else ""


def _adopted(post: Post, own: str, known: Mapping[str, str]) -> Post:
    """The post under the names that are known."""
    update: dict[str, object] = {}
    if own != post.channel.ref:
        update["channel"] = post.channel.model_copy(update={"ref": own})
    source = known.get(_origin(post))
    if post.forward and source and source != post.forward.channel:
        update["forward"] = post.forward.model_copy(update={"channel": source})
    return post.model_copy(update=update) if update else post
