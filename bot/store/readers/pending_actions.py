"""What somebody is about to do, kept under a short token until its button is pressed."""

import hashlib

from redis.asyncio import Redis

from bot.store.keys import owner as owner_keys


class PendingActions:
    """Texts by the hash of what they are."""

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
