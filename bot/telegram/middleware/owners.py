"""Gives handlers the owners; and the one-time link that makes the first owner."""

import re
from typing import Any

import structlog
from aiogram import BaseMiddleware, Bot
from aiogram.types import Message, TelegramObject, Update

from bot.i18n import owner_messages
from bot.model import Screen
from bot.store import Store
from bot.store.readers.owners import OWNER_LINK
from bot.telegram.handlers.owner import introduce_to_owners
from bot.telegram.handlers.registry.suggestions import tell_of_suggestions
from bot.telegram.middleware.readers import Handler
from bot.telegram.replies.reply import Context

log = structlog.get_logger()

_LINK = re.compile(rf"/start(?:@\w+)?\s+{OWNER_LINK}([\w-]{{1,64}})", re.ASCII)


class OwnersMiddleware(BaseMiddleware):
    """Gives handlers ``owners``: whom the settings name, else whom the store knows."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Handle the event."""
        store: Store = data["store"]
        data["owners"] = await store.owners.all()
        return await handler(event, data)


class ClaimMiddleware(BaseMiddleware):
    """Makes an owner of whoever comes by the one-time link while the bot has none.

    It stands before access is asked for, since nobody could let that person in.
    """

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Answer the link, or handle the event; with an owner the link is a plain /start."""
        code = _code(event)
        if not isinstance(event, Message) or event.from_user is None or not code:
            return await handler(event, data)
        owners: frozenset[int] = data["owners"]
        person = event.from_user.id
        if owners and person not in owners:
            return await handler(event, data)
        return await _claim(data, code, person)


async def _claim(data: dict[str, Any], code: str, person: int) -> None:
    store: Store = data["store"]
    bot: Bot = data["bot"]
    update: Update = data["event_update"]
    context: Context = data["context"]
    d = owner_messages(context.reader.language)
    if not await store.owners.claim(code, person, update.update_id):
        log.warning("wrong owner code")
        await context.reply.send(Screen(text=d.owner_bad_code))
        return
    log.info("owner made", owners=len(await store.owners.all()))
    await context.reply.send(Screen(text=d.owner_made))
    await introduce_to_owners(bot, store)
    await tell_of_suggestions(context)


def _code(event: TelegramObject) -> str:
    """What stands in the link, where a person sent it in private; else nothing."""
    if not isinstance(event, Message) or event.chat.type != "private" or event.forward_origin:
        return ""
    found = _LINK.fullmatch((event.text or "").strip())
    return found[1] if found else ""
