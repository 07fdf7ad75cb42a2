"""Backups: every kind of key is decided about; a store that is written to is read as one; back."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bench.chaos_keys import described
from bench.chaos_server import OwnServer
from bot.extract.worker import Analyst
from bot.model import Delivery, Screen
from bot.store import Store, keys
from bot.store.backup.archive import Archive
from bot.store.backup.kinds import KEPT_KINDS, LEFT_OUT_KINDS, kept_kind
from bot.store.backup.past import UNSENT
from bot.store.backup.restore import Restoring, WholeWriter
from bot.store.backup.snapshot import make_backup
from bot.store.errors import BackupError
from bot.store.keys import backups as backup_keys
from bot.store.keys import owner as owner_keys
from bot.store.keys import questions as question_keys
from bot.store.keys import updates as update_keys
from bot.terminal.pipeline import settle
from tests.store.backing_up import (
    BUSY,
    DUE,
    READER,
    backed_up,
    everything,
    fill,
    lines_in,
    named,
    nobody,
    restored,
)
from tests.store.faulty import store_at


@pytest.fixture
async def other(home: Path) -> AsyncIterator[Store]:
    """An empty store on another server."""
    async with OwnServer(home) as server, store_at(f"unix://{server.socket}") as store:
        yield store


def test_a_decision_is_made_about_every_kind_of_key() -> None:
    names = [key for *_, key, _ in described(lambda _: "1") if key != keys.later("1")]
    kinds = {kept_kind(key.removeprefix(keys.PREFIX)) for key in names}
    assert "" not in kinds, "say in bot/store/keys/backups.py whether a backup holds it"
    assert not KEPT_KINDS.keys() & LEFT_OUT_KINDS.keys()
    streams = (keys.UPDATES, keys.POSTS, keys.ENTRIES, keys.OUTBOX, question_keys.QUESTIONS)
    kinds |= {kept_kind(keys.later(name).removeprefix(keys.PREFIX)) for name in streams}
    assert kinds == KEPT_KINDS.keys() | LEFT_OUT_KINDS.keys(), "of no key"


async def test_what_is_kept_is_the_same_in_another_server_and_back(
    store: Store, other: Store, tmp_path: Path
) -> None:
    await fill(store)
    before = await everything(store.redis)
    path = await backed_up(store, tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
    await restored(other.redis, path)
    assert await everything(other.redis) == before
    await store.redis.flushdb()
    await make_backup(other.redis, path, nobody, nobody)
    await restored(store.redis, path)
    assert await everything(store.redis) == before
    assert await store.subscriptions.get(READER) == await other.subscriptions.get(READER)
    assert await store.post_stream.in_work() == 1
    await settle(store, Analyst(store))
    assert await store.post_stream.in_work() == 0


async def test_the_file_is_readable_and_holds_no_secrets(store: Store, tmp_path: Path) -> None:
    code, invitation = await store.owners.code(), await store.access.invite()
    await store.updates.accept(4, 1, json.dumps({"message": {"text": f"/start own_{code}"}}), "7")
    await store.updates.accept(4, 2, json.dumps({"message": {"text": "waits behind"}}), "7")
    await store.dead_letters.report("@pane_one/1", "r", "unreadable")
    await store.redis.xadd(keys.DEAD, {"stream": keys.UPDATES, "body": "private words"})
    await fill(store)
    await store.redis.delete(owner_keys.OWNERS)
    await store.owners.code()
    path = await backed_up(store, tmp_path)
    text = gzip.decompress(path.read_bytes()).decode()
    for secret in (code, await store.owners.code(), invitation, "waits behind", "private words"):
        assert secret not in text
    assert "Ещё никем не прочитано \U0001f95f" in text
    found = named(path)
    assert found[f"subscription:{READER}"]["value"]["body"]["json"]["chat_id"] == READER
    assert found["stream:dead"]["value"][0][1]["key"] == "@pane_one/1"
    head, *_, end = lines_in(path)
    assert head["fortochka_backup"] == 1
    assert end["end"]["lines"] == len(found)


async def test_posts_of_channels_that_nobody_looked_at_are_not_lost(
    store: Store, other: Store, tmp_path: Path
) -> None:
    await fill(store)
    for number, words in enumerate(("first", "second", "third")):
        body = json.dumps({"channel_post": {"text": words}})
        await store.updates.accept(4, number, body, "-100")  # the later ones wait in a line
    await store.redis.zadd(
        keys.later(keys.UPDATES), {json.dumps(["id", "9", "body", '{"channel_post":{}}']): 1}
    )
    await restored(other.redis, await backed_up(store, tmp_path))
    await other.update_stream.ready()
    items = await other.update_stream.read("me", 9)
    texts = [json.loads(item.fields["body"])["channel_post"].get("text") for item in items]
    assert sorted(map(str, texts)) == ["None", "first", "second", "third"]
    assert await other.redis.llen(update_keys.line("-100")) == 0


async def test_a_restored_bot_sends_nothing_that_was_on_its_way(
    store: Store, other: Store, tmp_path: Path
) -> None:
    await fill(store)
    sent = Delivery(id="sent", chat_id=READER, screen=Screen(text="old"))
    await store.outbox.enqueue([sent, sent.model_copy(update={"id": "waits"})])
    await store.redis.hset(keys.delivery("sent"), "state", "sent")
    await store.redis.hdel(keys.delivery("sent"), "body")
    past = DUE - timedelta(minutes=1)
    await store.subscriptions.wait_until(READER, past)
    await store.redis.hset(keys.subscription(BUSY), "next", int(past.timestamp()))  # is claimed
    path = await backed_up(store, tmp_path)
    await restored(other.redis, path)
    assert await other.outbox_stream.waiting() == 0
    assert (await other.outbox.state("sent"))["state"] == "sent"
    assert await other.outbox.state("waits") == {"state": "undeliverable", "reason": UNSENT}
    assert await other.outbox.enqueue([sent, sent.model_copy(update={"id": "waits"})]) == 0
    assert await other.subscriptions.claim_due() == []
    for chat in (READER, BUSY):
        due = await other.subscriptions.due_at(chat)
        assert due is not None
        assert due > datetime.now(UTC)


async def test_what_changes_during_a_backup_is_in_it_as_at_one_instant(
    store: Store, other: Store, tmp_path: Path
) -> None:
    """Each step writes one number to many keys, old and new ones, in one transaction."""
    await fill(store)
    stop = asyncio.Event()

    async def write() -> int:
        number = 0
        async with store_at(str(_url(store))) as writer:
            while not stop.is_set():
                number += 1
                pipeline = writer.redis.pipeline(transaction=True)
                for chat in range(50):
                    pipeline.hset(keys.usage(f"day{chat}"), "posts", number)
                pipeline.zadd(keys.BACKLOG, {f"@new/{number}": number})
                pipeline.set(keys.story_of(f"@new/{number}"), "s")
                pipeline.delete(keys.story_of(f"@new/{number - 3}"))
                await pipeline.execute()
        return number

    writing = asyncio.create_task(write())
    path = await backed_up(store, tmp_path)
    stop.set()
    last = await writing
    await restored(other.redis, path)
    numbers = {await other.redis.hget(keys.usage(f"day{chat}"), "posts") for chat in range(50)}
    [number] = map(int, map(str, numbers))
    assert 0 < number <= last
    assert await other.redis.zcard(keys.BACKLOG) == number
    left = [number - back for back in range(4) if await _is_there(other, number - back)]
    assert left == [number, number - 1, number - 2]
    assert len(named(path)) == lines_in(path)[-1]["end"]["lines"]


async def _is_there(store: Store, number: int) -> bool:
    return bool(await store.redis.exists(keys.story_of(f"@new/{number}")))


def _url(store: Store) -> str:
    kwargs = store.redis.connection_pool.connection_kwargs
    where = f"unix://{kwargs['path']}" if "path" in kwargs else f"redis://{kwargs['host']}"
    return f"{where}?db={kwargs.get('db') or 0}"


@pytest.mark.parametrize("rights", ["-client|pause", "-client|tracking"])
async def test_a_server_that_forbids_something_is_still_backed_up(
    home: Path, tmp_path: Path, rights: str
) -> None:
    async with OwnServer(home) as server, store_at(f"unix://{server.socket}") as store:
        await fill(store)
        await store.redis.execute_command("ACL", "SETUSER", "default", rights)  # type: ignore[no-untyped-call]
        path = await backed_up(store, tmp_path)
        assert len(named(path)) == len(await everything(store.redis))
        await store.redis.set(keys.POLLER, "me", px=60_000)
        if rights == "-client|tracking":
            with pytest.raises(BackupError, match="stop the bot for the backup"):
                await backed_up(store, tmp_path)


async def test_keys_that_may_not_be_read_end_the_backup(home: Path, tmp_path: Path) -> None:
    async with OwnServer(home) as server, store_at(f"unix://{server.socket}") as store:
        await fill(store)
        await store.redis.execute_command("ACL", "SETUSER", "default", "-hscan")  # type: ignore[no-untyped-call]
        with pytest.raises(BackupError, match=r"refuses to read all keys \(.*hscan"):
            await backed_up(store, tmp_path)
        assert [*tmp_path.iterdir()] == []


async def test_a_store_that_is_used_or_has_data_is_not_restored_into(
    store: Store, other: Store, tmp_path: Path
) -> None:
    await fill(store)
    path = await backed_up(store, tmp_path)
    await other.redis.set(keys.POLLER, "me", px=60_000)
    with pytest.raises(BackupError, match="stop it first"):
        await restored(other.redis, path)
    await other.redis.delete(keys.POLLER)
    await other.sources.add("pane_two")
    before = await everything(other.redis)
    with pytest.raises(BackupError, match="the store has data already"):
        await restored(other.redis, path)
    assert await everything(other.redis) == before


async def test_a_restore_that_was_cut_short_leaves_a_store_that_only_it_completes(
    home: Path, store: Store, tmp_path: Path
) -> None:
    await fill(store)
    before, path = await everything(store.redis), await backed_up(store, tmp_path)
    second = tmp_path / "second.jsonl.gz"
    await make_backup(store.redis, second, nobody, nobody)
    async with OwnServer(home) as server:
        async with store_at(f"unix://{server.socket}") as target:
            await _cut_short(target.redis, path)
            with pytest.raises(BackupError, match="another restore was cut short"):
                await restored(target.redis, second)
            with pytest.raises(BackupError, match="so this store is not whole"):
                async with store_at(f"unix://{server.socket}"):
                    pass
            await restored(target.redis, path)
            assert await everything(target.redis) == before
            assert not await target.redis.exists(backup_keys.RESTORING)
        async with store_at(f"unix://{server.socket}"):
            pass


async def _cut_short(redis: Redis, path: Path) -> None:
    """As if the command had been killed half-way."""
    archive = Archive(path)
    await Restoring(redis, archive, "restore").begin(empty=True)
    lines = [*archive.lines()]
    await WholeWriter(redis, datetime.now(UTC)).put(lines[: len(lines) // 2])
