"""The store goes away, freezes, loads, forgets, loses replies, is emptied, and comes back.

R1–R6 and R13 name the rows of the catalogue of faults; R7–R12 and R14 are in test_store_full.py,
R8 (a server that would lose data is refused) is in test_server.py; takeover, burial and renewal
of leases are in test_stream.py.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import time_machine
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import BusyLoadingError, ResponseError
from redis.exceptions import ConnectionError as Refused

from bench.chaos_server import OwnServer
from bot.app.health import Health, troubles
from bot.model import Subscription
from bot.publish.alerts import alert_followers
from bot.publish.schedule import send_due
from bot.store import Store, keys
from bot.store.errors import ScriptFailed, StoreUnavailable
from bot.store.queue.stream import GROUP
from bot.store.scripts import Scripts
from tests.fakes.botapi_chats import BOT_ID
from tests.fakes.entries import make_entry
from tests.fakes.proxy import FakeProxy
from tests.store.faulty import message, repeated, store_at, until, working
from tests.waiting import EVENT_S


@pytest.mark.parametrize("fsync", ["everysec", "always"])
async def test_r1_what_was_accepted_survives_every_kill(home: Path, fsync: str) -> None:
    """With ``everysec`` a server whose disk is busy keeps its last two seconds in memory only."""
    async with OwnServer(home, fsync) as server, store_at(f"unix://{server.socket}") as store:
        for update in range(100):
            await repeated(partial(store.updates.accept, BOT_ID, update, "{}"))
            if update % 20 == 10:
                if fsync == "everysec":
                    await store.redis.waitaof(1, 0, 10_000)
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
@pytest.mark.slow
async def test_r2_a_worker_goes_on_when_the_server_is_itself_again(
    own: Store, fault: Act, cure: Act
) -> None:
    async with working(own) as done:
        await own.redis.xadd(keys.POSTS, {"key": "before"})
        await until(lambda: done == ["before"])
        await fault(own.redis)
        await own.redis.xread({"nothing": "0"}, block=1000)
        await cure(own.redis)
        await own.redis.xadd(keys.POSTS, {"key": "after"})
        await until(lambda: done == ["before", "after"])
    assert await own.post_stream.waiting() == 0


async def test_r2_a_busy_server_is_waited_for(server: OwnServer, own: Store) -> None:
    await own.redis.config_set("busy-reply-threshold", 10)
    async with Redis(unix_socket_path=server.socket) as other, working(own) as done:
        endless = asyncio.ensure_future(other.eval("while true do end", 0))
        with pytest.raises(ResponseError, match="BUSY"):
            await _until_refused(own)
        await own.redis.script_kill()
        with pytest.raises(ResponseError):
            await endless
        await own.redis.xadd(keys.POSTS, {"key": "after"})
        await until(lambda: done == ["after"])


async def _until_refused(store: Store) -> None:
    async with asyncio.timeout(EVENT_S):
        while True:
            await store.redis.ping()


@pytest.mark.slow
async def test_r2_a_server_that_loads_its_data_is_waited_for(home: Path) -> None:
    async with OwnServer(home) as server, store_at(f"unix://{server.socket}") as store:
        pipeline = store.redis.pipeline(transaction=False)
        for number in range(15_000):  # a look at its clients comes after each 1,024
            pipeline.set(f"ftk:update:{number}", "1", ex=60)
        await pipeline.execute()
        await server.kill()
        slow = OwnServer(home, key_load_delay="300")
        await slow.launch()
        try:
            async with working(store) as done:
                await _until_loading(slow)
                await repeated(lambda: store.redis.xadd(keys.POSTS, {"key": "after"}))
                await until(lambda: done == ["after"])
        finally:
            await slow.kill()


async def _until_loading(server: OwnServer) -> None:
    once = Retry(NoBackoff(), 0)
    async with (
        asyncio.timeout(EVENT_S),
        Redis(unix_socket_path=server.socket, retry=once) as redis,
    ):
        with pytest.raises(BusyLoadingError):
            while True:
                try:
                    await redis.get("x")
                except Refused as error:
                    if isinstance(error, BusyLoadingError):
                        raise
                await asyncio.sleep(0.01)


async def test_r3_an_emptied_store_sends_nothing_old_and_watches_its_channels_again(
    own: Store,
) -> None:
    await own.channels.watch("pane_one")
    before = (await own.identity()).name
    await own.redis.flushall()
    after = [(await own.identity()).name for _ in range(2)]
    assert after[0] == after[1] != before
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
    async with working(own) as done:
        await own.redis.xadd(keys.POSTS, {"key": "before"})
        await until(lambda: done == ["before"])
        server.signal(signal.SIGSTOP)
        try:
            async with asyncio.timeout(EVENT_S):
                found = await troubles(Health(), own)
            assert [trouble.partition(":")[0] for trouble in found] == ["store"]
            await asyncio.sleep(6)  # longer than the client's patience with one call
        finally:
            server.signal(signal.SIGCONT)
        async with asyncio.timeout(EVENT_S):
            await repeated(lambda: own.redis.xadd(keys.POSTS, {"key": "after"}))
            while await troubles(Health(), own) or "after" not in done:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    assert done == ["before", "after"]


@pytest.mark.slow
async def test_r5_no_lost_reply_makes_a_second_effect(server: OwnServer) -> None:
    posts = [make_entry(message_id=number, text=f"Post {number}.").post for number in range(1, 41)]
    async with FakeProxy(server.socket) as proxy, store_at(proxy.url) as store:
        for number, post in enumerate(posts):
            proxy.once("cut")
            await store.posts.ingest(post)
            proxy.once("cut")
            await store.updates.accept(BOT_ID, number, "{}")
            proxy.once("cut")
            await store.outbox.enqueue([message(str(number))])
        waiting = [
            await stream.waiting()
            for stream in (store.post_stream, store.update_stream, store.outbox_stream)
        ]
        assert proxy.replies_lost == 120
    assert waiting == [40, 40, 40]


async def test_r6_resets_and_cancelled_calls_mix_up_no_replies(server: OwnServer) -> None:
    async with FakeProxy(server.socket) as proxy, store_at(proxy.url) as store:
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


async def test_r13_leases_follow_the_servers_clock_alone(own: Store) -> None:
    await own.outbox.enqueue([message("a"), message("b")])
    assert await own.outbox.begin(message("a"), "one") == "pending"
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1), tick=True):
        assert await own.outbox.begin(message("b"), "another") == "busy"
    await own.outbox.take_turn(5)
    assert timedelta(0) < await own.outbox.take_turn(5) <= timedelta(seconds=2)


async def test_a_connection_refused_is_an_outage(home: Path) -> None:
    server = OwnServer(home)
    async with server, store_at(f"unix://{server.socket}") as store:
        await server.kill()
        with pytest.raises(Refused):
            await store.updates.accept(BOT_ID, 1, "{}")


async def test_a_script_that_is_called_wrong_is_no_outage(own: Store) -> None:
    """Whoever waits an outage out would wait for the next version of the program."""
    scripts = Scripts(own.redis)
    usage = keys.usage("2026-01-02")
    with pytest.raises(ScriptFailed, match=r"count: .*integer") as wrong:
        await scripts("count", [usage], [60, "posts", "many"])
    assert not isinstance(wrong.value, StoreUnavailable)
    with pytest.raises(ScriptFailed, match="count: "):
        await scripts.many("count", [([usage], [60, "posts", "many"])])
    assert await scripts.number("count", [usage], [60, "posts", 1]) == 1
