"""/privacy, /export and /forget: what is kept about a reader, in one file, and its end."""

import json
from datetime import datetime
from typing import Any

from aiogram import Bot, Router
from aiogram.exceptions import AiogramError
from aiogram.types import BotCommandScopeChat

from bot.i18n import panel_messages
from bot.model import Screen, Subscription
from bot.screens.callbacks.settings import Panel
from bot.screens.reader_screens import (
    data_screen,
    forget_screen,
    forget_sure_screen,
    forgotten_screen,
    privacy_screen,
)
from bot.store import Store
from bot.telegram.handlers.documents import Attachment, send_document
from bot.telegram.middleware.filters import Asks
from bot.telegram.replies.menu import MENU_LANGUAGES
from bot.telegram.replies.reply import Context


async def privacy(_: object, context: Context) -> None:
    """Send what is kept and why."""
    await context.reply.send(privacy_screen(context.reader.language))


async def _export(_: object, context: Context) -> None:
    """Send all that is kept about the reader."""
    await send_document(
        context.reply, await personal_data(context.store, context.reader, context.now)
    )


async def forget(_: object, context: Context) -> None:
    """Ask the first time."""
    await context.reply.send(forget_screen(context.reader.language))


def privacy_view(reader: Subscription, at: Panel) -> Screen:
    """One of the screens about the reader's data."""
    screens = {"data": data_screen, "forget": forget_screen, "sure": forget_sure_screen}
    return screens.get(at.name, privacy_screen)(reader.language)


async def personal_data(store: Store, reader: Subscription, now: datetime) -> Attachment:
    """All that is kept about a reader as JSON."""
    chat = reader.chat_id
    stored = await store.subscriptions.get(chat)
    due = await store.subscriptions.due_at(chat)
    body: dict[str, Any] = {
        "version": 1,
        "exported_at": now.isoformat(),
        "chat_id": chat,
        "settings": stored.model_dump(mode="json") if stored else None,
        "next_digest": due.isoformat() if due else None,
        "saved": [story.model_dump(mode="json") for story in await store.saved.all(chat)],
        "opinions": await store.preferences.all(chat),
        "questions": [
            {"at": one.at.isoformat(), **one.turns[-1]._asdict()}
            for one in await store.answers.all(chat)
        ],
        "own_feed": await store.feeds.exists(chat),
        "sent_stories": list(await store.subscriptions.seen_before(chat, now)),
    }
    text = json.dumps(body, ensure_ascii=False, indent=2)
    caption = panel_messages(reader.language).export_caption
    return Attachment("fortochka-my-data.json", text.encode(), caption)


async def erase(bot: Bot, context: Context) -> None:
    """Remove all that is kept; the receipt is the message under the button, not a new one."""
    reader, reply = context.reader, context.reply
    await reply.toast(panel_messages(reader.language).forgotten)
    await context.store.erasure.erase(reader.chat_id, reply.number)
    await _forget_menu(bot, reader.chat_id)
    await reply.show_farewell(forgotten_screen(reader.language))


async def _forget_menu(bot: Bot, chat_id: int) -> None:
    """Telegram keeps a menu of its own for a chat that has changed its language."""
    for language in MENU_LANGUAGES.values():
        try:
            await bot.delete_my_commands(BotCommandScopeChat(chat_id=chat_id), language)
        except AiogramError:  # it lists commands and says nothing about the reader
            return


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="privacy")
    found.message.register(privacy, Asks("privacy"))
    found.message.register(_export, Asks("export"))
    found.message.register(forget, Asks("forget"))
    return found
