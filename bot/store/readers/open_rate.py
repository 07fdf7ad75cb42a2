"""How many readers a day's digests reached, and how many of them opened a story."""

from datetime import date

from redis.asyncio import Redis

from bot.store.keys import owner as owner_keys


class OpenRate:
    """Who was reached is noted as a digest is settled (``Outbox.settle``)."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def opened(self, chat_id: int, day: date) -> None:
        """A reader looked at a story on that UTC day."""
        key = owner_keys.opened(day.isoformat())
        pipeline = self._redis.pipeline()
        pipeline.sadd(key, chat_id)
        pipeline.expire(key, owner_keys.ATTENTION_KEPT)
        await pipeline.execute()

    async def share(self, day: date) -> float | None:
        """What part of those reached opened a story, 0 to 1; None when nobody was reached."""
        name = day.isoformat()
        reached, opened = owner_keys.reached(name), owner_keys.opened(name)
        all_of_them = int(await self._redis.scard(reached))
        if not all_of_them:
            return None
        return int(await self._redis.sintercard(2, [reached, opened])) / all_of_them
