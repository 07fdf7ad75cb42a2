"""Posts and entries of a backup beside those of a store: newest wins, then the better engine."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from redis.asyncio import Redis

from bot.store import keys
from bot.store.backup.lines import (
    Command,
    KeyLine,
    name_bytes,
    shown_entry,
    stored,
    write_commands,
)
from bot.store.codec.entries import stored_entries

_LLM = "llm"


class _Head(NamedTuple):
    """Of which revision of a post an entry is, and who read it."""

    revision: str
    engine: str


class PostMerger:
    """Puts posts and entries into a store with data."""

    def __init__(self, redis: Redis, now_ms: int) -> None:
        self._redis, self._now_ms = redis, now_ms

    async def posts(self, lines: Sequence[KeyLine]) -> None:
        """Posts that are not here, or whose content was true here at an earlier instant.

        Views and reactions are added where they are not known at that age.
        """
        asked: list[Command] = [("HMGET", line.key, "revision", "at") for line in lines]
        found = await ask_all(self._redis, asked)
        written: list[Command] = []
        for line, (revision, at) in zip(lines, found, strict=True):
            value: Any = line.value
            newer = float(value.get("at", 0)) > float(at or 0)
            if revision is None or (newer and value.get("revision") != revision):
                if revision is not None:
                    written.append(("HDEL", line.key, "body"))
                written += write_commands(line)
            for name, each in value.items():
                if name.startswith("seen:"):
                    written.append(("HSETNX", line.key, name_bytes(name), stored(each)))
            written += lives_on(line)
        await ask_all(self._redis, written, whole=True)

    async def entries(self, lines: Sequence[KeyLine]) -> None:
        """Entries of what a post says here now, where there is none or a worse one."""
        names = [line.name.removeprefix("entry:") for line in lines]
        asked: list[Command] = [("HGET", keys.post(name), "revision") for name in names]
        posts = await ask_all(self._redis, asked)
        known = await stored_entries(self._redis, names)
        change = await self._next_change()
        for line, name, revision, here in zip(lines, names, posts, known, strict=True):
            ours, theirs = _head(line.value), _head(shown_entry(here)) if here else None
            if revision not in (None, ours.revision) or not _is_better(ours, theirs, revision):
                continue
            written: list[Command] = [
                ("SET", line.key, stored(line.value)),
                ("HDEL", keys.post(name), "body"),
            ]
            if line.expires:
                written.append(("PEXPIREAT", line.key, line.expires))
            if not name.startswith("~"):
                written.append(("ZADD", keys.CHANGED, change, name))
                change += 1
            if theirs:
                written.append(("XADD", keys.ENTRIES, "*", "key", name, "revision", ours.revision))
            await ask_all(self._redis, written, whole=True)

    async def _next_change(self) -> int:
        """A number above all of the log of changes."""
        last = await self._redis.zrange(keys.CHANGED, -1, -1, withscores=True)
        return max(self._now_ms, int(last[0][1]) + 1 if last else 0)


async def ask_all(redis: Redis, asked: Sequence[Command], *, whole: bool = False) -> list[Any]:
    """The answers to commands of one round trip; ``whole``: all of them are done, or none.

    A half of them, where we are killed or the memory is full, would be taken for the whole of a
    key when the file is merged again.
    """
    pipeline = redis.pipeline(transaction=whole)
    for command in asked:
        pipeline.execute_command(*command)
    return await pipeline.execute() if asked else []


def lives_on(line: KeyLine) -> list[Command]:
    """Commands by which a key lives at least as long as the file says."""
    ways = ("NX", "GT") if line.expires else ()
    return [("PEXPIREAT", line.key, line.expires, how) for how in ways]


def _head(value: Any) -> _Head:
    """What the file shows of an entry; programs before this form stored its JSON alone."""
    if head := value.get("head"):
        revision, engine, *_ = head.split("|")
        return _Head(revision, engine)
    return _Head(value["json"].get("revision", ""), value["json"].get("engine", ""))


def _is_better(ours: _Head, theirs: _Head | None, revision: str | None) -> bool:
    """``revision`` is that of the post as it is here."""
    if theirs is None:
        return True
    if ours.revision == theirs.revision:
        return ours.engine == _LLM != theirs.engine
    return revision is not None
