"""A conversation with the whole bot: polling, routers, outbox and sender at work."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from aiogram import Bot

from bot.store import Store
from bot.store.connection.clock import Clock
from bot.telegram.receive.intake import ASKING, AskingRate
from bot.telegram.replies.deployment import Deployment
from bot.telegram.replies.open_questions import QUESTION_PATIENCE
from bot.telegram.serve import TelegramOptions, work
from tests.fakes.botapi import FakeBotApi
from tests.fakes.botapi_duties import Delivered
from tests.fakes.clock import standing_at
from tests.fakes.entries import NOON

Json = dict[str, Any]
OWNER = 1


class Talk:
    """What a reader does, and what comes of it."""

    def __init__(self, api: FakeBotApi) -> None:
        self.api = api

    async def say(self, text: str, user_id: int = 100, **fields: Any) -> Delivered:
        """Say something; the message that answers."""
        before = len(self.api.deliveries)
        self.api.say(text, user_id, **fields)
        await self.api.until(lambda api: len(api.deliveries) > before)
        return self.api.deliveries[-1]

    async def press(self, message: Delivered, data: str, language: str = "en") -> Json:
        """Press a button; the message as it is after its redraw."""
        edits = self._edits()
        self.api.press(message, data, language=language)
        await self.api.until(lambda _: self._edits() > edits)
        found: Json = self.api.chats.messages[message.chat_id, message.message["message_id"]]
        return found

    def toasts(self) -> list[str]:
        """What taps were answered with."""
        return [str(answer.get("text") or "") for answer in self.api.answered]

    def _edits(self) -> int:
        return sum(call.method == "editmessagetext" for call in self.api.done)


def labels(message: Json) -> list[list[str]]:
    """What stands on the buttons of a message, row by row."""
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    return [[button["text"] for button in row] for row in rows]


def words_on(message: Json) -> list[str]:
    """What stands on the buttons of a message, in reading order."""
    return [label for row in labels(message) for label in row]


def keys_of(message: Json) -> list[Json]:
    """The buttons of a message, in reading order."""
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def carried(message: Json) -> list[str]:
    """What the buttons of a message carry, in reading order."""
    return [key["callback_data"] for key in keys_of(message) if "callback_data" in key]


NOON_STANDS = standing_at(NOON)


@asynccontextmanager
async def talking(
    api: FakeBotApi,
    line: Bot,
    store: Store,
    asking: AskingRate = ASKING,
    running: Deployment = Deployment(),  # noqa: B008 - frozen
    clock: Clock | None = NOON_STANDS,
    patience: timedelta = QUESTION_PATIENCE,
) -> AsyncIterator[Talk]:
    """The bot at work; an instant that stands still."""
    stop = asyncio.Event()
    zero = timedelta(0)
    ways = TelegramOptions(
        clock=clock,
        settling=zero,
        quiet=zero,
        asking=asking,
        running=running,
        patience=patience,
    )
    task = asyncio.create_task(work(line, store, stop, ways))
    try:
        yield Talk(api)
    finally:
        stop.set()
        await task
