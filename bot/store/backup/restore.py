"""A backup put into a store: all of it or, where that is cut short, a store that nothing uses.

The store is marked while a file is put into it. It may be used again when the same file was put
in to its end: writing a line twice does no harm.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from redis.asyncio import Redis

from bot.digest.slots import next_slot
from bot.store import keys
from bot.store.backup.archive import Archive, CountStep
from bot.store.backup.kinds import bare_name, kept_kind
from bot.store.backup.lines import KeyLine, write_commands
from bot.store.backup.past import posts_again, settled
from bot.store.backup.snapshot import is_served
from bot.store.connection.clock import server_now
from bot.store.errors import BackupError
from bot.store.keys import backups as backup_keys
from bot.store.readers.subscriptions import Subscriptions
from bot.store.scripts import Scripts

DATA_KINDS = frozenset({"subscription", "saved", "channel", "post", "entry", "delivery", "owners"})
"""Kinds of which a store has none before it is used."""

_TOGETHER = 500  # lines, or readers, of one round trip
_AGAIN = "run fortochka restore again with the file that it began with, or empty the store"


class Writer(Protocol):
    """Puts lines into a store; writing them again changes nothing."""

    async def put(self, lines: Sequence[KeyLine]) -> None:
        """Put in some lines, in the order of the file, all parts of a key together."""


class WholeWriter:
    """Puts lines into a store without data, as they are, without what would send anything old."""

    def __init__(self, redis: Redis, now: datetime) -> None:
        self._redis, self._now = redis, int(now.timestamp() * 1000)

    async def put(self, lines: Sequence[KeyLine]) -> None:
        """Put in some lines; what has expired since is left out."""
        pipeline = self._redis.pipeline(transaction=False)
        for line in lines:
            if 0 < line.expires <= self._now:
                continue
            if line.kind.rule == "channel posts":
                written = posts_again(line)
            else:
                written = [*write_commands(settled(line))]
                if not line.part:
                    pipeline.unlink(line.key)
            for command in written:
                pipeline.execute_command(*command)
            if line.expires:
                pipeline.execute_command("PEXPIREAT", line.key, line.expires)
        await pipeline.execute()


class Restoring:
    """A checked file on its way into the store of a client; ``how`` says by which writer."""

    def __init__(self, redis: Redis, archive: Archive, how: str) -> None:
        self._redis, self._archive, self._mark = redis, archive, f"{archive.digest()} {how}"

    async def begin(self, *, empty: bool) -> None:
        """Mark the store; ``BackupError`` where a bot works on it.

        Likewise, if it is to be ``empty``, where it has data that no earlier try has put in.
        """
        if await is_served(self._redis):
            raise BackupError("a bot works on this store: stop it first (none for 10 s)")
        found = await self._redis.get(backup_keys.RESTORING)
        if found and found != self._mark:
            raise BackupError(f"another restore was cut short in this store: {_AGAIN}")
        if empty and not found and (has := await data_of(self._redis)):
            raise BackupError(f"the store has data already ({has}); --merge adds the backup to it")
        await self._redis.set(backup_keys.RESTORING, self._mark)

    async def write(self, writer: Writer, step: CountStep) -> int:
        """Put in all lines, and move digests that were due in the past; how many of those."""
        done = 0
        for some in _batches(self._archive.lines()):
            await writer.put(some)
            done += len(some)
            step(done)
        moved = await move_past_digests(self._redis)
        await self._redis.delete(backup_keys.RESTORING)
        return moved


def _batches(lines: Iterator[KeyLine]) -> Iterator[list[KeyLine]]:
    """Lines in portions, all parts of a key in the same one."""
    some: list[KeyLine] = []
    for line in lines:
        if len(some) >= _TOGETHER and not line.part:
            yield some
            some = []
        some.append(line)
    if some:
        yield some


async def data_of(redis: Redis) -> str:
    """What data a store has, in a few words; empty for none."""
    async for key in redis.scan_iter(match=f"{keys.PREFIX}*", count=_TOGETHER):
        if kept_kind(bare_name(str(key))) in DATA_KINDS:
            readers, posts = await redis.scard(keys.SUBSCRIBERS), await redis.zcard(keys.INDEX)
            return f"{readers} readers, {posts} posts"
    return ""


async def move_past_digests(redis: Redis) -> int:
    """Set the next instant of readers whose digest was due before now; how many there were.

    What was due between the backup and now was sent by then, or is too old.
    """
    readers, now, moved = Subscriptions(redis, Scripts(redis)), await server_now(redis), 0
    cursor = 0
    while True:
        cursor, found = await redis.zscan(keys.DUE, cursor, count=_TOGETHER)
        for chat, at in found:
            moved += await _move(readers, int(chat), float(at), now)
        if not cursor:
            return moved


async def _move(readers: Subscriptions, chat: int, at: float, now: datetime) -> bool:
    """A chat that was claimed is due later than its digest was."""
    reader, due = await readers.get(chat), await readers.due_at(chat)
    if reader is None or due is None or (due > now and at > now.timestamp()):
        return False
    following = next_slot(reader, now, await readers.last_day(chat))
    await readers.wait_until(chat, following.at)
    return True


async def refuse_half_restored(redis: Redis) -> None:
    """``BackupError`` for a store into which a file was put only in part."""
    if await redis.exists(backup_keys.RESTORING):
        raise BackupError(f"a restore was cut short, so this store is not whole: {_AGAIN}")
