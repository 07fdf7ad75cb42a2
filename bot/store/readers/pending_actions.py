"""What somebody is about to do: under a short token until its button is pressed, or asked for."""

import hashlib

from redis.asyncio import Redis

from bot.store import keys
from bot.store.keys import owner as owner_keys


class PendingActions:
    """Texts by the hash of what they are, and the last question of each chat."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def keep(self, body: str) -> str:
        """Keep a text for a while; its token, 12 hex digits."""
        token = hashlib.sha256(body.encode()).hexdigest()[:12]
        await self._redis.set(owner_keys.draft(token), body, ex=owner_keys.DRAFT_KEPT)
        return token

    async def get(self, token: str) -> str | None:
        """The text, ``None`` when it is too old or was never kept."""
        found = await self._redis.get(owner_keys.draft(token))
        return str(found) if found else None

    async def ask(self, chat_id: int, question: str) -> None:
        """Note the question that a screen asks from now on, by the data of its button.

        It takes the place of an earlier one, and is forgotten after ``keys.ASKED_KEPT``.
        """
        await self._redis.set(keys.asked(chat_id), question, ex=keys.ASKED_KEPT)

    async def asked(self, chat_id: int) -> str | None:
        """The question that a chat was asked and has not answered."""
        found = await self._redis.get(keys.asked(chat_id))
        return str(found) if found else None

    async def answered(self, chat_id: int) -> None:
        """The chat's question needs no answer any more."""
        await self._redis.delete(keys.asked(chat_id))
