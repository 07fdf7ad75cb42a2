"""On which day the end of a model was looked up, and what an owner was told of it."""

from datetime import date

from redis.asyncio import Redis

from bot.model.shutdown import Shutdown
from bot.store.keys import costs as cost_keys


class Shutdowns:
    """Every write sets a field to a value and a lifetime: repeating it changes nothing."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def looked(self, model: str, today: date) -> bool:
        """True when the model was looked at today."""
        return bool(await self._redis.hget(cost_keys.SHUTDOWN_LOOKED, model) == today.isoformat())

    async def note_look(self, model: str, today: date) -> None:
        """The model was looked at."""
        await self._set(cost_keys.SHUTDOWN_LOOKED, model, today.isoformat())

    async def is_told(self, shutdown: Shutdown) -> bool:
        """True when this notice or a later one of the same end was given."""
        told = await self._redis.hget(cost_keys.SHUTDOWN_TOLD, shutdown.model)
        day, _, notice = str(told or "").partition(" ")
        return day == shutdown.on.isoformat() and int(notice) <= shutdown.notice

    async def note_told(self, shutdown: Shutdown) -> None:
        """The notice was given."""
        value = f"{shutdown.on.isoformat()} {shutdown.notice}"
        await self._set(cost_keys.SHUTDOWN_TOLD, shutdown.model, value)

    async def _set(self, key: str, model: str, value: str) -> None:
        pipeline = self._redis.pipeline()
        pipeline.hset(key, model, value)
        pipeline.expire(key, cost_keys.SHUTDOWN_KEPT)
        await pipeline.execute()
