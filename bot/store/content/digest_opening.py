"""What a model said once, kept for a while, so that nobody pays for the same question twice."""

from datetime import timedelta

from redis.asyncio import Redis

from bot.store import keys


class DigestOpenings:
    """Openings of digests as JSON, by the hash of what was asked."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def opening(self, cards: str) -> str | None:
        """What was kept as the opening over these cards."""
        found = await self._redis.get(keys.opening(cards))
        return str(found) if found else None

    async def keep_opening(
        self, cards: str, body: str, span: timedelta = keys.OPENING_KEPT
    ) -> None:
        """Keep the opening over these cards."""
        await self._redis.set(keys.opening(cards), body, ex=span)
