"""What readers think of stories: their last word counts, thumbs up or down."""

from typing import Literal

from redis.asyncio import Redis

from bot.store.keys import owner as owner_keys

Thumb = Literal["up", "down"]


class Reactions:
    """Thumbs by story and chat; which story a message showed."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def story_shown(self, chat_id: int, message_id: int) -> str | None:
        """The story of a message that we sent, if it showed one."""
        found = await self._redis.get(owner_keys.shown(chat_id, message_id))
        return str(found) if found else None

    async def shows(self, chat_id: int, message_id: int, story_id: str | None) -> None:
        """Remember which story a message of ours shows now, or that it shows none."""
        key = owner_keys.shown(chat_id, message_id)
        if story_id:
            await self._redis.set(key, story_id, ex=owner_keys.SHOWN_KEPT)
        else:
            await self._redis.delete(key)

    async def note(self, story_id: str, who: int, thumb: Thumb | None) -> None:
        """Remember a person's thumb for a story; ``None`` takes it back."""
        key = owner_keys.thumbs(story_id)
        pipeline = self._redis.pipeline()
        if thumb:
            pipeline.hset(key, str(who), thumb)
        else:
            pipeline.hdel(key, str(who))
        pipeline.expire(key, owner_keys.THUMBS_KEPT)
        await pipeline.execute()

    async def of(self, story_id: str) -> dict[int, Thumb]:
        """Thumbs for a story by person."""
        found = await self._redis.hgetall(owner_keys.thumbs(story_id))
        return {int(who): "up" if thumb == "up" else "down" for who, thumb in found.items()}
