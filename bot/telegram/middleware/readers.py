"""Gives handlers the stored reader, or a default one for who is not subscribed."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import CallbackQuery, Chat, Message, TelegramObject, Update, User

from bot.languages import language_of
from bot.publish.edition import default_reader
from bot.store import Store
from bot.store.connection.clock import Clock
from bot.telegram.replies.deployment import Deployment
from bot.telegram.replies.reply import Context, Reply

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class ContextMiddleware(BaseMiddleware):
    """Gives handlers the ``context``: the reader of the chat, how to reply, one instant."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Handle the event; one that comes from nowhere is left alone."""
        chat: Chat | None = data.get("event_chat")
        user: User | None = data.get("event_from_user")
        place = chat or user
        if place is None:
            return None
        store: Store = data["store"]
        update: Update = data["event_update"]
        language = language_of(user.language_code if user else None)
        reader = await store.subscriptions.get(place.id) or default_reader(place.id, language)
        if place.id in data.get("owners", ()):
            await store.owners.speaks(place.id, reader.language)
        query = event if isinstance(event, CallbackQuery) else None
        reply = Reply(
            *(data["bot"], store, reader, update.update_id, query),
            *_place(event),
            number=data.get("number", 0),
        )
        running: Deployment = data["running"]
        now = await self._clock()
        data["context"] = Context(store, reader, reply, now, running.web_url)
        return await handler(event, data)


def _place(event: TelegramObject) -> tuple[int | None, int | None]:
    """The topic of a forum and the message to reply to; in private there is no need of either."""
    message = event.message if isinstance(event, CallbackQuery) else event
    if not isinstance(message, Message) or message.chat.type == "private":
        return None, None
    thread = message.message_thread_id if message.is_topic_message else None
    return thread, message.message_id if message is event else None
