"""Shows “typing…” while an answer takes long, where the send rate leaves room."""

import asyncio
from datetime import timedelta
from typing import Any

import structlog
from aiogram import BaseMiddleware, Bot
from aiogram.exceptions import AiogramError, TelegramRetryAfter
from aiogram.methods import SendChatAction
from aiogram.types import Message, TelegramObject

from bot.store import Store
from bot.store.errors import StoreUnavailable
from bot.telegram.middleware.readers import Handler
from bot.telegram.receive.poll import unless_set
from bot.wait import until

log = structlog.get_logger()
_SLOW = 1.0  # seconds after which a reader wonders
AGAIN = 4.5  # seconds; Telegram shows the sign for five


class TypingMiddleware(BaseMiddleware):
    """Shows the sign in a private chat while its handler is at work for longer than a moment."""

    def __init__(self, slow: float = _SLOW) -> None:
        self._slow = slow

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Handle the event, and tell its reader when that takes a while."""
        if not isinstance(event, Message) or event.chat.type != "private":
            return await handler(event, data)
        handled = asyncio.Event()
        showing = asyncio.create_task(self._show(data["bot"], data["store"], event, handled))
        try:
            return await handler(event, data)
        finally:
            handled.set()
            await showing

    async def _show(
        self, bot: Bot, store: Store, message: Message, handled: asyncio.Event
    ) -> None:
        pause = self._slow
        while not await until(handled, pause):
            pause = AGAIN
            try:
                await sign_typing(bot, store, message.chat.id, handled)
            except (AiogramError, StoreUnavailable) as error:
                log.debug("typing action failed", error=type(error).__name__)
            except Exception as error:  # a convenience's edge: the answer must not fail by it
                log.error("typing action failed", error=type(error).__name__, exc_info=True)


async def sign_typing(
    bot: Bot, store: Store, chat_id: int, handled: asyncio.Event, thread: int | None = None
) -> None:
    """Show the sign for five seconds if nobody else wants to send; in a topic of a forum."""
    if not await store.outbox.spare_turn(chat_id):
        return
    sign = SendChatAction(chat_id=chat_id, action="typing", message_thread_id=thread)
    try:
        await unless_set(handled, bot(sign))
    except TelegramRetryAfter as error:
        await store.outbox.pause(timedelta(seconds=error.retry_after), chat_id)
