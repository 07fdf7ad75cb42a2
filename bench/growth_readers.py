"""Growth of readers and of channels: digests that fall due, a broadcast, looks at a channel."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import count as numbers

from bench import seeds
from bench.growth_series import Series, climb, side_of, stores
from bench.measure import Options, Side
from bench.place import emptied, used
from bot.model import Screen, Subscription
from bot.publish.schedule import send_due
from bot.store import Store, keys
from bot.store.keys import owner as owner_keys
from bot.telegram.handlers.broadcast import FEED_BATCH, feed_once
from tests.fakes.clock import standing_at

DUE = seeds.NOW.replace(second=0, microsecond=0) - timedelta(minutes=1)
TOMORROW = DUE + timedelta(days=1)
LOT, LOTS, LOOKS = 100, 20, 100
POSTS = 40
"""Of a day: the digest that everybody gets."""


async def of_readers(options: Options, sizes: tuple[int, ...]) -> list[Series]:
    """Readers whose digest is due tomorrow; those of each round are due now."""
    lot = max(1, min(LOT, sizes[0] // (options.rounds + 2)))
    async with stores(len(sizes)) as places:
        kept = [store for store, _ in places]
        taken = []
        for store, size in zip(kept, sizes, strict=True):
            before = await _warm(store, _subscribe)
            await _subscribe(store, size)
            taken.append((await used(store) - before) / size)
            await seeds.fill(store, POSTS, timedelta(days=1))
            await store.read_model.refresh()

        async def asked(what: str, unit: str, ask: Callable[[Store], Side]) -> Series:
            found = await climb(options.rounds, side_of(ask, kept))
            return Series(what, unit, "readers", sizes, found)

        due = await asked("a due digest: claim, compose, hand on", "ms", lambda s: _due(s, lot))
        left = tuple([(await _left_behind(store, lot, options.rounds),) for store in kept])
        return [
            due,
            Series("memory of that until it is sent", "bytes", "readers", sizes, left),
            await asked("a broadcast begun, per reader", "µs", lambda s: _begun(s)),
            await asked("a message of it handed on", "ms", lambda s: _handed_on(s)),
            Series("memory per reader", "bytes", "readers", sizes, tuple((t,) for t in taken)),
        ]


async def of_channels(options: Options, sizes: tuple[int, ...]) -> list[Series]:
    """Channels that are watched by their previews."""
    looks = min(LOOKS, sizes[0])
    async with stores(len(sizes)) as places:
        kept = [store for store, _ in places]
        taken = []
        for store, size in zip(kept, sizes, strict=True):
            before = await _warm(store, _watch)
            await _watch(store, size)
            taken.append((await used(store) - before) / size)

        async def asked(what: str, unit: str, ask: Callable[[Store], Side]) -> Series:
            found = await climb(options.rounds, side_of(ask, kept))
            return Series(what, unit, "channels", sizes, found)

        number = dict(zip(map(id, kept), sizes, strict=True))
        first = numbers(0, LOT)
        return [
            await asked("a look's part of the store", "ms", lambda s: _looked(s, looks)),
            await asked("a post of any of them stored", "ms",
                        lambda s: _stored(s, first, number[id(s)])),
            Series("memory per channel", "bytes", "channels", sizes, tuple((t,) for t in taken)),
        ]  # fmt: skip


async def _warm(store: Store, fill: Callable[[Store, int], Awaitable[None]]) -> int:
    """Bytes of a store that knows its scripts and has its connections, but no data."""
    await fill(store, LOT)
    await emptied(store)
    return await used(store)


async def _watch(store: Store, size: int) -> None:
    for start in range(0, size, LOT):
        handles = range(start, min(start + LOT, size))
        await asyncio.gather(*(store.sources.add(f"pane_{n}") for n in handles))


async def _subscribe(store: Store, size: int) -> None:
    """Readers as the product's script leaves them."""
    first = Subscription(chat_id=1, at=DUE.time())
    await store.subscriptions.save(first, TOMORROW)
    body, due = first.model_dump(mode="json"), int(TOMORROW.timestamp())
    for start in range(2, size + 1, 1_000):
        chats = range(start, min(start + 1_000, size + 1))
        pipeline = store.redis.pipeline(transaction=False)
        for chat in chats:
            text = json.dumps(body | {"chat_id": chat}, ensure_ascii=False)
            pipeline.hset(keys.subscription(chat), mapping={"body": text, "next": due})
        pipeline.zadd(keys.DUE, {str(chat): due for chat in chats})
        pipeline.sadd(keys.SUBSCRIBERS, *map(str, chats))
        await pipeline.execute()


def _due(store: Store, lot: int, first: int = 1) -> Side:
    """Milliseconds per reader; each round has readers of its own, as a day has one slot."""
    starts = numbers(first, lot)

    async def side() -> float:
        start, due = next(starts), int(DUE.timestamp())
        chats = range(start, start + lot)
        for chat in chats:
            await store.redis.hset(keys.subscription(chat), "next", due)
        await store.redis.zadd(keys.DUE, {str(chat): due for chat in chats})
        began = time.perf_counter()
        closed = await send_due(store, standing_at(seeds.NOW))
        took = time.perf_counter() - began
        if closed != lot:
            raise RuntimeError(f"{closed} of {lot} digests")
        return took / lot * 1000

    return side


async def _left_behind(store: Store, lot: int, rounds: int) -> float:
    """Bytes that a digest takes once it is handed on."""
    before = await used(store)
    await _due(store, lot, first=1 + lot * (rounds + 1))()
    return (await used(store) - before) / lot


def _begun(store: Store) -> Side:
    async def side() -> float:
        token = await _draft(store)
        began = time.perf_counter()
        await store.broadcasts.start(token)
        took = time.perf_counter() - began
        count = await store.redis.scard(owner_keys.cast_left(token))
        await _over(store, token)
        return took / count * 1e6

    return side


def _handed_on(store: Store) -> Side:
    async def side() -> float:
        token = await _draft(store)
        await store.broadcasts.start(token)
        most = int(await store.redis.scard(owner_keys.cast_left(token)))
        lots = max(1, min(LOTS, most // FEED_BATCH))
        began = time.perf_counter()
        for _ in range(lots):
            await feed_once(store)
        took = time.perf_counter() - began
        progress = await store.broadcasts.progress(token)
        await _over(store, token)
        if progress is None or not progress.done:
            raise RuntimeError("a broadcast without messages")
        return took / progress.done * 1000

    return side


async def _draft(store: Store) -> str:
    screen = Screen(text="Invented words for all readers.").model_dump(mode="json")
    return await store.pending_actions.keep(json.dumps({"screen": screen, "at": time.monotonic()}))


async def _over(store: Store, token: str) -> None:
    await store.broadcasts.end(token, "stopped")
    await store.redis.unlink(owner_keys.cast_left(token), owner_keys.cast(token))


def _looked(store: Store, looks: int) -> Side:
    """Milliseconds of what the watcher asks the store for at a look, without page and posts."""

    async def side() -> float:
        began = time.perf_counter()
        for _ in range(looks):
            [ref] = await store.channels.claim_due()
            state = await store.channels.state(ref)
            await store.channels.update(ref, {"last_id": int(state.get("last_id") or 0) + 1})
            await store.channels.look_again(ref, timedelta(hours=1))
        took = time.perf_counter() - began
        watched = await store.redis.zrange(keys.WATCHED, 0, -1)
        await store.redis.zadd(keys.WATCHED, dict.fromkeys(map(str, watched), 0))
        return took / looks * 1000

    return side


def _stored(store: Store, first: "numbers[int]", channels: int) -> Side:
    """Milliseconds to find a post's channel and take the post in."""

    async def side() -> float:
        start = next(first)
        made = [seeds.post(number, channels=channels) for number in range(start, start + LOT)]
        began = time.perf_counter()
        for post in made:
            await store.posts.ingest(await store.channels.adopt(post))
        return (time.perf_counter() - began) / LOT * 1000

    return side
