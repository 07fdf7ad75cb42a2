"""How many readers a day's digests reached, of how many, and how many opened a story."""

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

    async def delivered(self, day: date) -> tuple[int, int]:
        """How many readers got their digest on that UTC day, of how many who were to.

        One whose second try arrived, or who has two digests a day, counts once.
        """
        reached, missed = owner_keys.reached(day.isoformat()), owner_keys.missed(day.isoformat())
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.scard(reached)
        pipeline.sunion([reached, missed])
        got, everyone = await pipeline.execute()
        return int(got), len(everyone)

    async def share(self, day: date) -> float | None:
        """What part of those reached opened a story, 0 to 1; None when nobody was reached."""
        name = day.isoformat()
        reached, opened = owner_keys.reached(name), owner_keys.opened(name)
        all_of_them = int(await self._redis.scard(reached))
        if not all_of_them:
            return None
        return int(await self._redis.sintercard(2, [reached, opened])) / all_of_them
