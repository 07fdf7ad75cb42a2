"""A store with a little of everything, backed up and restored; what is in it and in a file."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from bot.collect.preview.page import parse_page
from bot.collect.samples import pages
from bot.extract.worker import Analyst
from bot.model import Subscription
from bot.publish.following import following
from bot.store import Store, keys
from bot.store.backup.archive import Archive, Sums
from bot.store.backup.kinds import KEPT_KINDS, kept_kind
from bot.store.backup.merge import MergeWriter
from bot.store.backup.restore import Restoring, WholeWriter
from bot.store.backup.snapshot import make_backup
from bot.store.connection.key_types import type_of
from bot.taxonomy.topics import Topic
from bot.terminal.pipeline import settle

READER, ALERTED, BUSY = 100, 200, 300
DUE = datetime.now(UTC).replace(microsecond=0)


def nobody(_: int) -> None:
    """Nobody wants to know how far it is."""


async def backed_up(store: Store, folder: Path) -> Path:
    path = folder / "b.jsonl.gz"
    await make_backup(store.redis, path, nobody, nobody)
    return path


async def restored(redis: Redis, path: Path, *, merge: bool = False) -> Sums:
    archive = Archive(path)
    _, sums = archive.check(nobody)
    restoring = Restoring(redis, archive, "merge" if merge else "restore")
    await restoring.begin(empty=not merge)
    now = datetime.now(UTC)
    await restoring.write(MergeWriter(redis, now) if merge else WholeWriter(redis, now), nobody)
    return sums


def lines_in(path: Path) -> list[dict[str, Any]]:
    return [json.loads(text) for text in gzip.decompress(path.read_bytes()).splitlines()]


def named(path: Path) -> dict[str, dict[str, Any]]:
    return {line["key"]: line for line in lines_in(path) if "key" in line}


async def fill(store: Store) -> None:
    """Posts read and joined, one unread, readers with what they did, a source."""
    await store.identity()  # the fixture has emptied it since it was opened
    for page in pages():
        for post in parse_page(page).posts:
            await store.posts.ingest(await store.channels.adopt(post))
    await settle(store, Analyst(store))
    unread = (
        parse_page(next(iter(pages())))
        .posts[0]
        .model_copy(update={"message_id": 9_999, "text": "Ещё никем не прочитано \U0001f95f"})
    )
    await store.posts.ingest(await store.channels.adopt(unread))
    await store.sources.add("pane_one")
    await store.owners.claim(await store.owners.code(), READER, 1)
    for chat in (READER, ALERTED, BUSY):
        followed = {"alerts": (Topic("quantization"),), "follows": (following("lora has:paper"),)}
        reader = Subscription.model_validate({"chat_id": chat, "at": DUE.time(), **followed})
        await store.subscriptions.save(reader, DUE + timedelta(days=1))
    [entry, *_] = await store.entries.between(datetime(2026, 1, 1, tzinfo=UTC), DUE)
    story = (await store.stories.of([entry.key]))[entry.key]
    await store.redis.zadd(keys.seen(READER), {story: DUE.timestamp()})
    await store.redis.set(keys.term_counts(7), b"\x00\xff\xfe" * 99, ex=999)


async def everything(redis: Redis) -> dict[str, object]:
    """What each key of a kept kind holds, in this database."""
    found: dict[str, object] = {}
    async for key in redis.scan_iter(match=f"{keys.PREFIX}*", count=1_000):
        kept = kept_kind(str(key).removeprefix(keys.PREFIX)) in KEPT_KINDS
        if kept and (members := await _members(redis, str(key))):  # a stream may be empty
            found[str(key)] = members, await redis.pexpiretime(str(key))
    return found


async def _members(redis: Redis, key: str) -> object:
    match type_of(key):
        case "string":
            return await redis.execute_command("GET", key, NEVER_DECODE=True)  # type: ignore[no-untyped-call]
        case "hash":
            return await redis.hgetall(key)
        case "set":
            return await redis.smembers(key)
        case "list":
            return await redis.lrange(key, 0, -1)
        case "zset":
            return await redis.zrange(key, 0, -1, withscores=True)
    return await redis.xrange(key)
