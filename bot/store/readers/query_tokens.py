"""What readers searched for, kept for a while: a button has room for a token, not for words."""

import hashlib

from redis.asyncio import Redis

from bot.store import keys

TOKEN_DIGITS = 12


def token_of(text: str) -> str:
    """The name of a query in callback data: 12 hex digits, the same for the same text."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:TOKEN_DIGITS]


class QueryTokens:
    """Texts of queries by token."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def keep(self, text: str) -> str:
        """Remember a text from now on for ``keys.SEARCH_KEPT``; its token."""
        token = token_of(text)
        await self._redis.set(keys.search(token), text, ex=keys.SEARCH_KEPT)
        return token

    async def get(self, token: str) -> str | None:
        """The text of a token; None when it was forgotten."""
        found = await self._redis.get(keys.search(token))
        return str(found) if found else None
