"""Who follows a topic or words, and how many alerts a chat has had today."""

from collections.abc import AsyncIterator
from datetime import date
from typing import NamedTuple

from redis.asyncio import Redis

from bot.store import keys
from bot.store.keys import following as following_keys
from bot.store.scripts import Scripts
from bot.taxonomy.topics import Topic

_TOGETHER = 500


class Alerted(NamedTuple):
    """Which of the day's alerts an event was, 0 for none.

    ``names`` are the stories under whose ids alerts went out, the first first; there are several
    where these were joined, or are shown together, only since.
    """

    number: int
    names: tuple[str, ...] = ()


class Alerts:
    """Followers by topic and by words; numbers of alerts by chat and LOCAL date."""

    def __init__(self, redis: Redis, scripts: Scripts) -> None:
        self._redis, self._scripts = redis, scripts

    async def followers(self, topic: Topic) -> AsyncIterator[int]:
        """Chats that follow a topic; one that joins meanwhile may be left out or come twice."""
        async for chat in self._redis.sscan_iter(keys.topic_followers(topic), count=_TOGETHER):
            yield int(chat)

    async def words_followers(self, token: str) -> AsyncIterator[int]:
        """The same of the words of a token."""
        async for chat in self._redis.sscan_iter(following_keys.followers(token), count=_TOGETHER):
            yield int(chat)

    async def followed(self, terms: frozenset[str]) -> set[str]:
        """Followed words, as typed, that may find an entry with these terms; no others do."""
        if not await self._redis.exists(following_keys.WORDS_FOLLOWERS):
            return set()
        found = await self._redis.sunion([following_keys.followed(term) for term in terms])
        listed = (str(each).partition("\n") for each in found)
        return {text for needs, _, text in listed if terms.issuperset(needs.split())}

    async def number(
        self, story_id: str, chat_id: int, day: date, cap: int, *, rings: bool = True
    ) -> Alerted:
        """The number of the story's event among the chat's alerts of that day; 0 beyond the cap.

        One that never ``rings`` gets a number only where the event has had one before.
        """
        number, *names = await self._scripts.texts(
            "alert",
            [keys.alerts_of_day(chat_id, day.isoformat())],
            [
                story_id,
                keys.alert("@", chat_id),
                cap,
                int(keys.DELIVERY_KEPT.total_seconds()),
                int(keys.ALERTS_COUNTED.total_seconds()),
                int(rings),
            ],
        )
        return Alerted(int(number), tuple(names))
