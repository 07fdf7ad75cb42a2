"""Who is talking to us: the stored reader, or the one that a stranger would become."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import CallbackQuery, Chat, TelegramObject, Update, User

from bot.model import Language, Subscription
from bot.store import Store
from bot.telegram.answers import Answer

ZONES: dict[Language, str] = {"ru": "Europe/Moscow", "en": "UTC"}
"""Where a reader of that language lives until told otherwise."""

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


def language_of(code: str | None) -> Language:
    """The language of the interface for a telephone's language (``ru-RU``, ``en``, ``de``)."""
    return "ru" if (code or "").lower().split("-")[0] == "ru" else "en"


def stranger(chat_id: int, language: Language) -> Subscription:
    """A reader with the defaults of a language, not subscribed."""
    return Subscription(chat_id=chat_id, language=language, zone=ZONES[language], active=False)


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
        language = language_of(user.language_code if user else None)
        reader = await store.subscriptions.get(place.id) or stranger(place.id, language)
        query = event if isinstance(event, CallbackQuery) else None
        data["reader"] = reader
        data["answer"] = Answer(data["bot"], store, reader, update.update_id, query)
        return await handler(event, data)
