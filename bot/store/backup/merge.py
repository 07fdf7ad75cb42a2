"""A backup added to a store that has data: newest wins, and what is in use stays.

Of two readings of a post the newer revision wins, and of one revision the better engine. A reader,
a source or a message that is known here stays as it is here. Whoever was erased here stays erased.
What is added to is joined by the rules of ``KEPT``; each is such that it may be done twice.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from redis.asyncio import Redis

from bot.digest.slots import next_slot
from bot.model import Subscription
from bot.store import keys
from bot.store.backup.lines import (
    Command,
    KeyLine,
    name_bytes,
    name_text,
    scored,
    stored,
    stream_items,
    write_commands,
)
from bot.store.backup.merged_posts import PostMerger, ask_all, lives_on
from bot.store.backup.past import posts_again, settled
from bot.store.codec.versions import decode
from bot.store.keys import owner as owner_keys
from bot.store.keys import stories as story_keys
from bot.store.readers.erasure import erasure_mark
from bot.store.readers.subscriptions import Subscriptions
from bot.store.scripts import Scripts

_ABOUT_CHAT = frozenset({"subscription", "saved", "seen", "dislikes"})
_BY_POST = frozenset(
    {"post", "part", "entry", "story:of", "story:why", "story:follows", "story:roundups"}
    | {"story:verdict", "story:apart", "telling"}
)
"""Kinds of keys that are named by a post."""

_Rule = Callable[[Sequence[KeyLine]], Awaitable[None]]


class MergeWriter:
    """Adds lines to a store with data; ``others`` are channels that are known here otherwise."""

    def __init__(self, redis: Redis, now: datetime) -> None:
        self._redis, self._now, self._ms = redis, now, int(now.timestamp() * 1000)
        self._readers = Subscriptions(redis, Scripts(redis))
        self._posts = PostMerger(redis, self._ms)
        self.others = set[str]()
        self._rules: Mapping[str, _Rule] = {
            "whole": self._whole,
            "united": self._united,
            "greatest": self._greatest,
            "reader": self._reader,
            "alias": self._alias,
            "source": self._source,
            "post": self._posts.posts,
            "entry": self._posts.entries,
            "members of": self._members(keys.story_of),
            "members alias": self._members(story_keys.alias),
            "members under": self._members(story_keys.under),
            "queue": self._queue,
            "channel posts": self._channel_posts,
            "owners": self._owners,
            "access": self._access,
        }

    async def put(self, lines: Sequence[KeyLine]) -> None:
        """Add some lines; what has expired since is left out, and what is of no use here."""
        alive = [line for line in lines if not 0 < line.expires <= self._ms]
        known = await self._not_erased(alive)
        for rule, some in groupby(known, key=lambda line: line.kind.rule):
            if rule in self._rules:  # else it comes with what it is derived from
                own = [settled(line) for line in some if not self._is_other(line)]
                await self._rules[rule](own)

    async def _not_erased(self, lines: Sequence[KeyLine]) -> Sequence[KeyLine]:
        about = [line for line in lines if line.kind.name in _ABOUT_CHAT]
        if not about:
            return lines
        marks = await self._redis.mget([erasure_mark(_chat(line)) for line in about])
        gone = {line.name for line, mark in zip(about, marks, strict=True) if mark}
        return [line for line in lines if line.name not in gone]

    def _is_other(self, line: KeyLine) -> bool:
        """True for what is of a channel that is known here by another id."""
        name = line.name.removeprefix(f"{line.kind.name}:")
        ref = name.rpartition("/")[0] if line.kind.name in _BY_POST else name
        return bool(self.others) and ref in self.others

    async def _ask(self, asked: Sequence[Command]) -> list[Any]:
        return await ask_all(self._redis, asked)

    async def _write(self, lines: Sequence[tuple[KeyLine, Sequence[Command]]]) -> None:
        """These commands, all or none; a key lives at least as long as the file says."""
        written: list[Command] = []
        for line, wanted in lines:
            written += wanted
            written += lives_on(line) if wanted else ()
        await ask_all(self._redis, written, whole=True)

    async def _whole(self, lines: Sequence[KeyLine]) -> None:
        """Those keys that are not here; all parts of one come together."""
        there = await self._ask([("EXISTS", line.key) for line in lines])
        fresh = [line for line, known in zip(lines, there, strict=True) if not known]
        await self._write([(line, write_commands(line)) for line in fresh])

    async def _united(self, lines: Sequence[KeyLine]) -> None:
        await self._write([(line, self._added(line)) for line in lines])

    def _added(self, line: KeyLine) -> Sequence[Command]:
        """Commands that add what is not there."""
        value: Any = line.value
        if line.type == "hash":
            return [
                ("HSETNX", line.key, name_bytes(name), stored(each))
                for name, each in value.items()
            ]
        if line.type == "zset":
            ours = [(name, at) for name, at in scored(value) if not self._is_of_other(name)]
            parts = [part for name, at in ours for part in (at, name_bytes(name))]
            return [("ZADD", line.key, "NX", *parts)] if parts else []
        return write_commands(line)

    def _is_of_other(self, member: str) -> bool:
        return bool(self.others) and member.rpartition("/")[0] in self.others

    async def _greatest(self, lines: Sequence[KeyLine]) -> None:
        """Of two numbers the greater; what is no number stays, or is added."""
        reads = {"hash": "HGETALL", "string": "GET"}
        asked = [line for line in lines if line.type in reads]
        found = await self._ask([(reads[line.type], line.key) for line in asked])
        written: list[tuple[KeyLine, Sequence[Command]]] = []
        for line, here in zip(asked, found, strict=True):
            value: Any = line.value if line.type == "hash" else {"": line.value}
            known = here if line.type == "hash" else {"": here}
            greater = {n: each for n, each in value.items() if _is_greater(each, known.get(n))}
            if greater:
                value = greater if line.type == "hash" else line.value
                written.append((line, write_commands(line._replace(value=value))))
        for line in lines:
            if line.type == "zset":
                [command] = write_commands(line)
                written.append((line, [(*command[:2], "GT", *command[2:])]))
        await self._write(written)

    async def _reader(self, lines: Sequence[KeyLine]) -> None:
        """Readers who are not here, each with all that goes with one; due from now on."""
        for line in lines:
            value: Any = line.value
            reader = decode(Subscription, stored(value["body"]))
            if await self._readers.get(reader.chat_id) is None:
                due = next_slot(reader, self._now).at if value.get("next") else None
                if last := value.get("last"):  # before: who has a body is taken for known
                    await self._redis.hsetnx(line.key, "last", str(last))
                await self._readers.save(reader, due)

    async def _alias(self, lines: Sequence[KeyLine]) -> None:
        """Names of channels; one that means another channel here makes the file's an other one."""
        names = [line.name.removeprefix("channel:alias:") for line in lines]
        meant = await self._ask([("GET", line.key) for line in lines])
        as_ref = await self._ask([("EXISTS", keys.channel(name)) for name in names])
        for line, name, ref, known in zip(lines, names, meant, as_ref, strict=True):
            ours = str(line.value)
            here = str(ref) if ref is not None else name if known else ours
            if here != ours:
                self.others.add(ours)
        ours_alone = [line for line in lines if line.value not in self.others]
        await self._ask([("SET", line.key, stored(line.value), "NX") for line in ours_alone])

    async def _source(self, lines: Sequence[KeyLine]) -> None:
        """Sources that nobody has paused or removed here."""
        for line in lines:
            value: Any = line.value
            refs = [each if isinstance(each, str) else each[0] for each in value]
            paused = await self._ask([("HGET", keys.channel(ref), "paused") for ref in refs])
            watched = await self._ask([("ZSCORE", keys.WATCHED, ref) for ref in refs])
            listed = line.key == owner_keys.LISTED
            for ref, rest, at in zip(refs, paused, watched, strict=True):
                if ref in self.others or at is not None:
                    continue
                if listed and rest != "removed":
                    await self._redis.sadd(line.key, ref)
                elif not listed and not rest:
                    await self._redis.zadd(line.key, {ref: 0})

    def _members(self, relation: Callable[[str], str]) -> _Rule:
        """A rule for sets: those members that by this relation belong to the set here."""

        async def put(lines: Sequence[KeyLine]) -> None:
            pairs = [(line, str(member)) for line in lines for member in line.value]
            found = await self._ask([("GET", relation(member)) for _, member in pairs])
            own = [
                (line, [("SADD", line.key, name_bytes(member))])
                for (line, member), owner in zip(pairs, found, strict=True)
                if owner == line.name.rpartition(":")[2]
            ]
            await self._write(own)

        return put

    async def _queue(self, lines: Sequence[KeyLine]) -> None:
        """Work that was not done; some of it may be done already, which does no harm."""
        await self._ask(
            [
                ("XADD", line.key, "*", *(part for pair in fields for part in pair))
                for line in lines
                for _, fields in stream_items(line.value)
                if not self._is_of_other(name_text(dict(fields).get(b"key", b"")))
            ]
        )

    async def _channel_posts(self, lines: Sequence[KeyLine]) -> None:
        await self._ask([command for line in lines for command in posts_again(line)])

    async def _owners(self, lines: Sequence[KeyLine]) -> None:
        """Only where nobody is an owner: a file gives nobody rights over a bot that has one."""
        for line in lines:
            if not await self._redis.exists(line.key):
                await self._ask(write_commands(line))

    async def _access(self, lines: Sequence[KeyLine]) -> None:
        """People of whom nothing was decided here."""
        for line in lines:
            of_others = {owner_keys.ADMITTED: owner_keys.DENIED}.get(line.key, owner_keys.ADMITTED)
            decided = set(map(str, await self._redis.smembers(of_others)))
            members = [each for each in line.value if each not in decided]
            await self._ask(write_commands(line._replace(value=members)))


def _chat(line: KeyLine) -> int:
    return int(line.name.rpartition(":")[2])


def _is_greater(ours: object, known: object) -> bool:
    if known is None:
        return True
    try:
        return float(str(ours)) > float(str(known))
    except ValueError:
        return False
