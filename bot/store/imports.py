"""How far imports have come, so that one that was stopped goes on where it was."""

from redis.asyncio import Redis

from bot.store import keys


class Imports:
    """The last message taken in, by the hash of the file and of what was asked for."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def place(self, token: str) -> tuple[str, int] | None:
        """The bare id of the channel and the id of the message; None for a new import."""
        ref, number = await self._redis.hmget(keys.imported(token), ["ref", "message_id"])
        return (str(ref), int(number)) if ref and number else None

    async def reached(self, token: str, ref: str, message_id: int) -> None:
        """Remember a place; all before it is in the store."""
        async with self._redis.pipeline(transaction=True) as pipeline:
            pipeline.hset(keys.imported(token), items=["ref", ref, "message_id", message_id])
            pipeline.expire(keys.imported(token), keys.IMPORT_KEPT)
            await pipeline.execute()

    async def ended(self, token: str) -> None:
        """The file was read to its end."""
        await self._redis.delete(keys.imported(token))
