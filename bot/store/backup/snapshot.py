"""The store as it was at one instant, read while others go on writing to it.

All keys are read once; what changes meanwhile is read again, until nothing has changed while it
was read: then all that was read stands together, as at that instant. So that this comes about in
a busy store, too, the server puts off all writes for the last of these rounds.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, cast

from redis.asyncio import Redis
from redis.client import NEVER_DECODE
from redis.exceptions import NoPermissionError, ResponseError

from bot.store import keys
from bot.store.backup.archive import CountStep, Spool, Sums, write_archive
from bot.store.backup.changes import Changes, no_writes
from bot.store.backup.kinds import KEPT_KINDS, KeptKind, bare_name, kept_kind
from bot.store.backup.lines import KeyLine, name_text
from bot.store.backup.members import first_part, key_lines
from bot.store.connection.clock import server_now
from bot.store.connection.key_types import type_of
from bot.store.errors import BackupError
from bot.store.keys import questions as question_keys
from bot.store.queue.stream import GROUP
from bot.store.scripts import Scripts

TOGETHER = 200
"""Keys read in one round trip: the bot's own must not wait for long behind it."""

_FEW = 2_000  # changed keys that are read within the time of one pause
_PATIENCE = 60.0  # seconds for a quiet moment where the server allows no pause
_BITS = 1 << 26  # of the map of keys met: one key of a hundred is taken for met in a large store
_BETWEEN = 0.01  # seconds between two tries for it
_GONE = -2  # as the server says of a key that is not there
_LIVE_MS = 10_000  # in which every worker that lives asks for work

PutLines = Callable[[bytes, int, Sequence[KeyLine]], None]
"""Takes a key, in which round it was read, and its lines; none for one that is gone."""


class SnapshotTaken(NamedTuple):
    """When the store was as it was read, and how many keys are of no known kind."""

    at: datetime
    unknown: int


class _Met:
    """Keys that a walk has come upon: it may come upon one twice. Of 8 MB, whatever their number.

    A key may be taken for met that was not: it is read once more for nothing.
    """

    def __init__(self) -> None:
        self._bits = bytearray(_BITS // 8)

    def add(self, key: bytes) -> bool:
        """True for one that was perhaps met before."""
        byte, bit = divmod(hash(key) % _BITS, 8)
        known = bool(self._bits[byte] >> bit & 1)
        self._bits[byte] |= 1 << bit
        return known


class Snapshot:
    """Reads the store of a client; ``step`` is told how many keys were read by now."""

    def __init__(self, redis: Redis, write: PutLines, step: Callable[[int], None]) -> None:
        self._redis, self._write, self._step = redis, write, step
        self._scripts = Scripts(redis)
        self._round = self._read = self._unknown = 0

    async def take(self) -> SnapshotTaken:
        """Read it all; ``BackupError`` where the server does not let us read it as one."""
        async with AsyncExitStack() as stack:
            changes = await self._watched(stack)
            async for batch in self._walk(changes):
                await self._put(batch)
                if changes:
                    await changes.gather()
            at = await self._settled(changes) if changes else await server_now(self._redis)
            return SnapshotTaken(at, self._unknown)

    async def _watched(self, stack: AsyncExitStack) -> Changes | None:
        """None where the server does not tell of changes, and nobody is there to make any."""
        try:
            return await stack.enter_async_context(Changes(self._redis))
        except ResponseError as error:
            if await is_served(self._redis):
                raise BackupError(
                    f"the server does not tell what changes meanwhile ({error}): allow its user "
                    "CLIENT TRACKING, or stop the bot for the backup"
                ) from None
            return None

    async def _walk(self, changes: Changes | None) -> AsyncIterator[Sequence[bytes]]:
        """Every key that is there from the first to the last moment of the walk, once."""
        met, cursor = _Met(), 0
        while True:
            cursor, found = await self._scan(cursor)
            fresh = []
            for key in found:
                if not met.add(key):
                    fresh.append(key)
                    if changes:
                        changes.forget(key)
                elif changes:
                    changes.add(key)
                else:
                    fresh.append(key)
            yield fresh
            if not cursor:
                return

    async def _scan(self, cursor: int) -> tuple[int, list[bytes]]:
        answer = await self._redis.execute_command(  # type: ignore[no-untyped-call]
            *("SCAN", cursor, "MATCH", f"{keys.PREFIX}*", "COUNT", TOGETHER),
            **{NEVER_DECODE: True},
        )
        following, found = cast("tuple[int, list[bytes]]", answer)
        return int(following), found

    async def _settled(self, changes: Changes) -> datetime:
        """Read again what has changed, until nothing has while it was read: at that instant."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if changes.count > _FEW:
                await self._again(changes)
                continue
            async with no_writes(self._redis) as still:
                await self._again(changes)
                if not changes.count:
                    return await server_now(self._redis)
            if not still:
                await asyncio.sleep(_BETWEEN)
        raise BackupError(
            "the store is written to all the time, and the server allows no pause "
            "(CLIENT PAUSE): stop the bot for the backup"
        )

    async def _again(self, changes: Changes) -> None:
        await changes.gather()
        self._round += 1
        stale = sorted(changes.take())
        for start in range(0, len(stale), TOGETHER):
            await self._put(stale[start : start + TOGETHER])
        await changes.gather()

    async def _put(self, batch: Sequence[bytes]) -> None:
        """Read keys and hand them on; what no backup holds is passed over."""
        known = []
        for key in batch:
            kind = KEPT_KINDS.get(named := kept_kind(bare_name(name_text(key))))
            if kind:
                known.append((key, kind))
            else:
                self._unknown += not named
        for (key, _), lines in zip(known, await self._lines(known), strict=True):
            self._write(key, self._round, lines)
        self._read += len(batch)
        self._step(self._read)

    async def _lines(self, known: Sequence[tuple[bytes, KeptKind]]) -> list[list[KeyLine]]:
        """The lines of each key: the first part of all in one round trip, then what is left."""
        answers = await self._first_parts([key for key, _ in known])
        found: list[list[KeyLine]] = []
        for key, kind in known:
            expires, first = answers[key]
            for refused in (expires, first):
                if isinstance(refused, NoPermissionError):
                    raise BackupError(f"the server refuses to read all keys ({refused})")
            if isinstance(first, Exception) or expires == _GONE:  # or of a type that is not ours
                found.append([])
            else:
                lines = key_lines(self._redis, key, kind, max(0, int(expires)), first)
                found.append([line async for line in lines])
        return found

    async def _first_parts(self, names: Sequence[bytes]) -> Mapping[bytes, tuple[Any, Any]]:
        """When each key expires, and its first part.

        Nearly all keys are strings, and a client takes ten times as long for an answer of its own
        as for its place in a long one.
        """
        types = {key: type_of(name_text(key)) for key in names}
        strings = [key for key in names if types[key] == "string"]
        others = [key for key in names if types[key] != "string"]
        read, pipeline = list[Any](), self._redis.pipeline(transaction=False)
        if strings:
            answer = await self._scripts("strings", cast("Sequence[str]", strings), raw=True)
            read += cast("list[Any]", answer)
        for key in others:
            pipeline.execute_command("PEXPIRETIME", key)
            pipeline.execute_command(*first_part(key), **{NEVER_DECODE: True})
        read += await pipeline.execute(raise_on_error=False) if others else []
        pairs = zip(read[::2], read[1::2], strict=True)
        return dict(zip((*strings, *others), pairs, strict=True))


class MadeBackup(NamedTuple):
    """A file that was made: what it is of, what it holds, its size in bytes."""

    taken: SnapshotTaken
    sums: Sums
    size: int


async def make_backup(
    redis: Redis, path: Path, reading: CountStep, writing: CountStep
) -> MadeBackup:
    """Write a backup of the store. ``BackupError``; ``OSError``, and then no file is changed."""
    with Spool(path.absolute().parent) as spool:
        taken = await Snapshot(redis, spool.put, reading).take()
        return MadeBackup(taken, *write_archive(path, spool, taken.at, writing))


async def is_served(redis: Redis) -> bool:
    """True while a bot works on the store."""
    if await redis.exists(keys.POLLER):
        return True
    for stream in (keys.UPDATES, keys.POSTS, keys.ENTRIES, keys.OUTBOX, question_keys.QUESTIONS):
        try:
            workers = await redis.xinfo_consumers(stream, GROUP)
        except ResponseError:  # nobody has ever worked on it
            continue
        if any(int(worker["idle"]) < _LIVE_MS for worker in workers):
            return True
    return False
