"""Which channels are read, by which way, and which rest: the owners' side of the registry."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Literal, NamedTuple

from redis.asyncio import Redis

from bot.model import Channel, Post
from bot.store import keys
from bot.store.keys import owner as owner_keys
from bot.store.sources.channels import Channels

Rest = Literal["owner", "asked", "rights", "removed", "taken"]
"""Why a channel is not read: paused by an owner, waits for one's answer, no rights, removed, its
handle was taken over by another channel."""


_TOGETHER = 200  # channels asked for in one round trip


class Standing(NamedTuple):
    """What a channel is here: ``ref`` names it, ``read`` is True for a source that nobody paused.

    ``rival`` is the ref of the source whose handle it bears though its numeric id is another.
    """

    ref: str
    read: bool = False
    rival: str = ""


class Source(NamedTuple):
    """A channel as the registry knows it; ``rest`` is empty for one that is read.

    ``number`` is its bare id, empty where only its handle is known; ``since`` is when it
    began to be read, last; None where an earlier version did not note it.
    """

    ref: str
    handle: str
    title: str
    state: str
    reason: str
    rest: str
    route: str
    last_at: datetime | None
    number: str = ""
    since: datetime | None = None

    @property
    def name(self) -> str:
        """``@handle`` where there is one, else the title."""
        return f"@{self.handle}" if self.handle else self.title or self.ref


class Sources:
    """Channels as sources; every change is one transaction, and repeating it changes nothing."""

    def __init__(self, redis: Redis, channels: Channels) -> None:
        self._redis, self._channels = redis, channels

    async def seed(self, handles: Iterable[str]) -> None:
        """Watch channels that the settings name, each once: what is removed later stays so.

        One that is in no list though nobody removed it was lost with the list, and comes back.
        """
        for handle in handles:
            known = await self._channels.resolve(f"@{handle}")
            gone = await self.is_removed(handle)
            if not gone and (known is None or not await self.has(known)):
                await self.add(handle)
            if not gone:
                await self._redis.sadd(owner_keys.SEEDED, handle.casefold())

    async def is_removed(self, handle: str) -> bool:
        """True for a channel that the settings named once and an owner has removed since."""
        known = await self._channels.resolve(f"@{handle}")
        seeded = await self._redis.sismember(owner_keys.SEEDED, handle.casefold())
        return bool(seeded and known and await self.resting(known) == "removed")

    async def bring_back(self, handles: Iterable[str]) -> None:
        """Watch them again when the list of watched channels is gone."""
        if not await self._redis.exists(keys.WATCHED):
            await self.seed(handles)

    async def add(self, handle: str, number: str = "", days: int = 0) -> str:
        """Watch a public channel from now on, ``days`` of its history first; its ref.

        ``number`` is its bare id where that is known: it goes on under a new handle, and a handle
        that was taken over begins anew.
        """
        ref = await self._ref(handle, number)
        known = {"handle": handle, "paused": "", "backfill": str(days), "state": "ok"}
        known |= await self._begun(ref)
        if number:
            known["id"] = number
        pipeline = self._redis.pipeline()
        pipeline.hset(keys.channel(ref), items=[part for pair in known.items() for part in pair])
        pipeline.set(keys.channel_alias(f"@{handle}"), ref)
        if number:
            pipeline.set(keys.channel_alias(number), ref)
        pipeline.zadd(keys.WATCHED, {ref: 0})
        pipeline.srem(owner_keys.LISTED, ref)
        await pipeline.execute()
        return ref

    async def listen(self, ref: str) -> None:
        """Read a channel by its updates: the bot is its admin."""
        known = {"paused": "", "route": "bot", "state": "ok", **await self._begun(ref)}
        pipeline = self._redis.pipeline()
        pipeline.hset(keys.channel(ref), items=[part for pair in known.items() for part in pair])
        pipeline.sadd(owner_keys.LISTED, ref)
        await pipeline.execute()

    async def _begun(self, ref: str) -> dict[str, str]:
        """When a channel begins to be read; nothing for one that is read already."""
        if await self.is_read(ref):
            return {}
        seconds, _ = await self._redis.time()
        return {"since": str(int(seconds))}

    async def is_history(self, post: Post) -> bool:
        """True for a post that did not come by itself: it is older than its source is one here.

        So is what an export brings. Of a source of an earlier version nothing is known to be.
        """
        if post.channel.route == "import":
            return True
        since = await self._redis.hget(keys.channel(post.channel.ref), "since")
        return bool(since) and post.published_at.timestamp() < int(str(since))

    async def rest(self, ref: str, why: Rest) -> None:
        """Read it no more for the time being; what was removed is not even listed."""
        pipeline = self._redis.pipeline()
        pipeline.hset(keys.channel(ref), "paused", why)
        pipeline.zrem(keys.WATCHED, ref)
        if why == "removed":
            pipeline.srem(owner_keys.LISTED, ref)
        else:
            pipeline.sadd(owner_keys.LISTED, ref)
        await pipeline.execute()

    async def stop(self, ref: str, reason: str) -> None:
        """Read it no more, because its handle leads to another channel; an owner may resume it."""
        await self._channels.update(ref, {"state": "renamed", "reason": reason})
        await self.rest(ref, "taken")

    async def resume(self, ref: str) -> None:
        """Read it again by the way it had."""
        state = await self._channels.state(ref)
        if state.get("route") == "bot" or not state.get("handle"):
            await self.listen(ref)
        else:
            await self.add(state["handle"], state.get("id", ""))

    async def all(self) -> tuple[str, ...]:
        """Refs of all sources, resting ones included, sorted."""
        watched = await self._channels.watched()
        return tuple(sorted({*watched, *map(str, await self._redis.smembers(owner_keys.LISTED))}))

    async def list(self) -> tuple[Source, ...]:
        """All sources with what is known of them, by name."""
        refs = await self.all()
        parts = (refs[at : at + _TOGETHER] for at in range(0, len(refs), _TOGETHER))
        found = [await self._known(part) for part in parts]
        return tuple(sorted(chain(*found), key=lambda source: source.name.casefold()))

    async def get(self, ref: str) -> Source:
        """What is known of a channel; its last post is the last one that was read."""
        [found] = await self._known([ref])
        return found

    async def _known(self, refs: Sequence[str]) -> Sequence[Source]:
        """What is known of channels, in one round trip."""
        pipeline = self._redis.pipeline(transaction=False)
        for ref in refs:
            pipeline.zrange(keys.by_channel(ref), 0, 0, desc=True, withscores=True)
            pipeline.hgetall(keys.channel(ref))
        answers = await pipeline.execute()
        return [
            _source(ref, state, float(newest[0][1]) if newest else 0.0)
            for ref, newest, state in zip(refs, answers[::2], answers[1::2], strict=True)
        ]

    async def standing(self, channel: Channel) -> Standing:
        """What a channel that a post came from is here; nothing is noted."""
        handle = f"@{channel.handle}" if channel.handle else ""
        by_handle = await self._channels.resolve(handle) if handle else None
        known = await self._channels.resolve(channel.ref)
        if not channel.ref.isdecimal():  # a page that does not say
            ref = by_handle or known or channel.ref
            return Standing(ref, await self.is_read(ref))
        ref = channel.ref
        for candidate in filter(None, (known, by_handle)):
            if await self._channels.number(candidate) in {"", channel.ref}:
                ref = candidate
                break
        robbed = by_handle and by_handle != ref and await self._bears(by_handle, handle)
        return Standing(ref, await self.is_read(ref), by_handle if by_handle and robbed else "")

    async def _bears(self, ref: str, handle: str) -> bool:
        """True for a source whose id is known, and that bears this handle by all we know."""
        known = (await self._channels.state(ref)).get("handle") or ref.removeprefix("@")
        same = known.casefold() == handle.removeprefix("@").casefold()
        return same and await self._channels.number(ref) != "" and await self.has(ref)

    async def is_read(self, ref: str) -> bool:
        """True for a source, accepted by the settings or an owner, that nobody paused."""
        return await self.has(ref) and not await self.resting(ref)

    async def has(self, ref: str) -> bool:
        """True for a source, resting or not."""
        if await self._redis.zscore(keys.WATCHED, ref) is not None:
            return True
        return bool(await self._redis.sismember(owner_keys.LISTED, ref))

    async def resting(self, ref: str) -> str:
        """Why a channel is not read; empty for one that is, or that nobody decided about."""
        return str(await self._redis.hget(keys.channel(ref), "paused") or "")

    async def accepted_before(self) -> tuple[str, ...]:
        """Refs of sources that an upgrade has accepted and no owner was told of, sorted."""
        return tuple(sorted(map(str, await self._redis.smembers(owner_keys.ACCEPTED_BEFORE))))

    async def told_of(self, refs: Iterable[str]) -> None:
        """Owners know that these were accepted."""
        await self._redis.srem(owner_keys.ACCEPTED_BEFORE, *refs)

    async def _ref(self, handle: str, number: str) -> str:
        by_number = await self._channels.resolve(number) if number else None
        by_handle = await self._channels.resolve(f"@{handle}")
        if by_number or not by_handle:
            return by_number or f"@{handle.casefold()}"
        known = (await self._channels.state(by_handle)).get("id", "")
        return number if number and known and known != number else by_handle


def _source(ref: str, state: Mapping[str, str], read_at: float) -> Source:
    handle = state.get("handle") or (ref.removeprefix("@") if ref.startswith("@") else "")
    last = max(read_at, float(state.get("last_at") or 0))
    return Source(
        ref=ref,
        handle=handle,
        title=state.get("title", ""),
        state=state.get("state") or "ok",
        reason=state.get("reason", ""),
        rest=state.get("paused", ""),
        route=state.get("route") or "preview",
        last_at=datetime.fromtimestamp(last, UTC) if last else None,
        number=ref if ref.isdecimal() else state.get("id", ""),
        since=datetime.fromtimestamp(int(state["since"]), UTC) if state.get("since") else None,
    )
