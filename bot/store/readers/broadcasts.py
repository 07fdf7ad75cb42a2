"""One text to all readers: who is left, how far it is, and whether it was stopped."""

from collections.abc import Sequence
from typing import NamedTuple

from redis.asyncio import Redis

from bot.model import Delivery
from bot.store import keys
from bot.store.connection.clock import ms
from bot.store.keys import owner as owner_keys
from bot.store.readers.subscriptions import reader_sets
from bot.store.scripts import Scripts

_TOGETHER = 1_000  # chats looked at in one round trip


class Progress(NamedTuple):
    """How far a broadcast is; ``state`` is going, stopped or done."""

    state: str
    total: int
    left: int

    @property
    def done(self) -> int:
        """Chats whose message went to the sender."""
        return self.total - self.left


class Broadcasts:
    """Broadcasts by token; the chats left are a set, so that a repeated step doubles nothing."""

    def __init__(self, redis: Redis, scripts: Scripts) -> None:
        self._redis, self._scripts = redis, scripts

    async def audience(self) -> int:
        """How many private chats get digests or follow topics."""
        return sum(int(chat) > 0 for chat in await self._redis.sunion(reader_sets()))

    async def start(self, token: str) -> None:
        """Send the draft of that token to all private chats; a second start changes nothing."""
        if await self.progress(token):
            return
        left = owner_keys.cast_left(token)
        await self._redis.sunionstore(left, reader_sets())
        groups = [chat async for chat in self._redis.sscan_iter(left, match="-*", count=_TOGETHER)]
        if groups:
            await self._redis.srem(left, *groups)
        total = int(await self._redis.scard(left))
        pipeline = self._redis.pipeline()
        pipeline.hset(owner_keys.cast(token), mapping={"state": "going", "total": total})
        pipeline.expire(owner_keys.cast(token), owner_keys.CAST_KEPT)
        pipeline.expire(left, owner_keys.CAST_KEPT)
        pipeline.sadd(owner_keys.CASTS, token)
        await pipeline.execute()

    async def show_in(self, token: str, chat_id: int, message_id: int, language: str) -> None:
        """The message of an owner that shows how far it is."""
        await self._redis.hset(
            owner_keys.cast(token),
            mapping={"chat": chat_id, "message": message_id, "language": language},
        )
        await self._redis.expire(owner_keys.cast(token), owner_keys.CAST_KEPT)

    async def shown_in(self, token: str) -> tuple[int, int, str] | None:
        """Chat, message and language of that message; ``None`` for a start of an older version."""
        fields = ["chat", "message", "language"]
        chat, message, language = await self._redis.hmget(owner_keys.cast(token), fields)
        return (int(chat), int(message), str(language)) if chat and message else None

    async def going(self) -> tuple[str, ...]:
        """Tokens of the broadcasts that are under way."""
        return tuple(sorted(map(str, await self._redis.smembers(owner_keys.CASTS))))

    async def some(self, token: str, most: int) -> list[int]:
        """Some of the chats that are left."""
        found = await self._redis.srandmember(owner_keys.cast_left(token), most)
        return [int(chat) for chat in found or ()]

    async def hand_on(self, token: str, messages: Sequence[Delivery]) -> None:
        """Hand these messages to the sender, but for chats that are to get it no more."""
        places = [
            key
            for each in messages
            for key in (keys.delivery(each.id), keys.chat_line(each.chat_id))
        ]
        bodies = [
            text for each in messages for text in (each.chat_id, each.id, each.model_dump_json())
        ]
        await self._scripts(
            "cast",
            [keys.OUTBOX, owner_keys.cast_left(token), *places],
            [int(keys.DELIVERY_KEPT.total_seconds()), ms(keys.LINE_KEPT), *bodies],
        )

    async def leave(self, chat_id: int) -> None:
        """No broadcast under way reaches that chat any more."""
        for token in await self.going():
            await self._redis.srem(owner_keys.cast_left(token), chat_id)

    async def end(self, token: str, state: str) -> None:
        """Stop a broadcast that is under way, or call it done."""
        if await self._redis.sismember(owner_keys.CASTS, token):
            await self._redis.hset(owner_keys.cast(token), "state", state)
            await self._redis.srem(owner_keys.CASTS, token)

    async def progress(self, token: str) -> Progress | None:
        """How far it is; ``None`` for one that was not started or is long over."""
        found = await self._redis.hgetall(owner_keys.cast(token))
        if not found:
            return None
        left = int(await self._redis.scard(owner_keys.cast_left(token)))
        return Progress(str(found["state"]), int(found["total"]), left)
