"""What was learned of a model server, so that a restart does not pay for it again."""

import hashlib

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.store.keys import costs as cost_keys

log = structlog.get_logger()


class ModelMemory:
    """The memory of one server; an outage of the store costs the lesson, never the reading."""

    def __init__(self, redis: Redis, *named_by: str) -> None:
        digest = hashlib.sha256("\0".join(named_by).encode()).hexdigest()[:24]
        self._redis, self._key = redis, cost_keys.model_learned(digest)

    async def load(self) -> str | None:
        """What was kept, None for nothing."""
        try:
            found = await self._redis.get(self._key)
        except RedisError as error:
            log.warning("store unavailable", part="model memory", error=type(error).__name__)
            return None
        return None if found is None else str(found)

    async def save(self, learned: str) -> None:
        """Keep it for a month."""
        try:
            await self._redis.set(self._key, learned, ex=cost_keys.MODEL_LEARNED_KEPT)
        except RedisError as error:
            log.warning("store unavailable", part="model memory", error=type(error).__name__)
