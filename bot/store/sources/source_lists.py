"""Long lists of channels that owners sent: gathered, looked at one by one, added at a tap."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Literal, NamedTuple

from redis.asyncio import Redis

from bot.store.connection.clock import ms
from bot.store.keys import owner as owner_keys
from bot.store.queue.lease import Lease

ListState = Literal["gathering", "checking", "asked", "added", "cancelled"]
NameOutcome = Literal[
    "ok", "known", "no_preview", "not_found", "not_a_channel", "loop", "unreachable"
]  # fmt: skip

UNDER_WAY: frozenset[ListState] = frozenset({"gathering", "checking"})
_TURN = timedelta(seconds=30)  # longer than a look takes; who died in one is followed after it


class SourceList(NamedTuple):
    """One owner's list; there is one at a time.

    ``message`` is the delivery that shows how far it is, ``more`` that there were too many names,
    ``garbage`` words that name nothing, ``private`` how many links of private channels there were.
    """

    chat_id: int
    token: str
    state: ListState
    message: str
    language: str
    bare: bool = False
    more: bool = False
    garbage: str = ""
    private: int = 0
    drawn: int = -1
    failures: int = 0
    rests_until: int = 0


class Looked(NamedTuple):
    """What was found of a name: posts of a week, and what reading them costs in micro-dollars."""

    outcome: NameOutcome
    handle: str
    number: str = ""
    posts: int = 0
    cost: int = 0


class SourceLists:
    """Lists by the chat of their owner; each step may be repeated and doubles nothing."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def put(self, begun: SourceList, text: str, gather: timedelta) -> SourceList:
        """Take in one message of a list; the list that it went to.

        That is the one under way, else it begins one. What comes within ``gather`` of the last
        message is part of it, whatever it looks like.
        """
        chat = begun.chat_id
        known = await self.get(chat)
        fresh = known is None or (known.state not in UNDER_WAY and known.token != begun.token)
        pipeline = self._redis.pipeline()
        if fresh:
            pipeline.delete(*_parts(chat))
            pipeline.hset(owner_keys.source_list(chat), items=_stored(begun))
        pipeline.rpush(owner_keys.list_pieces(chat), text)
        pipeline.set(owner_keys.list_open(chat), "1", px=max(1, ms(gather)))
        for key in _parts(chat):
            pipeline.expire(key, owner_keys.LIST_KEPT)
        pipeline.sadd(owner_keys.LISTS, chat)
        await pipeline.execute()
        return begun if fresh or known is None else known

    async def get(self, chat_id: int) -> SourceList | None:
        """The list of that owner, under way or the last one."""
        found = await self._redis.hgetall(owner_keys.source_list(chat_id))
        fields = {str(name): str(value) for name, value in found.items()}
        return _read(chat_id, fields) if fields else None

    async def is_open(self, chat_id: int) -> bool:
        """True while another message of the list may come."""
        return bool(await self._redis.exists(owner_keys.list_open(chat_id)))

    async def under_way(self) -> tuple[int, ...]:
        """Chats whose list is gathered or looked at."""
        return tuple(sorted(map(int, await self._redis.smembers(owner_keys.LISTS))))

    def turn(self, chat_id: int) -> Lease:
        """The right to look at the next name: other processes do not look at the same one."""
        return Lease(self._redis, owner_keys.list_turn(chat_id), _TURN)

    async def pieces(self, chat_id: int) -> list[str]:
        """Messages whose names were not read yet."""
        return [
            str(text) for text in await self._redis.lrange(owner_keys.list_pieces(chat_id), 0, -1)
        ]

    async def take(
        self, chat_id: int, pieces: int, names: Sequence[str], fields: Mapping[str, str | int]
    ) -> None:
        """So many messages had these names, which are to be looked at; ``fields`` change."""
        seen = {name.casefold() for name in await self.left(chat_id)}
        seen |= {each.handle.casefold() for each in await self.looked(chat_id)}
        fresh = [name for name in names if name.casefold() not in seen]
        pipeline = self._redis.pipeline()
        pipeline.ltrim(owner_keys.list_pieces(chat_id), pieces, -1)
        if fresh:
            pipeline.rpush(owner_keys.list_left(chat_id), *fresh)
            pipeline.expire(owner_keys.list_left(chat_id), owner_keys.LIST_KEPT)
        await pipeline.execute()
        await self.note(chat_id, {"state": "checking", **fields})

    async def left(self, chat_id: int) -> list[str]:
        """Names that nobody has looked at, in their order."""
        found = await self._redis.lrange(owner_keys.list_left(chat_id), 0, -1)
        return [str(name) for name in found]

    async def next(self, chat_id: int) -> str | None:
        """The next name to look at."""
        found = await self._redis.lindex(owner_keys.list_left(chat_id), 0)
        return str(found) if found else None

    async def put_back(self, chat_id: int, name: str) -> int:
        """Look at that name again after all others; how often that was said of it."""
        pipeline = self._redis.pipeline()
        pipeline.lrem(owner_keys.list_left(chat_id), 0, name)
        pipeline.rpush(owner_keys.list_left(chat_id), name)
        pipeline.expire(owner_keys.list_left(chat_id), owner_keys.LIST_KEPT)
        pipeline.hincrby(owner_keys.source_list(chat_id), f"tries:{name.casefold()}", 1)
        return int((await pipeline.execute())[3])

    async def note_looked(self, chat_id: int, name: str, looked: Looked) -> None:
        """What was found of a name."""
        pipeline = self._redis.pipeline()
        key = owner_keys.list_looked(chat_id)
        pipeline.hset(key, name.casefold(), json.dumps(looked._asdict()))
        pipeline.expire(key, owner_keys.LIST_KEPT)
        pipeline.lrem(owner_keys.list_left(chat_id), 0, name)
        await pipeline.execute()

    async def looked(self, chat_id: int) -> list[Looked]:
        """All that was found, by name."""
        found = await self._redis.hgetall(owner_keys.list_looked(chat_id))
        return [Looked(**json.loads(body)) for _, body in sorted(found.items())]

    async def sizes(self, chat_id: int) -> tuple[int, int]:
        """How many names were looked at, and how many are left."""
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.hlen(owner_keys.list_looked(chat_id))
        pipeline.llen(owner_keys.list_left(chat_id))
        done, left = await pipeline.execute()
        return int(done), int(left)

    async def note(self, chat_id: int, fields: Mapping[str, str | int]) -> None:
        """Change what is remembered of a list, where there is one."""
        key = owner_keys.source_list(chat_id)
        if await self._redis.exists(key):
            pairs = [part for pair in fields.items() for part in pair]
            await self._redis.hset(key, items=pairs)
            await self._redis.expire(key, owner_keys.LIST_KEPT)

    async def end(self, chat_id: int, state: ListState) -> None:
        """Nothing is looked at any more; but for what was sent at that very moment."""
        await self.note(chat_id, {"state": state})
        pipeline = self._redis.pipeline()
        pipeline.srem(owner_keys.LISTS, chat_id)
        if state == "cancelled":
            pipeline.delete(
                *(owner_keys.list_pieces(chat_id), owner_keys.list_left(chat_id)),
                owner_keys.list_open(chat_id),
            )
        await pipeline.execute()
        if await self.pieces(chat_id):
            await self._redis.sadd(owner_keys.LISTS, chat_id)


def _parts(chat_id: int) -> tuple[str, ...]:
    return (
        *(owner_keys.source_list(chat_id), owner_keys.list_pieces(chat_id)),
        *(owner_keys.list_left(chat_id), owner_keys.list_looked(chat_id)),
    )


def _stored(begun: SourceList) -> list[str | int]:
    fields = begun._asdict()
    del fields["chat_id"]
    pairs = (
        (name, int(value) if isinstance(value, bool) else value) for name, value in fields.items()
    )
    return [part for pair in pairs for part in pair]


def _read(chat_id: int, found: Mapping[str, str]) -> SourceList:
    states: dict[str, ListState] = {
        each: each for each in ("gathering", "checking", "asked", "added", "cancelled")
    }
    return SourceList(
        chat_id=chat_id,
        token=found.get("token", ""),
        state=states.get(found.get("state", ""), "cancelled"),
        message=found.get("message", ""),
        language=found.get("language", "en"),
        bare=found.get("bare") == "1",
        more=found.get("more") == "1",
        garbage=found.get("garbage", ""),
        private=int(found.get("private") or 0),
        drawn=int(found.get("drawn") or -1),
        failures=int(found.get("failures") or 0),
        rests_until=int(found.get("rests_until") or 0),
    )
