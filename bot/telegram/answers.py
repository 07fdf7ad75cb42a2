"""How a behaviour answers: a new message through the outbox, or the same message changed."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramRetryAfter,
)
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import CallbackQuery, Message

from bot.model import Delivery, Screen, Subscription
from bot.store import Store
from bot.telegram.outcome import NOT_MODIFIED
from bot.telegram.outgoing import edit_request

log = structlog.get_logger()

LONGEST_TURN = timedelta(seconds=10)  # a redraw that must wait longer is not worth it
TOAST = 200  # characters that Telegram shows


@dataclass(frozen=True, slots=True)
class Answer:
    """The ways to answer one update; repeating the update repeats no message."""

    bot: Bot
    store: Store
    reader: Subscription
    update_id: int
    query: CallbackQuery | None = None
    thread: int | None = None
    reply_to: int | None = None

    async def send(self, screen: Screen, story: str | None = None) -> None:
        """A new message, once per update; ``story`` is the one that it shows."""
        chat_id = self.reader.chat_id
        message = Delivery(
            id=f"u{self.update_id}",
            chat_id=chat_id,
            screen=screen,
            thread=self.thread,
            reply_to=self.reply_to,
            story=story,
        )
        await self.store.outbox.enqueue([message])

    async def show(self, screen: Screen) -> None:
        """Turn the message under the pressed button into that screen; a lost one is sent anew."""
        if not await self.redraw(screen):
            await self.send(screen)

    async def redraw(self, screen: Screen) -> bool:
        """Turn the message under the pressed button into that screen; False for a lost one."""
        if self.query is None or not isinstance(self.query.message, Message):
            return False
        try:
            await self._edit(self.query.message.message_id, screen)
        except TelegramBadRequest as error:
            return NOT_MODIFIED in error.message
        except TelegramRetryAfter as error:
            pause = timedelta(seconds=error.retry_after)
            await self.store.outbox.pause(pause, self.reader.chat_id)
        except TelegramForbiddenError:
            await self.store.subscriptions.deactivate(self.reader.chat_id)
        return True

    async def toast(self, text: str = "") -> None:
        """Stop the button's spinner, with a word or without; one that failed is no harm."""
        if self.query is None:
            return
        try:
            await self.bot(
                AnswerCallbackQuery(callback_query_id=self.query.id, text=text[:TOAST] or None)
            )
        except AiogramError as error:  # too old, or the line is down: the screen matters more
            log.info("callback unanswered", error=type(error).__name__)

    async def _edit(self, message_id: int, screen: Screen) -> None:
        chat_id = self.reader.chat_id
        wait = await self.store.outbox.take_turn(chat_id)
        if wait <= LONGEST_TURN:
            await asyncio.sleep(wait.total_seconds())
            await self.bot(edit_request(chat_id, message_id, screen))
