"""A reader who floods us is answered once that it is too often, then not at all for a while."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from time import monotonic
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import CallbackQuery, TelegramObject, User

from bot.model import Screen, Subscription
from bot.phrases import phrases
from bot.telegram.answers import Answer
from bot.telegram.readers import Handler

BURST = 12  # updates at once
PER_SECOND = 1.0
REMEMBERED = 10_000  # senders; beyond, those that are calm again are forgotten


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float
    warned: bool = False


class Throttle(BaseMiddleware):
    """A token bucket per sender in this process; what is too often has no effect."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._buckets: dict[int, _Bucket] = {}

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Handle the event, or tell its reader that it was too often."""
        reader: Subscription = data["reader"]
        user: User | None = data.get("event_from_user")
        bucket = self._bucket(user.id if user else reader.chat_id)
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            bucket.warned = False
            return await handler(event, data)
        wait = phrases(reader.language).too_many_requests.format(
            seconds=ceil((1 - bucket.tokens) / PER_SECOND)
        )
        return await self._refuse(event, data["answer"], bucket, wait)

    def _bucket(self, who: int) -> _Bucket:
        now = self._clock()
        if len(self._buckets) > REMEMBERED:
            calm = now - BURST / PER_SECOND
            self._buckets = {w: b for w, b in self._buckets.items() if b.at > calm}
        bucket = self._buckets.setdefault(who, _Bucket(BURST, now))
        bucket.tokens = min(BURST, bucket.tokens + (now - bucket.at) * PER_SECOND)
        bucket.at = now
        return bucket

    async def _refuse(
        self, event: TelegramObject, answer: Answer, bucket: _Bucket, wait: str
    ) -> None:
        if isinstance(event, CallbackQuery):
            await answer.toast(wait)
        elif not bucket.warned and answer.reader.chat_id > 0:
            await answer.send(Screen(text=wait))
        bucket.warned = True
