"""A restore that is killed or finds no room: one line, nothing lost, a second one completes it."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bench.chaos_server import OwnServer
from bot.errors import CommandError
from bot.extract.worker import Analyst
from bot.model import Post, Subscription
from bot.store import Store, keys
from bot.store.errors import BackupError
from bot.store.keys import backups as backup_keys
from bot.terminal.pipeline import settle
from bot.terminal.upkeep.backing_up import put_back
from tests.e2e.bot_process import ROOT, environment
from tests.fakes.entries import make_channel, make_post
from tests.fakes.proxy import FakeProxy
from tests.store.backing_up import BUSY, READER, backed_up, everything, restored
from tests.store.faulty import store_at
from tests.waiting import EVENT_S

NUMBERED = ("ftk:stream:", keys.CHANGED)  # what is in them has another number each time
pytestmark = pytest.mark.slow


@pytest.fixture
async def target(home: Path) -> AsyncIterator[OwnServer]:
    async with OwnServer(home) as server:
        yield server


@pytest.fixture
async def redis(target: OwnServer) -> AsyncIterator[Redis]:
    """What the backup is put into."""
    async with store_at(f"unix://{target.socket}") as store:
        yield store.redis


def _post(number: int, text: str) -> Post:
    return make_post(text=text, message_id=number, channel=make_channel("pane_one"))


async def _read(store: Store, *posts: Post) -> None:
    await store.posts.ingest_all(await store.channels.adopt_all(posts))
    await settle(store, Analyst(store))


@pytest.fixture
async def path(store: Store, tmp_path: Path) -> Path:
    """A backup of what is in the store: a reader who got a digest, a newer text, many unread."""
    await store.identity()
    at = datetime.now(UTC)
    for chat in (READER, BUSY):
        await store.subscriptions.save(
            Subscription(chat_id=chat, at=at.time()), at + timedelta(days=1)
        )
    later = {"edited": True, "edited_at": datetime.now(UTC) + timedelta(hours=1)}
    await _read(store, _post(1, "A newer text of it.").model_copy(update=later))
    await store.redis.hset(keys.subscription(BUSY), "last", "2026-11-20")
    unread = [_post(number, f"Long and unread. {'word ' * 800}") for number in range(10, 80)]
    await store.posts.ingest_all(await store.channels.adopt_all(unread))
    return await backed_up(store, tmp_path)


@pytest.fixture
async def in_use(store: Store, path: Path, tmp_path: Path) -> Path:
    """A backup of a store with data of its own: an older text, one that nobody has read."""
    await store.redis.flushdb()
    await store.identity()
    await _read(store, _post(1, "An older text of it."), _post(2, "Only here."))
    await store.posts.ingest(_post(3, "Only here, and nobody has read it."))
    await store.subscriptions.save(Subscription(chat_id=77), datetime.now(UTC))
    own = tmp_path / "own"
    own.mkdir()
    return await backed_up(store, own)


async def _held(redis: Redis) -> dict[str, object]:
    found = await everything(redis)
    logged = await redis.zrange(keys.CHANGED, 0, -1)
    same = {key: value for key, value in found.items() if not key.startswith(NUMBERED)}
    return {**same, "logged": sorted(map(str, logged))}


async def test_a_restore_that_is_killed_is_completed_by_another(
    store: Store, redis: Redis, target: OwnServer, path: Path, tmp_path: Path
) -> None:
    async with FakeProxy(target.socket) as proxy:
        proxy.stop_at(b"ftk:story:by:", executed=True)
        url = f"redis://127.0.0.1:{proxy.port}"
        env = {**environment(tmp_path, REDIS_URL=url), "PYTHONPATH": str(ROOT)}
        ask = (sys.executable, "-m", "bot", "restore", str(path))
        process = await asyncio.create_subprocess_exec(*ask, env=env)
        await proxy.stopped(EVENT_S)
        process.kill()
        await process.wait()
    with pytest.raises(BackupError, match="so this store is not whole"):
        async with store_at(f"unix://{target.socket}"):
            pass
    await restored(redis, path)
    assert await everything(redis) == await everything(store.redis)
    assert not await redis.exists(backup_keys.RESTORING)


async def test_a_merge_that_is_cut_anywhere_is_completed_by_another(
    redis: Redis, target: OwnServer, path: Path, in_use: Path
) -> None:
    await restored(redis, in_use)
    await restored(redis, path, merge=True)
    whole = await _held(redis)
    logs = b"ZADD\r\n$%d\r\n%b" % (len(keys.CHANGED), keys.CHANGED.encode())
    for words in (b"HSETNX", b"subscribers", b"PEXPIREAT", logs):
        await redis.flushdb()
        await restored(redis, in_use)
        async with FakeProxy(target.socket) as proxy:
            proxy.stop_at(words, executed=False)
            async with Redis(port=proxy.port, decode_responses=True, protocol=2) as cut:
                merging = asyncio.create_task(restored(cut, path, merge=True))
                await proxy.stopped(EVENT_S)
                merging.cancel()
                await asyncio.wait([merging])
        await restored(redis, path, merge=True)
        assert await _held(redis) == whole, words


@pytest.mark.parametrize("merge", [False, True])
async def test_a_store_without_room_loses_nothing_and_is_completed_later(
    redis: Redis,
    target: OwnServer,
    path: Path,
    in_use: Path,
    merge: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FORTOCHKA_HOME", str(path.parent))
    monkeypatch.setenv("REDIS_URL", f"unix://{target.socket}")
    if merge:
        await restored(redis, in_use)
    before = await everything(redis)
    used = (await redis.info("memory"))["used_memory"]
    await redis.config_set("maxmemory", used + 150_000)
    with pytest.raises(CommandError) as caught:
        await put_back(path, merge=merge, as_json=False)
    assert re.fullmatch(
        r"restore: cut short: the store's memory is full \(maxmemory\): [^\n]{30,120}",
        str(caught.value),
    )
    assert await redis.exists(backup_keys.RESTORING)
    if merge:
        after = await everything(redis)
        assert before.keys() <= after.keys()
        assert after[keys.post("@pane_one/3")] == before[keys.post("@pane_one/3")]
    await redis.config_set("maxmemory", 0)
    await put_back(path, merge=merge, as_json=False)
    assert not await redis.exists(backup_keys.RESTORING)
