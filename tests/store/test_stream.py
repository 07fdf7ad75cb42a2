"""Streams as work queues: takeover, burial, putting off, no work left behind."""

import asyncio
from datetime import timedelta

import pytest

from bot.store import Store, keys
from bot.store.queue.stream import MOST_DELIVERIES, Item
from bot.store.queue.worker import consume
from tests.waiting import EVENT_S

SHORT = timedelta(milliseconds=300)


async def _add(store: Store, name: str, number: int = 1) -> None:
    for i in range(number):
        await store.redis.xadd(name, {"key": f"k{i}"})


@pytest.mark.slow
async def test_every_item_is_handed_out_once_and_nothing_stays(store: Store) -> None:
    await _add(store, keys.POSTS, 25)
    seen: list[str] = []
    stop = asyncio.Event()

    async def handle(item: Item) -> None:
        seen.append(item.fields["key"])
        await store.post_stream.finish(item)
        if len(seen) == 25:
            stop.set()

    async with asyncio.timeout(EVENT_S):
        await consume(store.post_stream, handle, consumer="a", stop=stop)
    assert sorted(seen) == sorted(f"k{i}" for i in range(25))
    assert await store.post_stream.waiting() == 0
    assert await store.redis.xinfo_consumers(keys.POSTS, "workers") == []


async def test_a_dead_workers_item_is_taken_over_after_its_lease(store: Store) -> None:
    await store.post_stream.ready()
    await _add(store, keys.POSTS)
    [lost] = await store.post_stream.read("dead", 1)
    stop = asyncio.Event()
    taken: list[Item] = []

    async def handle(item: Item) -> None:
        taken.append(item)
        await store.post_stream.finish(item)
        stop.set()

    async with asyncio.timeout(EVENT_S):
        await consume(store.post_stream, handle, consumer="b", stop=stop, lease=SHORT)
    assert [(item.id, item.deliveries) for item in taken] == [(lost.id, 2)]


@pytest.mark.slow
async def test_a_slow_worker_keeps_its_item_by_renewing(store: Store) -> None:
    await _add(store, keys.POSTS)
    stop, started, release = asyncio.Event(), asyncio.Event(), asyncio.Event()
    handed_out = 0

    async def slow(item: Item) -> None:
        nonlocal handed_out
        handed_out += 1
        started.set()
        await release.wait()
        await store.post_stream.finish(item)

    async with asyncio.timeout(EVENT_S), asyncio.TaskGroup() as tasks:
        for name in ("slow", "idle"):
            tasks.create_task(
                consume(store.post_stream, slow, consumer=name, stop=stop, lease=SHORT)
            )
        await started.wait()
        for _ in range(4):  # each of these asks the server, over more than three leases in all
            await asyncio.wait_for(store.redis.blpop(["nothing"], timeout=0.3), EVENT_S)
        stop.set()
        release.set()
    assert handed_out == 1


async def test_it_ends_whatever_its_renewing_is_at(store: Store) -> None:
    for number in range(50):
        stop = asyncio.Event()

        async def handle(item: Item, stop: asyncio.Event = stop) -> None:
            stop.set()
            await asyncio.sleep(0.003)
            await store.post_stream.finish(item)

        await store.redis.xadd(keys.POSTS, {"key": str(number)})
        work = consume(
            store.post_stream, handle, consumer="w", stop=stop, lease=timedelta(milliseconds=3)
        )
        await asyncio.wait_for(work, EVENT_S)
    assert await store.post_stream.in_work() == 0


async def test_an_item_that_kills_its_workers_is_buried_untouched(store: Store) -> None:
    await store.post_stream.ready()
    await _add(store, keys.POSTS)
    for i in range(MOST_DELIVERIES):
        if i == 0:
            await store.post_stream.read(f"w{i}", 1)
        else:
            await store.post_stream.take_over(f"w{i}", 1, timedelta(0))
    stop = asyncio.Event()
    touched: list[Item] = []

    async def handle(item: Item) -> None:
        touched.append(item)

    async def when_buried() -> None:
        await store.redis.xread({keys.DEAD: "0"}, block=4000)
        stop.set()

    async with asyncio.timeout(EVENT_S), asyncio.TaskGroup() as tasks:
        tasks.create_task(when_buried())
        tasks.create_task(consume(store.post_stream, handle, consumer="z", stop=stop, lease=SHORT))
    assert touched == []
    [letter] = [letter async for letter in store.dead_letters.letters()]
    assert (letter.stream, letter.fields) == ("posts", {"key": "k0"})
    assert letter.attempts == MOST_DELIVERIES + 1
    assert await store.dead_letters.retry(letter.id)
    assert not await store.dead_letters.retry(letter.id)
    assert await store.post_stream.waiting() == 1


async def test_what_is_put_off_comes_back_when_due(store: Store) -> None:
    await store.post_stream.ready()
    await _add(store, keys.POSTS)
    [item] = await store.post_stream.read("a", 1)
    await store.post_stream.postpone(item, timedelta(hours=1))
    await store.post_stream.promote()
    assert await store.post_stream.read("a", 1, timedelta(milliseconds=10)) == []
    assert await store.post_stream.waiting() == 1
    await store.redis.zadd(keys.later(keys.POSTS), {'["key","k0"]': 0})
    await store.post_stream.promote()
    [back] = await store.post_stream.read("a", 1)
    assert back.fields == {"key": "k0"}


@pytest.mark.slow
async def test_the_group_is_made_again_on_an_emptied_server(store: Store) -> None:
    stop = asyncio.Event()

    async def handle(item: Item) -> None:
        await store.post_stream.finish(item)
        if item.fields["key"] == "k0":
            await store.redis.flushdb()
            await store.redis.xadd(keys.POSTS, {"key": "after"})
        else:
            stop.set()

    await _add(store, keys.POSTS)
    async with asyncio.timeout(EVENT_S):
        await consume(store.post_stream, handle, consumer="a", stop=stop, concurrency=1)
    assert await store.post_stream.waiting() == 0


@pytest.mark.slow
async def test_a_full_worker_reads_on_when_it_has_room_for_a_batch(store: Store) -> None:
    await _add(store, keys.POSTS, 12)
    stop, gate = asyncio.Event(), asyncio.Semaphore(0)
    ended_before, full, ended = list[int](), asyncio.Event(), 0

    async def handle(item: Item) -> None:
        nonlocal ended
        ended_before.append(ended)
        if len(ended_before) == 4:
            full.set()
        await gate.acquire()
        await store.post_stream.finish(item)
        ended += 1
        gate.release()  # the next one in work ends after this one, or the first of the next batch
        if ended == 12:
            stop.set()

    async with asyncio.timeout(EVENT_S), asyncio.TaskGroup() as tasks:
        work = consume(store.post_stream, handle, consumer="a", stop=stop, concurrency=4, batch=3)
        tasks.create_task(work)
        await full.wait()
        gate.release()
    assert ended_before[:4] == [0] * 4
    assert min(ended_before[4:]) >= 3
    assert await store.post_stream.waiting() == 0


@pytest.mark.parametrize("reason", ["", "x" * 10_000])
async def test_a_burial_moves_an_item_once(store: Store, reason: str) -> None:
    await store.post_stream.ready()
    await _add(store, keys.POSTS)
    [item] = await store.post_stream.read("a", 1)
    await store.post_stream.bury(item, reason)
    await store.post_stream.bury(item, reason)
    letters = [letter async for letter in store.dead_letters.letters()]
    assert len(letters) == 1
    assert len(letters[0].reason) <= 500
