"""P3, P6, L15: items that end their workers, that a newer program wrote, that were taken over."""

import asyncio
import errno
import json
from datetime import timedelta

import pytest

from bot.model import Delivery, Entry, Post, Screen, Subscription
from bot.store import Store, keys
from bot.store.codec.versions import decode
from bot.store.errors import NewerVersion
from bot.store.queue.stream import MOST_DELIVERIES, Item
from bot.store.queue.worker import consume
from tests.fakes.entries import make_entry
from tests.store.faulty import until
from tests.waiting import EVENT_S

SHORT = timedelta(milliseconds=200)


async def _die_with(store: Store, poison: str, number: int) -> list[str]:
    """Workers that take all they can and die of one item; what they finished before."""
    done: list[str] = []
    for life in range(number):
        items = await store.post_stream.take_over(f"w{life}", 8, timedelta(0))
        items = items or await store.post_stream.read(f"w{life}", 8, timedelta(milliseconds=1))
        keys_ = [item.fields["key"] for item in items]
        if poison in keys_:
            continue  # all of them are in work when it strikes
        for item in items:
            await store.post_stream.finish(item)
            done.append(item.fields["key"])
    return done


async def test_p3_the_neighbours_of_a_poisonous_item_are_not_buried_with_it(store: Store) -> None:
    await store.post_stream.ready()
    for name in ("a", "b", "poison", "c", "d"):
        await store.redis.xadd(keys.POSTS, {"key": name})
    done = await _die_with(store, "poison", store.post_stream.suspect + MOST_DELIVERIES + 6)
    stop = asyncio.Event()

    async def handle(item: Item) -> None:
        done.append(item.fields["key"])
        await store.post_stream.finish(item)

    async with asyncio.timeout(EVENT_S), asyncio.TaskGroup() as tasks:
        tasks.create_task(consume(store.post_stream, handle, consumer="z", stop=stop, lease=SHORT))
        await until(lambda: len(done) == 4)
        stop.set()
    assert sorted(done) == ["a", "b", "c", "d"]
    [letter] = [letter async for letter in store.dead_letters.letters()]
    assert letter.fields["key"] == "poison"


async def test_p3_a_suspect_is_worked_on_alone(store: Store) -> None:
    await store.post_stream.ready()
    await store.redis.xadd(keys.POSTS, {"key": "suspect"})
    await store.post_stream.read("w", 1)
    for _ in range(store.post_stream.suspect - 2):
        await store.post_stream.take_over("w", 1, timedelta(0))
    together: list[set[str]] = []
    at_work: set[str] = set()
    stop = asyncio.Event()

    async def handle(item: Item) -> None:
        at_work.add(item.fields["key"])
        together.append(set(at_work))
        await store.redis.blpop(["nothing"], timeout=0.2)
        at_work.remove(item.fields["key"])
        await store.post_stream.finish(item)

    async with asyncio.timeout(EVENT_S), asyncio.TaskGroup() as tasks:
        work = consume(store.post_stream, handle, consumer="z", stop=stop, lease=SHORT)
        tasks.create_task(work)
        for number in range(6):
            await store.redis.xadd(keys.POSTS, {"key": str(number)})
            await asyncio.sleep(0.1)
        await until(lambda: len(together) == 7)
        stop.set()
    assert {"suspect"} in together
    assert not any("suspect" in names and len(names) > 1 for names in together)


@pytest.mark.slow
async def test_p6_what_a_newer_program_wrote_stays_for_it(store: Store) -> None:
    entry = make_entry()
    await store.posts.ingest(entry.post)
    newer = entry.post.model_dump(mode="json") | {"v": 99, "mood": "unheard of"}
    await store.redis.hset(keys.post(entry.key), "body", json_of(newer))
    stop, tries = asyncio.Event(), 0

    async def handle(item: Item) -> None:
        nonlocal tries
        tries += 1
        await store.posts.get(item.fields["key"])

    async with asyncio.timeout(EVENT_S), asyncio.TaskGroup() as tasks:
        work = consume(store.post_stream, handle, consumer="old", stop=stop, lease=SHORT)
        tasks.create_task(work)
        await until(lambda: tries > MOST_DELIVERIES + 2)
        stop.set()
    assert await store.redis.xlen(keys.DEAD) == 0
    assert await store.post_stream.in_work() == 1


@pytest.mark.slow
@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENOSPC])
async def test_p5_an_item_is_not_buried_for_what_the_machine_lacks(
    store: Store, number: int
) -> None:
    await store.post_stream.ready()
    await store.redis.xadd(keys.POSTS, {"key": "k"})
    stop, tries = asyncio.Event(), 0

    async def handle(item: Item) -> None:
        nonlocal tries
        tries += 1
        if tries <= MOST_DELIVERIES + 2:
            raise OSError(number, "made up")
        await store.post_stream.finish(item)
        stop.set()

    async with asyncio.timeout(EVENT_S):
        await consume(store.post_stream, handle, consumer="w", stop=stop, lease=SHORT)
    assert await store.redis.xlen(keys.DEAD) == 0
    assert await store.post_stream.in_work() == 0


def json_of(body: dict[str, object]) -> str:
    """A body as a program writes it."""
    return json.dumps(body)


@pytest.mark.parametrize(
    "value",
    [
        make_entry(),
        make_entry().post,
        Subscription(chat_id=1),
        Delivery(id="d", chat_id=1, screen=Screen(text="t")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_p6_every_stored_kind_tells_a_newer_version(
    value: Entry | Post | Subscription | Delivery,
) -> None:
    assert decode(type(value), value.model_dump_json()) == value
    for more in ({"v": 99}, {"v": 99, "unheard": 1}):
        with pytest.raises(NewerVersion, match="version 99"):
            decode(type(value), json_of(value.model_dump(mode="json") | more))


@pytest.mark.parametrize("body", ["", "[]", '{"v": "x"}', "null", '{"v": 1}'])
def test_p6_a_broken_body_is_not_taken_for_a_newer_one(body: str) -> None:
    with pytest.raises(ValueError, match="validation error"):
        decode(Post, body)


async def test_l15_a_worker_that_was_away_too_long_does_not_take_its_item_back(
    store: Store,
) -> None:
    await store.post_stream.ready()
    await store.redis.xadd(keys.POSTS, {"key": "k"})
    [item] = await store.post_stream.read("slow", 1)
    [taken] = await store.post_stream.take_over("other", 1, timedelta(0))
    await store.post_stream.renew("slow", [item.id])
    rows = await store.redis.xpending_range(keys.POSTS, "workers", "-", "+", 1)
    assert (taken.id, str(rows[0]["consumer"])) == (item.id, "other")


async def test_an_item_whose_reply_was_lost_is_found_with_its_consumer(store: Store) -> None:
    await store.post_stream.ready()
    await store.redis.xadd(keys.POSTS, {"key": "k"})
    await store.post_stream.read("w", 1)  # and its reply is lost
    [found] = await store.post_stream.left_with("w", 8)
    assert found.fields == {"key": "k"}
    assert await store.post_stream.left_with("other", 8) == []
