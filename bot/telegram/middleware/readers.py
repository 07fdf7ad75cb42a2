"""Who is talking to us: the stored reader, or the one that a stranger would become."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import CallbackQuery, Chat, Message, TelegramObject, Update, User

from bot.model import Language, Subscription
from bot.store import Store
from bot.telegram.replies.answer import Answer

ZONE_BY_LANGUAGE: dict[Language, str] = {"ru": "Europe/Moscow", "en": "UTC"}
"""Where a reader of that language lives until told otherwise."""

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


def reader_language(code: str | None) -> Language:
    """The language of the interface for a telephone's language (``ru-RU``, ``en``, ``de``)."""
    return "ru" if (code or "").lower().split("-")[0] == "ru" else "en"


def stranger(chat_id: int, language: Language) -> Subscription:
    """A reader with the defaults of a language, not subscribed."""
    return Subscription(
        chat_id=chat_id, language=language, zone=ZONE_BY_LANGUAGE[language], active=False
    )


class Readers(BaseMiddleware):
    """Gives handlers the ``reader`` of the chat and the ways to ``answer``."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Handle the event; one that comes from nowhere is left alone."""
        chat: Chat | None = data.get("event_chat")
        user: User | None = data.get("event_from_user")
        place = chat or user
        if place is None:
            return None
        store: Store = data["store"]
        update: Update = data["event_update"]
        language = reader_language(user.language_code if user else None)
        reader = await store.subscriptions.get(place.id) or stranger(place.id, language)
        query = event if isinstance(event, CallbackQuery) else None
        data["reader"] = reader
        data["answer"] = Answer(
            *(data["bot"], store, reader, update.update_id, query),
            *_place(event),
            number=data.get("number", 0),
        )
        return await handler(event, data)


def _place(event: TelegramObject) -> tuple[int | None, int | None]:
    """The topic of a forum and the message to reply to; in private there is no need of either."""
    message = event.message if isinstance(event, CallbackQuery) else event
    if not isinstance(message, Message) or message.chat.type == "private":
        return None, None
    thread = message.message_thread_id if message.is_topic_message else None
    return thread, message.message_id if message is event else None
