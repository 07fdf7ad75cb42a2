"""Digests in groups and channels: set up by admins in private, and /subscribe in a forum topic."""

from datetime import time

from aiogram import Bot, F, Router
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from bot.digest.slots import next_slot
from bot.i18n import owner_messages
from bot.model import Cadence, Screen, Subscription
from bot.screens.callbacks.owner import PLACE_ACTS, Press
from bot.screens.group_screens import placed_screen, said_of
from bot.telegram.handlers import subscribe
from bot.telegram.handlers.membership import ref_of
from bot.telegram.middleware.filters import FromOwner, MayChange, Pressed, is_admin
from bot.telegram.replies.reply import Context
from bot.telegram.words.clock_times import parse_time

_HOUR = time(10)
"""When a group or a channel gets its digest, by the clock of the one who chose it."""
MONDAY = 0

_CADENCES: dict[str, Cadence] = {"daily": "daily", "weekly": "weekly"}


async def publish_in_chat(
    query: CallbackQuery,
    pressed: Press,
    bot: Bot,
    context: Context,
    owners: frozenset[int],
) -> None:
    """Do what an admin chose for a chat; whoever is not one there changes nothing."""
    store, reader, reply = context.store, context.reader, context.reply
    chat_id = int(pressed.subject) if pressed.subject.lstrip("-").isdecimal() else 0
    user = query.from_user
    if not chat_id or not await is_admin(bot, chat_id, user.id):
        await reply.toast(owner_messages(reader.language).place_not_admin)
        return
    await reply.toast()
    title, channel = await _title(bot, chat_id)
    if pressed.act == "asked":
        await store.subscriptions.deactivate(chat_id)
        said = owner_messages(reader.language).place_asked
        await reply.show(said_of(said, title))
    elif channel and await store.sources.is_read(await ref_of(store, chat_id)):
        await reply.show(said_of(owner_messages(reader.language).place_own, title))
    else:
        cadence = _CADENCES[pressed.act]
        await reply.show(await _publish(context, chat_id, title, cadence, channel=channel))


async def _publish(
    context: Context,
    chat_id: int,
    title: str,
    cadence: Cadence,
    *,
    channel: bool,
) -> Screen:
    """Send digests there from now on; topic and thread of an earlier choice are kept."""
    store, reader = context.store, context.reader
    known = await store.subscriptions.get(chat_id)
    fresh = Subscription(
        chat_id=chat_id,
        language=reader.language,
        zone=reader.zone,
        at=_HOUR,
        channel=channel,
    )
    said = {"cadence": cadence, "at": _HOUR, "weekday": MONDAY}
    changes = {**said, "active": True, "keeper": reader.chat_id}
    target = (known or fresh).model_copy(update=changes)
    due = next_slot(target, context.now, await store.subscriptions.last_day(chat_id)).at
    if channel:  # what we publish must never come back as news
        await store.sources.rest(await ref_of(store, chat_id), "removed")
    await store.subscriptions.save(target, due)
    return placed_screen(target, title, due, reader.language)


async def _listen(_: CallbackQuery, pressed: Press, bot: Bot, context: Context) -> None:
    """An owner makes a source of a channel whose admin the bot is."""
    store, reply = context.store, context.reply
    await reply.toast()
    chat_id = int(pressed.subject) if pressed.subject.lstrip("-").isdecimal() else 0
    title, _channel = await _title(bot, chat_id)
    target = await store.subscriptions.get(chat_id)
    d = owner_messages(context.reader.language)
    if target is not None and target.active:
        await reply.show(said_of(d.loop.replace("{channel}", "«{title}»"), title))
        return
    ref = await ref_of(store, chat_id)
    await store.channels.update(ref, {"title": title})
    await store.sources.listen(ref)
    await reply.show(said_of(d.place_reading, title))


async def subscribe_group(
    message: Message,
    command: CommandObject,
    context: Context,
) -> None:
    """/subscribe in a group: digests come to the topic of the forum in which it was said."""
    reader = context.reader
    words = (command.args or "").strip()
    at = parse_time(words) if words else (reader.at if reader.active else _HOUR)
    if at is None:
        await subscribe.subscribe(message, command, context)
        return
    user = message.from_user
    thread = message.message_thread_id if message.is_topic_message else None
    changes = {"thread": thread, "keeper": user.id if user else None}
    placed = reader.model_copy(update=changes)
    await context.reply.send(await subscribe.start_digests(context.as_reader(placed), at))


async def _title(bot: Bot, chat_id: int) -> tuple[str, bool]:
    """A chat's title, and whether it is a channel."""
    try:
        chat = await bot.get_chat(chat_id)
    except (TelegramBadRequest, TelegramForbiddenError):
        return str(chat_id), False
    return chat.title or str(chat_id), chat.type == "channel"


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="groups")
    in_group = F.chat.type.in_({"group", "supergroup"})
    found.message.register(subscribe_group, Command("subscribe"), in_group, MayChange())
    found.callback_query.register(publish_in_chat, Pressed(PLACE_ACTS))
    found.callback_query.register(_listen, Pressed(frozenset({"listen"})), FromOwner())
    return found
