"""Suspends the digests of a chat where the bot can no longer write, and tells its keeper once."""

from datetime import date

from aiogram import Bot
from aiogram.exceptions import AiogramError

from bot.i18n import owner_messages
from bot.model import Delivery
from bot.screens.group_screens import said_of
from bot.store import Store


async def suspend_digests(bot: Bot, store: Store, chat_id: int, title: str = "") -> None:
    """End what is sent there, and a reader's own feed; the settings stay.

    Its keeper is told in his own language; a private chat has none.
    """
    target = await store.subscriptions.get(chat_id)
    await store.subscriptions.deactivate(chat_id)
    await store.feeds.end(chat_id)
    if target is None or not target.active or not target.keeper:
        return
    called = title or await _title(bot, chat_id)
    keeper = await store.subscriptions.get(target.keeper)
    language = keeper.language if keeper else target.language
    screen = said_of(owner_messages(language).place_lost, called)
    name = _note(chat_id, (await store.now()).date())
    note = Delivery(id=name, chat_id=target.keeper, screen=screen)
    await store.outbox.enqueue([note])


def _note(chat_id: int, day: date) -> str:
    """The sender and the update about the membership may both find it out."""
    return f"lost:{chat_id}:{day.isoformat()}"


async def _title(bot: Bot, chat_id: int) -> str:
    """The chat's name, where the bot may still ask for it."""
    try:
        return (await bot.get_chat(chat_id)).title or str(chat_id)
    except AiogramError:
        return str(chat_id)
