"""What a reader wanted to see or not, and how much more or less of the like to show."""

from collections import Counter
from typing import Literal, get_args

from redis.asyncio import Redis

from bot.store import keys

Why = Literal["topic", "repeat", "ad", "error", "down", "up"]
"""Off topic, seen before, an advertisement, a mistake in the summary; a thumb without a reason."""

THUMBS: frozenset[Why | None] = frozenset({"down", "up"})
"""What is taken back with the thumb."""

MOST_KEPT = 200
FADE, LEAST = 0.8, 0.4
"""What each 👎 leaves of the weight of its topic or channel, and the least that is left."""
LIFT, MOST = 1.2, 1.6
"""What each 👍 makes of the weight of its topic, and the most that comes of it."""

_ABOUT_TOPIC: frozenset[Why] = frozenset({"topic", "down", "up"})


class Preferences:
    """One reason for each story, so that tapping twice counts once; the rest follows from it."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def add(self, chat_id: int, story_id: str, why: Why, topic: str, channel: str) -> None:
        """Remember what a reader thinks of a story: it is about its topic or its channel."""
        key = keys.dislikes(chat_id)
        known = await self._redis.hexists(key, story_id)
        if not known and await self._redis.hlen(key) >= MOST_KEPT:
            await self._redis.hdel(key, str(await self._redis.hrandfield(key)))
        blamed = topic if why in _ABOUT_TOPIC else channel
        await self._redis.hset(key, story_id, f"{why}:{blamed}")
        await self._redis.expire(key, keys.DISLIKES_KEPT)

    async def remove(self, chat_id: int, story_id: str) -> None:
        """Forget what the reader thinks of a story."""
        await self._redis.hdel(keys.dislikes(chat_id), story_id)

    async def rename(self, chat_id: int, former: str, story_id: str) -> None:
        """Keep under another id what was said of a story that was joined to it."""
        key = keys.dislikes(chat_id)
        said = await self._redis.hget(key, former)
        if said:
            await self._redis.hsetnx(key, story_id, str(said))
            await self._redis.hdel(key, former)

    async def why(self, chat_id: int, story_id: str) -> Why | None:
        """The reason given for a story."""
        said = str(await self._redis.hget(keys.dislikes(chat_id), story_id) or "")
        return next((why for why in get_args(Why) if why == said.partition(":")[0]), None)

    async def all(self, chat_id: int) -> dict[str, str]:
        """Reasons by story id, as ``why:topic`` or ``why:channel``."""
        found = await self._redis.hgetall(keys.dislikes(chat_id))
        return {str(story): str(said) for story, said in found.items()}

    async def weights(self, chat_id: int) -> dict[str, float]:
        """Factors by topic and by channel's ref; a mistake of ours blames neither."""
        said = [str(value).partition(":") for value in (await self.all(chat_id)).values()]
        lifted = Counter(target for why, _, target in said if why == "up")
        faded = Counter(target for why, _, target in said if why not in ("up", "error"))
        return {
            target: min(max(FADE ** faded[target] * LIFT ** lifted[target], LEAST), MOST)
            for target in faded | lifted
        }
