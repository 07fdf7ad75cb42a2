"""The store or its disk is full, its file cut, its consumers dead, our rights few.

The names of the rows are those of test_store_faults.py.
"""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from redis.exceptions import RedisError

from bench.chaos_server import OwnServer
from bot.store import Store, keys
from bot.store.errors import StoreUnavailable
from bot.store.keys import updates as update_keys
from bot.store.queue.stream import GROUP, Item
from bot.store.queue.worker import consume
from tests.fakes.botapi_chats import BOT_ID
from tests.fakes.entries import make_entry
from tests.store.faulty import message, repeated, store_at, until
from tests.waiting import EVENT_S


async def test_r7_a_full_server_takes_nothing_in_and_lets_everything_out(own: Store) -> None:
    entry = make_entry()
    await own.posts.ingest(entry.post)
    await own.outbox.enqueue([message("a"), message("b")])
    for stream in (own.post_stream, own.outbox_stream):
        await stream.ready()
    [work] = await own.post_stream.read("w", 1)
    first, second = await own.outbox_stream.read("w", 2)
    await own.redis.config_set("maxmemory", 1)
    for take_in in (
        own.updates.accept(BOT_ID, 1, "{}"),
        own.posts.ingest(make_entry(message_id=2).post),
        own.outbox.enqueue([message("c")]),
    ):
        with pytest.raises(StoreUnavailable):
            await take_in
    assert await own.entries.commit(entry, work) == "stored"
    await own.outbox.take_turn(5)
    assert await own.outbox.begin(message("a"), "w") == "pending"
    await own.outbox.settle(message("a"), first, "w", "sent", message_id=7)
    await own.outbox_stream.postpone(second, timedelta(0))
    await own.outbox_stream.promote()
    [again] = await own.outbox_stream.read("w", 1)
    await own.outbox_stream.bury(again, "made up")
    assert await own.outbox_stream.waiting() == 0
    await own.redis.config_set("maxmemory", 0)
    assert (await own.updates.accept(BOT_ID, 1, "{}")).new


@pytest.mark.slow
async def test_r7_an_item_is_not_buried_for_a_full_server(own: Store) -> None:
    stop = asyncio.Event()
    tries = 0

    async def handle(item: Item) -> None:
        nonlocal tries
        tries += 1
        await own.updates.accept(BOT_ID, tries, "{}")
        await own.post_stream.finish(item)
        stop.set()

    async def free_later() -> None:
        await until(lambda: tries > 6)
        await own.redis.config_set("maxmemory", 0)

    await own.post_stream.ready()
    await own.redis.xadd(keys.POSTS, {"key": "k"})
    await own.redis.config_set("maxmemory", 1)
    short = timedelta(milliseconds=200)
    async with asyncio.timeout(EVENT_S), asyncio.TaskGroup() as tasks:
        tasks.create_task(free_later())
        tasks.create_task(consume(own.post_stream, handle, consumer="w", stop=stop, lease=short))
    assert await own.redis.xlen(keys.DEAD) == 0
    assert await own.post_stream.waiting() == 0


async def test_r9_a_full_disk_is_waited_out_without_a_restart(home: Path) -> None:
    disk = home / "disk"
    disk.mkdir()
    await _mount(disk)
    try:
        async with OwnServer(disk) as server, store_at(f"unix://{server.socket}") as store:
            filler = disk / "filler"
            _fill(filler)
            with pytest.raises(StoreUnavailable):
                async with asyncio.timeout(EVENT_S):
                    for number in range(10_000):
                        await store.updates.accept(BOT_ID, number, "x" * 500)
            filler.unlink()
            async with asyncio.timeout(EVENT_S):
                await repeated(lambda: store.updates.accept(BOT_ID, 777, "{}"))
            assert await store.redis.exists(update_keys.update(BOT_ID, 777))
    finally:
        await _run("umount", str(disk))


async def _mount(disk: Path) -> None:
    if await _run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)):
        pytest.skip("a small file system cannot be mounted here")


async def _run(*command: str) -> int:
    nothing = asyncio.subprocess.DEVNULL
    try:
        process = await asyncio.create_subprocess_exec(*command, stderr=nothing)
    except FileNotFoundError:
        return 127
    return await process.wait()


def _fill(file: Path) -> None:
    with file.open("wb", buffering=0) as out:
        try:
            while True:
                out.write(bytes(4096))
        except OSError:
            return


async def test_r10_a_cut_tail_of_the_append_only_file_loses_only_the_tail(home: Path) -> None:
    async with OwnServer(home) as server, store_at(f"unix://{server.socket}") as store:
        for update in range(10):
            await store.updates.accept(BOT_ID, update, "{}")
        await store.redis.waitaof(1, 0, 5000)  # a server whose disk is busy writes later
        await server.kill()
        [tail] = (home / "appendonlydir").glob("*.incr.aof")
        tail.write_bytes(tail.read_bytes()[:-3])
        await server.start()
        assert await store.update_stream.waiting() in (9, 10)
        again = await store.updates.accept(BOT_ID, 9, "{}")
        assert again.new or await store.update_stream.waiting() == 10


async def test_r11_a_stream_holds_exactly_what_is_unfinished(own: Store) -> None:
    await own.post_stream.ready()
    for number in range(12):
        await own.redis.xadd(keys.POSTS, {"key": str(number)})
    items = await own.post_stream.read("w", 12)
    for item in items[:4]:
        await own.post_stream.finish(item)
    for item in items[4:7]:
        await own.post_stream.postpone(item, timedelta(hours=1))
    for item in items[7:9]:
        await own.post_stream.bury(item, "made up")
    assert await own.post_stream.in_work() == 3
    assert await own.post_stream.waiting() == 6
    assert (await own.redis.xpending(keys.POSTS, GROUP))["pending"] == 3


async def test_r12_dead_consumers_go_and_those_that_hold_something_stay(own: Store) -> None:
    await own.post_stream.ready()
    await own.redis.xadd(keys.POSTS, {"key": "held"})
    await own.post_stream.read("holds", 1)
    await own.post_stream.read("idle", 1, timedelta(milliseconds=1))
    await asyncio.sleep(0.01)
    await own.post_stream.sweep(timedelta(0))
    names = [str(row["name"]) for row in await own.redis.xinfo_consumers(keys.POSTS, GROUP)]
    assert names == ["holds"]


async def test_r14_a_user_confined_to_our_keys_is_enough(server: OwnServer, own: Store) -> None:
    await own.redis.acl_setuser(
        "confined",
        enabled=True,
        passwords=["+made-up"],
        keys=[f"{keys.PREFIX}*"],
        commands=["+@all", "-flushall", "-flushdb", "-config", "-keys", "-debug"],
    )
    url = f"unix://confined:made-up@{server.socket}"
    async with store_at(url) as store:
        entry = make_entry()
        await store.posts.ingest(entry.post)
        await store.post_stream.ready()
        [item] = await store.post_stream.read("w", 1)
        assert await store.entries.commit(entry, item) == "stored"
        await store.outbox.enqueue([message("a")])
        assert await store.outbox.begin(message("a"), "w") == "pending"
        with pytest.raises(RedisError):
            await store.redis.set("foreign", "1")
