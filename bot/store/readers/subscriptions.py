"""Readers: their settings, who is due when, and slots closed once."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Literal, NamedTuple

from redis.asyncio import Redis

from bot.model import Delivery, Slot, Subscription
from bot.store import keys
from bot.store.codec.versions import decode
from bot.store.connection.clock import ms
from bot.store.keys import following as following_keys
from bot.store.scripts import Scripts
from bot.taxonomy.topics import Topic

_CLAIM = timedelta(seconds=60)  # a claimed chat is looked at again when its claimer has died
BETWEEN_DIGESTS = timedelta(milliseconds=50)  # two thirds of what Telegram lets through
_TOGETHER = 500  # settings read in one round trip
UNPLANNED = timedelta(seconds=1)  # digests that would go out so soon are sent at once


def reader_sets() -> list[str]:
    """The sets of the chats that get digests, and of those that follow a topic or words."""
    of_topics = (keys.topic_followers(topic) for topic in Topic)
    return [keys.SUBSCRIBERS, following_keys.WORDS_FOLLOWERS, *of_topics]


class Given(NamedTuple):
    """A chat that got a story: by a digest that ended at that instant, or by an alert then."""

    chat_id: int
    by: Literal["digest", "alert"]
    at: datetime


class Subscriptions:
    """Subscriptions by chat id, with the instant at which each is due next."""

    def __init__(self, redis: Redis, scripts: Scripts) -> None:
        self._redis, self._scripts = redis, scripts

    async def save(self, subscription: Subscription, due: datetime | None) -> bool:
        """Store a reader, due next at that instant (None: no digests); True for a new one."""
        if subscription.keeper:
            await self._redis.sadd(keys.kept(subscription.keeper), subscription.chat_id)
        return await self._store(subscription, due) == 1

    async def change(self, subscription: Subscription, due: datetime | None) -> bool:
        """Store a reader as ``save`` does; False, and nothing stored, for one who is forgotten."""
        return await self._store(subscription, due, "known") == 0

    async def _store(self, subscription: Subscription, due: datetime | None, who: str = "") -> int:
        chat, at = subscription.chat_id, int(due.timestamp()) if due else ""
        return await self._scripts.number(
            "subscribe",
            [keys.subscription(chat), keys.DUE, keys.SUBSCRIBERS],
            [chat, subscription.model_dump_json(), at, who],
        )

    async def get(self, chat_id: int) -> Subscription | None:
        """The reader's settings, active or not."""
        body = await self._redis.hget(keys.subscription(chat_id), "body")
        return decode(Subscription, body) if body else None

    async def is_target(self, number: str) -> bool:
        """True for a channel in which digests are published; ``number`` is its bare id."""
        there = await self.get(int(f"-100{number}")) if number.isdecimal() else None
        return there is not None and there.active

    async def kept_by(self, person: int) -> list[Subscription]:
        """The groups and channels whose digests a person chose last, by their numbers."""
        chats = sorted(map(int, await self._redis.smembers(keys.kept(person))))
        found = [await self.get(chat) for chat in chats]
        return [chat for chat in found if chat is not None and chat.keeper == person]

    async def due_at(self, chat_id: int) -> datetime | None:
        """The instant at which the reader's next digest is due."""
        found = await self._redis.hget(keys.subscription(chat_id), "next")
        return datetime.fromtimestamp(int(found), tz=UTC) if found else None

    async def last_day(self, chat_id: int) -> date | None:
        """The local date of the last digest that was due to the reader."""
        found = await self._redis.hget(keys.subscription(chat_id), "last")
        return date.fromisoformat(str(found)) if found else None

    async def wait_until(self, chat_id: int, due: datetime) -> None:
        """Move the reader's next instant without sending anything."""
        await self._scripts(
            "move_due",
            [keys.subscription(chat_id), keys.DUE],
            [chat_id, int(due.timestamp())],
        )

    async def deactivate(self, chat_id: int) -> bool:
        """Stop digests, keep the settings; False for a stranger."""
        found = await self.get(chat_id)
        was_here = found is not None and (found.left or found.active or bool(found.follows))
        gone = {"active": False, "left": was_here}
        body = found.model_copy(update=gone).model_dump_json() if found else ""
        return await self._leave(chat_id, "keep", body)

    async def forget(self, chat_id: int) -> bool:
        """Delete the reader's settings; False for a stranger."""
        return await self._leave(chat_id, "forget", "")

    async def _leave(self, chat_id: int, how: str, body: str) -> bool:
        return await self._scripts.flag(
            "leave",
            [keys.subscription(chat_id), keys.DUE, keys.SUBSCRIBERS, keys.seen(chat_id)],
            [chat_id, how, body],
        )

    async def claim_due(self, most: int = 100) -> list[int]:
        """Chats whose digest is due now, each claimed for a minute by the server's clock."""
        claim = int(_CLAIM.total_seconds())
        return await self._scripts.numbers("claim_due", [keys.DUE], [claim, most])

    async def close_slot(
        self,
        slot: Slot,
        deliveries: Sequence[Delivery],
        due: datetime | None,
        *,
        until: datetime,
        stories: Sequence[str] = (),
    ) -> bool:
        """Send a slot's digest once and set the next instant; False when it was closed before.

        ``until`` is the end of the digest, ``stories`` are what the reader has seen with it.
        """
        chat, day = slot.chat_id, slot.day.isoformat()
        closed = [keys.slot(chat, slot.cadence, day), keys.DUE, keys.subscription(chat)]
        sending = [keys.OUTBOX, keys.seen(chat), keys.chat_line(chat)]
        spread = [keys.later(keys.OUTBOX), keys.PACE]
        parts = [keys.delivery(delivery.id) for delivery in deliveries]
        bodies = [text for d in deliveries for text in (d.id, d.model_dump_json())]
        lives = [int(span.total_seconds()) for span in (keys.SLOT_KEPT, keys.DELIVERY_KEPT)]
        seen = [int(until.timestamp()), int(keys.SEEN_KEPT.total_seconds()), len(stories)]
        waits = [ms(span) for span in (keys.LINE_KEPT, BETWEEN_DIGESTS, UNPLANNED)]
        next_at = int(due.timestamp()) if due else ""
        return await self._scripts.flag(
            "close_slot",
            [*closed, *sending, *spread, *parts],
            [chat, next_at, *lives, day, *seen, *waits, *stories, *bodies],
        )

    async def seen_before(self, chat_id: int, until: datetime) -> tuple[str, ...]:
        """Stories that earlier digests than the one which ended at ``until`` have shown."""
        bound = f"({int(until.timestamp())}"
        found = await self._redis.zrange(keys.seen(chat_id), "-inf", bound, byscore=True)
        return tuple(map(str, found))

    async def given(self, stories: Sequence[str]) -> AsyncIterator[Given]:
        """Which of these stories each chat got by digests of 35 days and alerts of 14."""
        chats = sorted(map(int, await self._redis.sunion(reader_sets())))
        for start in range(0, len(chats), _TOGETHER):
            part = chats[start : start + _TOGETHER]
            pipeline = self._redis.pipeline(transaction=False)
            for chat in part:
                pipeline.zmscore(keys.seen(chat), list(stories))
                pipeline.mget([keys.alert(story, chat) for story in stories])
            found = await pipeline.execute()
            for chat, scores, alerts in zip(part, found[::2], found[1::2], strict=True):
                for score in filter(None, scores):
                    yield Given(chat, "digest", datetime.fromtimestamp(float(score), UTC))
                for alert in filter(None, alerts):
                    at = int(str(alert).partition(":")[2] or 0) / 1000
                    yield Given(chat, "alert", datetime.fromtimestamp(at, UTC))

    async def was_sent(self, chat_id: int, until: datetime) -> bool:
        """True when a digest that ended at ``until`` was sent with stories in it."""
        moment = int(until.timestamp())
        return bool(await self._redis.zcount(keys.seen(chat_id), moment, moment))

    async def everyone(self) -> AsyncIterator[Subscription]:
        """All chats that get digests or follow a topic or words, in no order."""
        chats = sorted(map(int, await self._redis.sunion(reader_sets())))
        for start in range(0, len(chats), _TOGETHER):
            pipeline = self._redis.pipeline(transaction=False)
            for chat in chats[start : start + _TOGETHER]:
                pipeline.hget(keys.subscription(chat), "body")
            for body in await pipeline.execute():
                if body:
                    yield decode(Subscription, body)

    async def count(self) -> int:
        """How many readers are active."""
        return int(await self._redis.scard(keys.SUBSCRIBERS))
