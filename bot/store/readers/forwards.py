"""Readers who wait for what becomes of a post they forwarded, and how many they may a day."""

from datetime import date
from typing import Literal

from redis.asyncio import Redis

from bot.model import CardLanguage, Language
from bot.model.value import Value
from bot.store.codec.versions import decode
from bot.store.keys import owner as owner_keys


class ForwardRequest(Value):
    """One forwarded post: who wants its card, under which message.

    In ``language`` are the screens, in ``cards`` what is told of the post.
    ``known``: it was here before it was forwarded.
    """

    v: int = 2
    chat_id: int
    update_id: int
    message_id: int
    language: Language
    zone: str
    cards: CardLanguage = "same"
    known: bool = False


class Forwards:
    """Who waits for which entry; allowances by chat and UTC date."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def wait(self, key: str, asked: ForwardRequest) -> None:
        """Remember that somebody waits for the entry of that key."""
        pipeline = self._redis.pipeline()
        name = f"{asked.chat_id}:{asked.update_id}"
        pipeline.hset(owner_keys.waiting(key), name, asked.model_dump_json())
        pipeline.expire(owner_keys.waiting(key), owner_keys.WAITING_KEPT)
        await pipeline.execute()

    async def waiting(self, key: str) -> tuple[ForwardRequest, ...]:
        """All who wait for the entry of that key."""
        return tuple(
            decode(ForwardRequest, b) for b in await self._redis.hvals(owner_keys.waiting(key))
        )

    async def answered(self, key: str) -> None:
        """Nobody waits for it any more."""
        await self._redis.delete(owner_keys.waiting(key))

    async def allowed(
        self,
        what: Literal["forward", "suggest", "source", "ask"],
        chat_id: int,
        day: date,
        name: str,
        most: int,
    ) -> bool:
        """Count one use of a day's allowance, each ``name`` once; False beyond the most."""
        key = owner_keys.allowance(what, chat_id, day.isoformat())
        pipeline = self._redis.pipeline()
        pipeline.sadd(key, name)
        pipeline.expire(key, owner_keys.ALLOWANCE_KEPT)
        pipeline.scard(key)
        return int((await pipeline.execute())[2]) <= most
