"""Who follows a topic, and how many alerts a chat has had today."""

from collections.abc import AsyncIterator
from datetime import date

from redis.asyncio import Redis

from bot.store import keys
from bot.store.scripts import Scripts
from bot.taxonomy.topics import Topic

_TOGETHER = 500


class Alerts:
    """Followers by topic; numbers of alerts by chat and LOCAL date."""

    def __init__(self, redis: Redis, scripts: Scripts) -> None:
        self._redis, self._scripts = redis, scripts

    async def followers(self, topic: Topic) -> AsyncIterator[int]:
        """Chats that follow a topic; one that joins meanwhile may be left out or come twice."""
        async for chat in self._redis.sscan_iter(keys.topic_followers(topic), count=_TOGETHER):
            yield int(chat)

    async def number(self, story_id: str, chat_id: int, day: date, cap: int) -> int:
        """The story's number among the chat's alerts of that day; 0 beyond the cap."""
        return await self._scripts.number(
            "alert",
            [keys.alert(story_id, chat_id), keys.alerts_of_day(chat_id, day.isoformat())],
            [
                cap,
                int(keys.DELIVERY_KEPT.total_seconds()),
                int(keys.ALERTS_COUNTED.total_seconds()),
            ],
        )
