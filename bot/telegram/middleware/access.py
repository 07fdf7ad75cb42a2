"""Access control: everybody, people with an invitation, or people on a list."""

import re
from typing import Any

from aiogram import BaseMiddleware, Bot, F, Router
from aiogram.filters import CommandObject
from aiogram.types import CallbackQuery, InlineQuery, Message, TelegramObject, User

from bot.i18n import owner_messages
from bot.model import Screen
from bot.publish.reader_changes import is_let_in
from bot.screens.owner_screens import owner_line
from bot.store import Store
from bot.telegram.middleware.filters import Asks, FromOwner
from bot.telegram.middleware.readers import Handler
from bot.telegram.replies.deployment import Deployment
from bot.telegram.replies.reply import Context

MOST_USES = 100
_PREFIX = "i_"
"""What the payload of a link begins with that carries an invitation."""

_CODE = re.compile(rf"(?:/start(?:@\w+)?\s+)?(?:{_PREFIX})?([0-9a-f]{{16}})", re.ASCII)


class AccessMiddleware(BaseMiddleware):
    """Lets an event through when its person may use the bot; others learn how they could.

    Whoever is subscribed stays, and so does a group that gets a digest; the denied are out in
    every mode and are not answered.
    """

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Handle the event, redeem the code in it, or refuse."""
        user = _person(event, data)
        store: Store = data["store"]
        owners: frozenset[int] = data["owners"]
        if user is not None and user.id in owners:
            return await handler(event, data)
        if user is not None and await store.access.is_denied(user.id):
            return None
        if _asks_id(event) or await _known(user, data):
            return await handler(event, data)
        return await _redeem_or_refuse(handler, event, data, user) if user else None


def _person(event: TelegramObject, data: dict[str, Any]) -> User | None:
    """Who it is; nobody where a group or a channel speaks, whatever account stands for it."""
    if isinstance(event, Message) and event.sender_chat:
        return None
    user: User | None = data.get("event_from_user")
    return user


def _asks_id(event: TelegramObject) -> bool:
    """True for /id, which whoever is to be let in needs before."""
    said = (event.text or "") if isinstance(event, Message) else ""
    return re.fullmatch(r"/id(?:@\w+)?", said.strip(), re.ASCII) is not None


async def _known(user: User | None, data: dict[str, Any]) -> bool:
    """True in a chat that gets digests, and for a person who was let in."""
    context: Context = data["context"]
    running: Deployment = data["running"]
    if running.access == "public" or context.reader.active:
        return True
    if user is None:
        return False
    return await is_let_in(context.store, user.id, running.access, running.allowed)


async def _redeem_or_refuse(
    handler: Handler, event: TelegramObject, data: dict[str, Any], user: User
) -> Any:
    """Someone who may not yet: a valid code opens, anything else is answered with the way in."""
    context: Context = data["context"]
    d, running = owner_messages(context.reader.language), data["running"]
    in_group = context.reader.chat_id < 0
    if isinstance(event, InlineQuery) or (in_group and not isinstance(event, CallbackQuery)):
        return None
    text = d.access_allowlist.format(user=user.id)
    if running.access == "invite":
        text = d.access_invite
        found = _CODE.fullmatch((event.text or "").strip()) if isinstance(event, Message) else None
        if found and await data["store"].access.redeem(found[1], user.id):
            return await handler(_started(event), data)
        text = d.access_bad_code if found else text
    if isinstance(event, CallbackQuery):
        await context.reply.toast(text)
    else:
        await context.reply.send(Screen(text=text))
    return None


def _started(event: TelegramObject) -> TelegramObject:
    """The message as a plain /start: what it said was the code."""
    return event.model_copy(update={"text": "/start", "entities": None})


async def _invite(
    _: object,
    command: CommandObject,
    bot: Bot,
    context: Context,
) -> None:
    """/invite [people]: a link that admits one person, or so many."""
    words = (command.args or "").strip()
    uses = min(int(words), MOST_USES) if words.isdecimal() and int(words) else 1
    code = await context.store.access.invite(uses)
    link = f"https://t.me/{(await bot.me()).username}?start={_PREFIX}{code}"
    language = context.reader.language
    made = owner_messages(language).invite_made.format(uses=uses, link=link)
    await context.reply.send(owner_line(made, language))


async def allow(_: object, command: CommandObject, context: Context) -> None:
    """/allow ID and /deny ID: let a person in, or keep one out."""
    store, reader, reply = context.store, context.reader, context.reply
    d, words = owner_messages(reader.language), (command.args or "").strip()
    if not re.fullmatch(r"[1-9][0-9]{0,18}", words):
        await reply.send(owner_line(d.allow_usage, reader.language))
        return
    if command.command.casefold() == "allow":
        await store.access.admit(int(words))
        await reply.send(owner_line(d.allowed.format(user=words), reader.language))
        return
    await store.access.deny(int(words))
    await store.subscriptions.deactivate(int(words))
    await store.feeds.end(int(words))
    await reply.send(owner_line(d.denied.format(user=words), reader.language))


async def tell_id(message: Message, context: Context) -> None:
    """/id: the number of whoever asks, as ``ADMIN_IDS``, ``ALLOWED_IDS`` and /allow take it."""
    speaker = message.sender_chat or message.from_user
    if speaker is not None:
        text = owner_messages(context.reader.language).own_id.format(user=speaker.id)
        await context.reply.send(Screen(text=text))


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="access")
    found.message.register(_invite, Asks("invite"), FromOwner())
    found.message.register(allow, Asks("allow", "deny"), FromOwner())
    found.message.register(tell_id, Asks("id"), F.text)
    return found
