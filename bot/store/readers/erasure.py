"""All that is kept about one chat is removed, so that no key holds its id any more."""

import asyncio
import hashlib
import json
import re
import secrets
from collections.abc import Sequence
from typing import cast

import structlog
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from bot.store import keys
from bot.store.connection.rights import server_info
from bot.store.delivery.digest_messages import digest_names
from bot.store.errors import StoreUnavailable
from bot.store.keys import following as following_keys
from bot.store.keys import owner as owner_keys
from bot.store.keys import pages as page_keys
from bot.store.keys import updates as update_keys
from bot.store.queue.questions import Questions
from bot.store.readers.broadcasts import Broadcasts
from bot.store.readers.feeds import ReaderFeeds
from bot.store.scripts import Scripts
from bot.taxonomy.topics import Topic
from bot.wait import until

log = structlog.get_logger()
REWRITE_LOOK = 15.0  # seconds, in which what is left of the farewell itself is gone, too
REWRITE_CLAIM = 10  # seconds, in which the server is asked; a worker that died there is followed

FAMILIES = frozenset(
    {
        *("subscription", "seen", "saved", "dislikes", "alert", "alerts", "slot", "delivery"),
        *("lock", "line", "last", "limit", "throttle", "allowance", "shown"),
        *("redraw", "page", "kept", "asked", "answers", "questions", "list", "feed"),
    }
)
"""First parts of the names of keys that are about one chat, whose id stands in the name; in the
name of a post or a story an equal number means something else."""

CROWDS = frozenset({"reached", "missed", "opened", "kept", "lists", "followers"})
"""First parts of the names of sets of chats."""

_QUARANTINED = re.compile(rf"(?<=^{keys.PREFIX})quarantine:t\d+:")
_AT_ONCE = 500  # keys looked at in one round trip: a large store is read in small steps


class Erasure:
    """Removes a chat; doing it twice is harmless."""

    def __init__(
        self,
        redis: Redis,
        scripts: Scripts,
        broadcasts: Broadcasts,
        feeds: ReaderFeeds,
        questions: Questions,
    ) -> None:
        self._redis, self._scripts = redis, scripts
        self._broadcasts, self._feeds, self._questions = broadcasts, feeds, questions

    async def erase(self, chat_id: int, number: int = 0) -> None:
        """Remove everything about a chat in one walk over all keys.

        Updates that arrived before the one of that ``number`` have no effect on it any more. When
        that one is handled again it goes on where it was stopped: in a large store the walk takes
        longer than some workers live.
        """
        await self._scripts("held", [])
        if number:
            await self._redis.set(erasure_mark(chat_id), number, ex=update_keys.FORGOTTEN_KEPT)
        await self._leave(chat_id)
        await self._walk(chat_id, number)
        await self._clear_later(chat_id)
        await self._clear_dead(chat_id)
        await self._redis.incr(owner_keys.FORGOTTEN)

    async def _walk(self, chat_id: int, number: int) -> None:
        """Look at every key once; a cursor is good for one run of the server."""
        stands, run_id = update_keys.walk(_hash(chat_id)), await self._run_id()
        found = str(await self._redis.get(stands) or "").rpartition(" ")
        here = f"{number} {run_id}"
        cursor = int(found[2]) if number and run_id and found[0] == here else 0
        while True:
            await self._scripts("held", [])  # a walk that another worker has taken over ends here
            cursor, batch = await self._redis.scan(cursor, match=f"{keys.PREFIX}*", count=_AT_ONCE)
            await self._clear([str(key) for key in batch], chat_id)
            if not cursor:
                break
            await self._redis.set(stands, f"{here} {cursor}", ex=update_keys.WALK_KEPT)
        await self._redis.unlink(stands)

    async def _run_id(self) -> str:
        """The server's present run; another one has lost its cursors and what it was doing.

        Empty where the server keeps INFO to itself.
        """
        return str((await server_info(self._redis, "server")).get("run_id", ""))

    async def is_over(self, number: int, *chats: int) -> bool:
        """True for an update that arrived before one of these chats was erased."""
        marks = await self._redis.mget([erasure_mark(chat) for chat in chats])
        return any(mark is not None and number < int(mark) for mark in marks)

    async def erase_farewell(self, chat_id: int, message_id: int) -> None:
        """Remove what the last change of a message to a chat has left."""
        await self._redis.unlink(keys.chat_limit(chat_id), update_keys.redraw(chat_id, message_id))

    async def keep_rewriting(self, stop: asyncio.Event, seconds: float = REWRITE_LOOK) -> None:
        """Have the server's file rewritten soon after a chat was forgotten, until ``stop``."""
        before = ""
        while not stop.is_set():
            try:
                if before:  # the farewell's own update is finished since
                    await self.rewrite(before)
                before = str(await self._redis.get(owner_keys.FORGOTTEN) or "")
            except StoreUnavailable as error:
                log.debug("store unavailable", stage="forget", error=type(error).__name__)
            await until(stop, seconds)

    async def rewrite(self, forgotten: str) -> bool:
        """Have the append-only file rewritten without what was forgotten; True when it was begun.

        ``forgotten`` is what ``FORGOTTEN`` was. At most once in ``REWRITE_EVERY``: what is
        forgotten meanwhile waits for the next time. A later call notes that it is done; one whose
        server was killed meanwhile is begun anew.
        """
        mark = await self._redis.get(owner_keys.REWRITTEN)
        if mark and not await self._is_void(str(mark)):
            return False
        run_id = await self._run_id()  # of no later run than is asked
        claim = secrets.token_hex(8)
        if not await self._redis.set(owner_keys.REWRITTEN, claim, nx=True, ex=REWRITE_CLAIM):
            return False
        try:
            await self._redis.bgrewriteaof()
        except ResponseError as error:
            if "in progress" in str(error):  # it may have begun before the chat was forgotten
                await self._scripts("drop_lease", [owner_keys.REWRITTEN], [claim])
                return False
            log.info("file not rewritten", reason=type(error).__name__)  # a hosted server's own
        mark = f"{forgotten} {run_id}"
        await self._redis.set(owner_keys.REWRITTEN, mark, ex=owner_keys.REWRITE_EVERY)
        if not run_id:  # nobody can tell when it is done
            await self._note_done(mark, forgotten)
        return True

    async def _note_done(self, mark: str, forgotten: str) -> None:
        names = [owner_keys.REWRITTEN, owner_keys.FORGOTTEN]
        await self._scripts("note_rewritten", names, [mark, forgotten])

    async def _is_void(self, mark: str) -> bool:
        """True when the rewriting ended with the server's process; one that is done is noted."""
        forgotten, _, run_id = mark.partition(" ")
        if not run_id:
            return False  # it is done, or another worker is about to begin it
        info = await server_info(self._redis)
        if info.get("run_id", run_id) != run_id:
            return bool(await self._scripts("drop_lease", [owner_keys.REWRITTEN], [mark]))
        under_way = info.get("aof_rewrite_in_progress") or info.get("aof_rewrite_scheduled")
        if not under_way and info.get("aof_last_bgrewrite_status", "ok") == "ok":
            await self._note_done(mark, forgotten)
        return False

    async def _leave(self, chat_id: int) -> None:
        """Take it out of all lists of readers first: nothing new is made for it meanwhile."""
        await self._broadcasts.leave(chat_id)
        await self._feeds.end(chat_id)
        await self._questions.forget(chat_id)
        await self._scripts(
            "leave",
            [keys.subscription(chat_id), keys.DUE, keys.SUBSCRIBERS, keys.seen(chat_id)],
            [chat_id, "forget", ""],
        )
        pipeline = self._redis.pipeline(transaction=False)
        names = digest_names()
        for topic in Topic:
            pipeline.srem(keys.topic_followers(topic), chat_id)
        pipeline.srem(following_keys.WORDS_FOLLOWERS, chat_id)
        for index in (page_keys.PAGES, page_keys.FIRST):
            pipeline.zrem(index, *(f"{chat_id}:{each}" for each in names))
        pipeline.srem(owner_keys.ADMITTED, chat_id)
        pipeline.srem(owner_keys.OWNERS, chat_id)
        pipeline.hdel(owner_keys.OWNERS_LANGUAGES, str(chat_id))
        await pipeline.execute()

    async def _clear(self, batch: Sequence[str], chat_id: int) -> None:
        """Unlink what is the chat's, and take its name out of what is everybody's."""
        pipeline = self._redis.pipeline(transaction=False)
        gone = {key for key in batch if _about(chat_id, key)}
        gone |= await self._messages_to(chat_id, [key for key in batch if key not in gone])
        gone |= await self._drafts_of(chat_id, batch)
        for key in gone:
            pipeline.unlink(key)
        for key in batch:
            if _family(key) == "thumbs":
                pipeline.hdel(key, str(chat_id))
            elif _family(key) == "waiting":
                await self._wait_no_more(chat_id, key)
            elif _family(key) == "subscription" and key not in gone:
                await self._keep_no_more(chat_id, key)
            elif _family(key) in CROWDS or (_family(key) == "cast" and key.endswith(":left")):
                pipeline.srem(key, chat_id)
        await pipeline.execute()

    async def _messages_to(self, chat_id: int, batch: Sequence[str]) -> set[str]:
        """Messages to the chat whose names do not say so; settled ones have no words left."""
        found = [key for key in batch if _family(key) == "delivery"]
        pipeline = self._redis.pipeline(transaction=False)
        for key in found:
            pipeline.hget(key, "body")
        held = zip(found, await pipeline.execute(), strict=True)
        return {key for key, body in held if body and _chat_of(body) == chat_id}

    async def _drafts_of(self, chat_id: int, batch: Sequence[str]) -> set[str]:
        """What the chat was about to do."""
        found = [key for key in batch if _family(key) == "draft"]
        bodies = await self._redis.mget(found) if found else []
        return {
            key
            for key, body in zip(found, bodies, strict=True)
            if body and _names(chat_id, str(body))
        }

    async def _wait_no_more(self, chat_id: int, key: str) -> None:
        """Fields of who waits begin with the chat."""
        names = [name for name in await self._redis.hkeys(key) if _names(chat_id, str(name))]
        if names:
            await self._redis.hdel(key, *names)

    async def _keep_no_more(self, chat_id: int, key: str) -> None:
        """A group goes on without the admin who chose its digest."""
        body = json.loads(str(await self._redis.hget(key, "body") or "{}"))
        if body.get("keeper") == chat_id:
            await self._redis.hset(key, "body", json.dumps({**body, "keeper": None}))

    async def _clear_later(self, chat_id: int) -> None:
        """Work that was put off names its message by an id with the chat in it."""
        for stream in (keys.OUTBOX, keys.UPDATES):
            later = keys.later(stream)
            async for member, _ in self._redis.zscan_iter(later, match=f"*{chat_id}*"):
                if _names(chat_id, str(member)):
                    await self._redis.zrem(later, member)

    async def _clear_dead(self, chat_id: int) -> None:
        start = "-"
        while rows := await self._dead(start):
            gone = [row for row, fields in rows if _names(chat_id, " ".join(fields.values()))]
            if gone:
                await self._redis.xdel(keys.DEAD, *gone)
            start = f"({rows[-1][0]}"

    async def _dead(self, start: str) -> list[tuple[str, dict[str, str]]]:
        found = await self._redis.xrange(keys.DEAD, start, "+", count=_AT_ONCE)
        return cast("list[tuple[str, dict[str, str]]]", found)


def erasure_mark(chat_id: int) -> str:
    """The key of what is noted of a chat that was erased.

    Its name has the chat's hash, so that no key holds the id of an erased chat.
    """
    return update_keys.forgotten(_hash(chat_id))


def _hash(chat_id: int) -> str:
    return hashlib.sha256(str(chat_id).encode()).hexdigest()[:16]


def _family(key: str) -> str:
    return key.removeprefix(keys.PREFIX).partition(":")[0]


def _about(chat_id: int, key: str) -> bool:
    """True for a key of that chat: its id stands in the name as a whole part."""
    key = _QUARANTINED.sub("", key)
    return _family(key) in FAMILIES and str(chat_id) in re.split("[:@]", key)


def _names(chat_id: int, text: str) -> bool:
    return re.search(rf"(?<![\d-]){re.escape(str(chat_id))}(?!\d)", text) is not None


def _chat_of(body: str) -> object:
    found = json.loads(body)
    return found.get("chat_id") if isinstance(found, dict) else None
