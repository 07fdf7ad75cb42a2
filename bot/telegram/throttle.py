"""A reader who floods us is answered once that it is too often, then not at all for a while."""

from datetime import timedelta
from math import ceil
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import CallbackQuery, TelegramObject, User

from bot.model import Screen, Subscription
from bot.phrases import phrases
from bot.store import Store
from bot.store.buckets import Buckets
from bot.telegram.answers import Answer
from bot.telegram.readers import Handler

BURST = 12  # updates at once
PER_SECOND = 1.0


class Throttle(BaseMiddleware):
    """A token bucket per sender, shared by all workers; what is too often has no effect."""

    def __init__(self, store: Store, per_second: float = PER_SECOND) -> None:
        self._buckets = Buckets(store.redis, BURST, per_second)

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Handle the event, or tell its reader that it was too often."""
        reader: Subscription = data["reader"]
        user: User | None = data.get("event_from_user")
        ask = await self._buckets.ask(user.id if user else reader.chat_id)
        if ask.allowed:
            return await handler(event, data)
        answer: Answer = data["answer"]
        text = phrases(reader.language).too_many_requests.format(
            seconds=ceil(ask.wait / timedelta(seconds=1))
        )
        if isinstance(event, CallbackQuery):
            await answer.toast(text)
        elif not ask.told and reader.chat_id > 0:
            await answer.send(Screen(text=text))
        return None
