"""Readers who wait for what becomes of a post they forwarded, and how many they may a day."""

from datetime import date
from typing import Literal

from redis.asyncio import Redis

from bot.model import Language
from bot.model.value import Value
from bot.store import keys_desk
from bot.store.versions import decode


class Asked(Value):
    """One forwarded post: who wants its card, in which language, under which message.

    ``known``: it was here before it was forwarded.
    """

    v: int = 1
    chat_id: int
    update_id: int
    message_id: int
    language: Language
    zone: str
    known: bool = False


class Forwards:
    """Who waits for which entry; allowances by chat and UTC date."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def wait(self, key: str, asked: Asked) -> None:
        """Remember that somebody waits for the entry of that key."""
        pipeline = self._redis.pipeline()
        name = f"{asked.chat_id}:{asked.update_id}"
        pipeline.hset(keys_desk.waiting(key), name, asked.model_dump_json())
        pipeline.expire(keys_desk.waiting(key), keys_desk.WAITING_KEPT)
        await pipeline.execute()

    async def waiting(self, key: str) -> tuple[Asked, ...]:
        """All who wait for the entry of that key."""
        return tuple(decode(Asked, b) for b in await self._redis.hvals(keys_desk.waiting(key)))

    async def answered(self, key: str) -> None:
        """Nobody waits for it any more."""
        await self._redis.delete(keys_desk.waiting(key))

    async def allowed(
        self, what: Literal["forward", "suggest"], chat_id: int, day: date, name: str, most: int
    ) -> bool:
        """Count one use of a day's allowance, each ``name`` once; False beyond the most."""
        key = keys_desk.allowance(what, chat_id, day.isoformat())
        pipeline = self._redis.pipeline()
        pipeline.sadd(key, name)
        pipeline.expire(key, keys_desk.ALLOWANCE_KEPT)
        pipeline.scard(key)
        return int((await pipeline.execute())[2]) <= most
