"""Every fault of the store in turn: it goes away, comes back, fills up, forgets, loses replies.

R1–R14 name the rows of the catalogue of faults. R8 (a server that would lose data is refused) is
in test_server.py; takeover, burial and renewal of leases are in test_stream.py.
"""

import asyncio
import signal
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import BusyLoadingError, RedisError, ResponseError
from redis.exceptions import ConnectionError as Refused

from bench.chaos_server import OwnServer
from bot.config import Settings
from bot.health import Health, troubles
from bot.model import Delivery, Screen, Subscription
from bot.publish.alerts import alert_followers
from bot.publish.schedule import send_due
from bot.store import Store, keys, open_store
from bot.store.away import StoreAway
from bot.store.connect import refounded
from bot.store.consume import consume
from bot.store.stream import GROUP, Item
from tests.fakes.entries import make_entry
from tests.fakes.proxy import FakeProxy

LEASE = timedelta(milliseconds=600)


@pytest.fixture
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="ftk") as folder:
        yield Path(folder)


@pytest.fixture
async def server(home: Path) -> AsyncIterator[OwnServer]:
    async with OwnServer(home, enable_debug_command="yes") as server:
        yield server


@pytest.fixture
async def own(server: OwnServer) -> AsyncIterator[Store]:
    """A store on a server that only this test uses."""
    async with _store(f"unix://{server.socket}") as store:
        yield store


@asynccontextmanager
async def _store(url: str) -> AsyncIterator[Store]:
    async with open_store(Settings(_env_file=None, redis_url=url)) as store:
        yield store


async def _repeated(call: Callable[[], Awaitable[object]]) -> None:
    """Until the store takes it, as a poller does that moves its offset only then."""
    while True:
        try:
            await call()
        except StoreAway:
            await asyncio.sleep(0.05)
        else:
            return


@asynccontextmanager
async def _working(store: Store) -> AsyncIterator[list[str]]:
    """A worker on the posts; the keys that it has finished."""
    done: list[str] = []
    stop = asyncio.Event()

    async def handle(item: Item) -> None:
        await store.post_stream.finish(item)
        done.append(item.fields["key"])

    work = consume(store.post_stream, handle, consumer="w", stop=stop, lease=LEASE)
    task = asyncio.create_task(work)
    try:
        yield done
    finally:
        stop.set()
        await task


async def _until(holds: Callable[[], bool], within: float = 15) -> None:
    async with asyncio.timeout(within):
        while not holds():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("fsync", ["everysec", "always"])
async def test_r1_what_was_accepted_survives_every_kill(home: Path, fsync: str) -> None:
    async with OwnServer(home, fsync) as server, _store(f"unix://{server.socket}") as store:
        for update in range(100):
            await _repeated(lambda update=update: store.updates.accept(update, "{}"))  # type: ignore[misc]
            if update % 20 == 10:
                await server.kill()
                await server.start()
        assert await store.update_stream.waiting() == 100


async def _read_only(redis: Redis) -> None:
    await redis.replicaof("127.0.0.1", "1")


async def _writable(redis: Redis) -> None:
    await redis.replicaof("NO", "ONE")


async def _no_group(redis: Redis) -> None:
    await redis.xgroup_destroy(keys.POSTS, GROUP)


async def _no_script(redis: Redis) -> None:
    await redis.script_flush()


async def _nothing(redis: Redis) -> None:
    await redis.ping()


Act = Callable[[Redis], Awaitable[None]]


@pytest.mark.parametrize(
    ("fault", "cure"),
    [(_read_only, _writable), (_no_group, _nothing), (_no_script, _nothing)],
    ids=["READONLY", "NOGROUP", "NOSCRIPT"],
)
async def test_r2_a_worker_goes_on_when_the_server_is_itself_again(
    own: Store, fault: Act, cure: Act
) -> None:
    async with _working(own) as done:
        await own.redis.xadd(keys.POSTS, {"key": "before"})
        await _until(lambda: done == ["before"])
        await fault(own.redis)
        await own.redis.blpop(["nothing"], timeout=1)
        await cure(own.redis)
        await own.redis.xadd(keys.POSTS, {"key": "after"})
        await _until(lambda: done == ["before", "after"])
    assert await own.post_stream.waiting() == 0


async def test_r2_a_busy_server_is_waited_for(server: OwnServer, own: Store) -> None:
    await own.redis.config_set("busy-reply-threshold", 10)
    async with Redis(unix_socket_path=server.socket) as other, _working(own) as done:
        endless = asyncio.ensure_future(other.eval("while true do end", 0))
        with pytest.raises(ResponseError, match="BUSY"):
            await _until_refused(own)
        await own.redis.script_kill()
        with pytest.raises(ResponseError):
            await endless
        await own.redis.xadd(keys.POSTS, {"key": "after"})
        await _until(lambda: done == ["after"])


async def _until_refused(store: Store) -> None:
    async with asyncio.timeout(10):
        while True:
            await store.redis.ping()


async def test_r2_a_server_that_loads_its_data_is_waited_for(home: Path) -> None:
    async with OwnServer(home) as server, _store(f"unix://{server.socket}") as store:
        pipeline = store.redis.pipeline(transaction=False)
        for number in range(5000):  # a look at its clients comes after each 1,024
            pipeline.set(f"ftk:update:{number}", "1", ex=60)
        await pipeline.execute()
        await server.kill()
        slow = OwnServer(home, key_load_delay="800")
        await slow.launch()
        try:
            async with _working(store) as done:
                await _until_loading(slow)
                await _repeated(lambda: store.redis.xadd(keys.POSTS, {"key": "after"}))
                await _until(lambda: done == ["after"])
        finally:
            await slow.kill()


async def _until_loading(server: OwnServer) -> None:
    once = Retry(NoBackoff(), 0)
    async with asyncio.timeout(20), Redis(unix_socket_path=server.socket, retry=once) as redis:
        while True:
            try:
                await redis.get("x")
            except BusyLoadingError:
                return
            except Refused:
                await asyncio.sleep(0.01)


async def test_r3_an_emptied_store_sends_nothing_old_and_watches_its_channels_again(
    own: Store,
) -> None:
    await own.channels.watch("pane_one")
    assert not await refounded(own.redis)
    await own.redis.flushall()
    assert await refounded(own.redis)
    assert not await refounded(own.redis)
    now = datetime.now(UTC)
    old = make_entry(at=now, hours_ago=12)
    reader = Subscription(chat_id=5, topics=old.analysis.topics)
    await own.subscriptions.save(reader, now + timedelta(hours=1))  # is back before the posts
    await own.posts.ingest(old.post)
    await own.post_stream.ready()
    [item] = await own.post_stream.read("w", 1)
    await own.entries.commit(old, item)
    assert await alert_followers(own, old, now) == 0
    assert await send_due(own) == 0
    assert await own.outbox_stream.waiting() == 0


@pytest.mark.slow
async def test_r4_a_frozen_server_makes_unready_and_nothing_is_done_twice(
    server: OwnServer, own: Store
) -> None:
    async with _working(own) as done:
        await own.redis.xadd(keys.POSTS, {"key": "before"})
        await _until(lambda: done == ["before"])
        server.signal(signal.SIGSTOP)
        try:
            async with asyncio.timeout(10):
                found = await troubles(Health(), own)
            assert [trouble.partition(":")[0] for trouble in found] == ["store"]
            await asyncio.sleep(6)  # longer than the client's patience with one call
        finally:
            server.signal(signal.SIGCONT)
        async with asyncio.timeout(5):
            await _repeated(lambda: own.redis.xadd(keys.POSTS, {"key": "after"}))
            while await troubles(Health(), own) or "after" not in done:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    assert done == ["before", "after"]


async def test_r5_no_lost_reply_makes_a_second_effect(server: OwnServer) -> None:
    posts = [make_entry(message_id=number, text=f"Post {number}.").post for number in range(1, 41)]
    async with FakeProxy(server.socket) as proxy, _store(proxy.url) as store:
        for number, post in enumerate(posts):
            proxy.once("cut")
            await store.posts.ingest(post)
            proxy.once("cut")
            await store.updates.accept(number, "{}")
            proxy.once("cut")
            await store.outbox.enqueue([_message(str(number))])
        waiting = [
            await stream.waiting()
            for stream in (store.post_stream, store.update_stream, store.outbox_stream)
        ]
        assert proxy.replies_lost == 120
    assert waiting == [40, 40, 40]


async def test_r6_resets_and_cancelled_calls_mix_up_no_replies(server: OwnServer) -> None:
    async with FakeProxy(server.socket) as proxy, _store(proxy.url) as store:
        for number in range(50):
            await store.redis.set(f"ftk:update:{number}", number, ex=60)
        for turn in range(20):
            calls = [
                asyncio.ensure_future(store.redis.get(f"ftk:update:{number}"))
                for number in range(50)
            ]
            await asyncio.sleep(0)
            calls[turn].cancel()
            if turn % 5 == 0:
                proxy.cut_all()
            answers = await asyncio.gather(*calls, return_exceptions=True)
            got = {n: a for n, a in enumerate(answers) if not isinstance(a, BaseException)}
            assert got == {n: str(n) for n in got}
            assert len(got) >= 49 - turn % 5 or turn % 5 == 0


async def test_r7_a_full_server_takes_nothing_in_and_lets_everything_out(own: Store) -> None:
    entry = make_entry()
    await own.posts.ingest(entry.post)
    await own.outbox.enqueue([_message("a"), _message("b")])
    for stream in (own.post_stream, own.outbox_stream):
        await stream.ready()
    [work] = await own.post_stream.read("w", 1)
    first, second = await own.outbox_stream.read("w", 2)
    await own.redis.config_set("maxmemory", 1)
    for take_in in (
        own.updates.accept(1, "{}"),
        own.posts.ingest(make_entry(message_id=2).post),
        own.outbox.enqueue([_message("c")]),
    ):
        with pytest.raises(StoreAway):
            await take_in
    assert await own.entries.commit(entry, work) == "stored"
    await own.outbox.take_turn(5)
    assert await own.outbox.begin(_message("a"), "w") == "pending"
    await own.outbox.settle(_message("a"), first, "w", "sent", message_id=7)
    await own.outbox_stream.postpone(second, timedelta(0))
    await own.outbox_stream.promote()
    [again] = await own.outbox_stream.read("w", 1)
    await own.outbox_stream.bury(again, "made up")
    assert await own.outbox_stream.waiting() == 0
    await own.redis.config_set("maxmemory", 0)
    assert await own.updates.accept(1, "{}")


async def test_r7_an_item_is_not_buried_for_a_full_server(own: Store) -> None:
    stop = asyncio.Event()
    tries = 0

    async def handle(item: Item) -> None:
        nonlocal tries
        tries += 1
        await own.updates.accept(tries, "{}")
        await own.post_stream.finish(item)
        stop.set()

    async def free_later() -> None:
        await _until(lambda: tries > 6)
        await own.redis.config_set("maxmemory", 0)

    await own.post_stream.ready()
    await own.redis.xadd(keys.POSTS, {"key": "k"})
    await own.redis.config_set("maxmemory", 1)
    short = timedelta(milliseconds=200)
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        tasks.create_task(free_later())
        tasks.create_task(consume(own.post_stream, handle, consumer="w", stop=stop, lease=short))
    assert await own.redis.xlen(keys.DEAD) == 0
    assert await own.post_stream.waiting() == 0


async def test_r9_a_full_disk_is_waited_out_without_a_restart(home: Path) -> None:
    disk = home / "disk"
    disk.mkdir()
    await _mount(disk)
    try:
        async with OwnServer(disk) as server, _store(f"unix://{server.socket}") as store:
            filler = disk / "filler"
            _fill(filler)
            with pytest.raises(StoreAway):
                async with asyncio.timeout(20):
                    for number in range(10_000):
                        await store.updates.accept(number, "x" * 500)
            filler.unlink()
            async with asyncio.timeout(20):
                await _repeated(lambda: store.updates.accept("after", "{}"))
            assert await store.redis.exists(keys.update("after"))
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
    async with OwnServer(home) as server, _store(f"unix://{server.socket}") as store:
        for update in range(10):
            await store.updates.accept(update, "{}")
        await server.kill()
        [tail] = (home / "appendonlydir").glob("*.incr.aof")
        tail.write_bytes(tail.read_bytes()[:-3])
        await server.start()
        assert await store.update_stream.waiting() in (9, 10)
        assert await store.updates.accept(9, "{}") or await store.update_stream.waiting() == 10


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


def _message(name: str, chat: int = 5) -> Delivery:
    return Delivery(id=name, chat_id=chat, screen=Screen(text=f"text of {name}"))


async def test_r13_leases_follow_the_servers_clock_alone(own: Store) -> None:
    await own.outbox.enqueue([_message("a"), _message("b")])
    assert await own.outbox.begin(_message("a"), "one") == "pending"
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1), tick=True):
        assert await own.outbox.begin(_message("b"), "another") == "busy"
    await own.outbox.take_turn(5)
    assert timedelta(0) < await own.outbox.take_turn(5) <= timedelta(seconds=2)


async def test_r14_a_user_confined_to_our_keys_is_enough(server: OwnServer, own: Store) -> None:
    await own.redis.acl_setuser(
        "confined",
        enabled=True,
        passwords=["+made-up"],
        keys=[f"{keys.PREFIX}*"],
        commands=["+@all", "-flushall", "-flushdb", "-config", "-keys", "-debug"],
    )
    url = f"unix://confined:made-up@{server.socket}"
    async with _store(url) as store:
        entry = make_entry()
        await store.posts.ingest(entry.post)
        await store.post_stream.ready()
        [item] = await store.post_stream.read("w", 1)
        assert await store.entries.commit(entry, item) == "stored"
        await store.outbox.enqueue([_message("a")])
        assert await store.outbox.begin(_message("a"), "w") == "pending"
        with pytest.raises(RedisError):
            await store.redis.set("foreign", "1")


async def test_a_connection_refused_is_an_outage(home: Path) -> None:
    server = OwnServer(home)
    async with server, _store(f"unix://{server.socket}") as store:
        await server.kill()
        with pytest.raises(Refused):
            await store.updates.accept(1, "{}")
