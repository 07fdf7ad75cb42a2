"""Data of earlier versions, brought once to what this one means by it."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import cast

from redis.asyncio import Redis

from bot.model import Subscription
from bot.store import keys
from bot.store.codec.versions import decode
from bot.store.connection.clock import server_now
from bot.store.keys import earlier
from bot.store.keys import owner as owner_keys
from bot.store.sources.sources import Sources
from bot.taxonomy.topics import Topic

_ALL_DONE = "2"
_LOOKED_AT = 200  # newest entries of a channel that may tell how it was read
_AT_ONCE = 500  # keys in one round trip
_MILLISECOND = timedelta(milliseconds=1)


async def upgrade(redis: Redis, sources: Sources, retention: timedelta) -> None:
    """Bring what an earlier version stored to what this one means by it."""
    await _log_entries(redis, retention)
    await _upgrade_sources(redis, sources)
    await _list_kept(redis)


async def _log_entries(redis: Redis, retention: timedelta) -> None:
    """Enter into the log what an earlier version stored without; remove what it ranked by."""
    await redis.unlink(*map(earlier.by_topic, Topic))
    if not await redis.exists(earlier.SUMMARIES_CHANGED) and await redis.exists(keys.CHANGED):
        return
    hours, start = set[int](), 0
    now, kept = int((await server_now(redis)).timestamp() * 1000), retention // _MILLISECOND
    while rows := await redis.zrange(keys.INDEX, start, start + _AT_ONCE - 1, withscores=True):
        start, listed = start + len(rows), cast("list[tuple[str, float]]", rows)
        hours |= {int(at) // 3600 for _, at in listed}
        pipeline = redis.pipeline(transaction=False)
        for key, _ in listed:
            pipeline.pttl(keys.entry(key))
        left = zip([key for key, _ in listed], await pipeline.execute(), strict=True)
        if changes := {key: now - kept + int(ms) for key, ms in left if ms > 0}:
            await redis.zadd(keys.CHANGED, changes, nx=True)
    for hour in hours:
        await redis.unlink(earlier.lines(hour))
    await redis.unlink(earlier.SUMMARIES_CHANGED)


async def _upgrade_sources(redis: Redis, sources: Sources) -> None:
    """Accept as sources what was read so far, and keep forwards no longer than they are of use.

    Versions before this one read every channel that made the bot an admin. Which channels that
    were is kept for the owners. A store that was empty when it got its name has no such data.
    """
    if await redis.exists(owner_keys.UPGRADED):
        return
    waiting = await _waiting(redis)
    async for ref in _channels(redis):
        if await _was_read(redis, sources, ref, waiting.get(ref, ())):
            await redis.sadd(owner_keys.ACCEPTED_BEFORE, ref)
            await sources.listen(ref)
    for prefix in (keys.post("~"), keys.entry("~"), keys.part("~")):
        async for batch in _named(redis, f"{prefix}*"):
            pipeline = redis.pipeline(transaction=False)
            for key in batch:
                pipeline.expire(key, owner_keys.ASIDE_KEPT, lt=True)
            await pipeline.execute()
    await redis.set(owner_keys.UPGRADED, "1")


async def _list_kept(redis: Redis) -> None:
    """List for each keeper the groups and channels whose digests were chosen before."""
    if await redis.get(owner_keys.UPGRADED) == _ALL_DONE:
        return
    async for chat in redis.sscan_iter(keys.SUBSCRIBERS, match="-*", count=_AT_ONCE):
        body = await redis.hget(keys.subscription(int(chat)), "body")
        known = decode(Subscription, body) if body else None
        if known and known.keeper:
            await redis.sadd(keys.kept(known.keeper), chat)
    await redis.set(owner_keys.UPGRADED, _ALL_DONE)


async def _channels(redis: Redis) -> AsyncIterator[str]:
    """Refs of all channels that something is remembered of."""
    prefix, alias = keys.channel(""), keys.channel_alias("")
    async for batch in _named(redis, f"{prefix}*"):
        for key in batch:
            if not key.startswith(alias):
                yield key.removeprefix(prefix)


async def _waiting(redis: Redis) -> Mapping[str, Sequence[str]]:
    """Keys of the posts that nobody has analysed yet, by the ref of their channel."""
    found, start = defaultdict[str, list[str]](list), "-"
    while rows := await redis.xrange(keys.POSTS, start, "+", count=_AT_ONCE):
        for _, fields in cast("list[tuple[str, dict[str, str]]]", rows):
            key = fields.get("key", "")
            found[key.rpartition("/")[0]].append(key)
        start = f"({rows[-1][0]!s}"
    return found


async def _was_read(redis: Redis, sources: Sources, ref: str, waiting: Sequence[str]) -> bool:
    """True for a channel whose posts came as updates, and about which nobody decided."""
    if await sources.has(ref) or await sources.resting(ref):
        return False
    newest = await redis.zrange(keys.by_channel(ref), 0, _LOOKED_AT - 1, desc=True)
    pipeline = redis.pipeline(transaction=False)
    for key in (*map(str, newest), *waiting[:_LOOKED_AT]):
        pipeline.hget(keys.post(key), "route")
    return "bot" in await pipeline.execute()


async def _named(redis: Redis, pattern: str) -> AsyncIterator[Sequence[str]]:
    """Names of keys in batches, as the server comes upon them."""
    cursor = 0
    while True:
        cursor, batch = await redis.scan(cursor, match=pattern, count=_AT_ONCE)
        yield [str(key) for key in batch]
        if not cursor:
            return
