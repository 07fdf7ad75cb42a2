"""Groups and channels as targets: what admins choose in private, and /subscribe in a topic."""

from datetime import datetime, time

from aiogram import Bot, F, Router
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from bot.digest.slots import next_slot
from bot.i18n import owner_messages
from bot.model import Cadence, Screen, Subscription
from bot.screens.callbacks.owner import PLACE_ACTS, Press
from bot.screens.group_screens import placed_screen, said_of
from bot.store import Store
from bot.telegram.handlers import subscribe
from bot.telegram.handlers.membership import ref_of
from bot.telegram.middleware.filters import FromOwner, MayChange, Pressed, is_admin
from bot.telegram.replies.answer import Answer

_HOUR = time(10)
"""When a group or a channel gets its digest, by the clock of the one who chose it."""
MONDAY = 0

_CADENCES: dict[str, Cadence] = {"daily": "daily", "weekly": "weekly"}


async def chosen(
    query: CallbackQuery,
    pressed: Press,
    bot: Bot,
    store: Store,
    owners: frozenset[int],
    reader: Subscription,
    answer: Answer,
    now: datetime,
) -> None:
    """Do what an admin chose for a chat; whoever is not one there changes nothing."""
    chat_id = int(pressed.subject) if pressed.subject.lstrip("-").isdecimal() else 0
    user = query.from_user
    if not chat_id or not await is_admin(bot, chat_id, user.id):
        await answer.toast(owner_messages(reader.language).place_not_admin)
        return
    await answer.toast()
    title, channel = await _title(bot, chat_id)
    if pressed.act == "asked":
        await store.subscriptions.deactivate(chat_id)
        said = owner_messages(reader.language).place_asked
        await answer.show(said_of(said, title))
    elif channel and await store.sources.is_read(await ref_of(store, chat_id)):
        await answer.show(said_of(owner_messages(reader.language).place_own, title))
    else:
        cadence = _CADENCES[pressed.act]
        await answer.show(
            await _publish(store, reader, chat_id, title, cadence, now, channel=channel)
        )


async def _publish(
    store: Store,
    keeper: Subscription,
    chat_id: int,
    title: str,
    cadence: Cadence,
    now: datetime,
    *,
    channel: bool,
) -> Screen:
    """Send digests there from now on; topic and thread of an earlier choice are kept."""
    known = await store.subscriptions.get(chat_id)
    fresh = Subscription(
        chat_id=chat_id, language=keeper.language, zone=keeper.zone, at=_HOUR, channel=channel
    )
    said = {"cadence": cadence, "at": _HOUR, "weekday": MONDAY}
    changes = {**said, "active": True, "keeper": keeper.chat_id}
    target = (known or fresh).model_copy(update=changes)
    due = next_slot(target, now, await store.subscriptions.last_day(chat_id)).at
    if channel:  # what we publish must never come back as news
        await store.sources.rest(await ref_of(store, chat_id), "removed")
    await store.subscriptions.save(target, due)
    return placed_screen(target, title, due, keeper.language)


async def _listen(
    _: CallbackQuery, pressed: Press, bot: Bot, store: Store, reader: Subscription, answer: Answer
) -> None:
    """An owner makes a source of a channel whose admin the bot is."""
    await answer.toast()
    chat_id = int(pressed.subject) if pressed.subject.lstrip("-").isdecimal() else 0
    title, _channel = await _title(bot, chat_id)
    target = await store.subscriptions.get(chat_id)
    d = owner_messages(reader.language)
    if target is not None and target.active:
        await answer.show(said_of(d.loop.replace("{channel}", "«{title}»"), title))
        return
    ref = await ref_of(store, chat_id)
    await store.channels.update(ref, {"title": title})
    await store.sources.listen(ref)
    await answer.show(said_of(d.place_reading, title))


async def here(
    message: Message,
    command: CommandObject,
    store: Store,
    reader: Subscription,
    answer: Answer,
    now: datetime,
) -> None:
    """/subscribe in a group: digests come to the topic of the forum in which it was said."""
    words = (command.args or "").strip()
    at = subscribe.parse_time(words) if words else (reader.at if reader.active else _HOUR)
    if at is None:
        await subscribe.subscribe(message, command, store, reader, answer, now)
        return
    user = message.from_user
    thread = message.message_thread_id if message.is_topic_message else None
    changes = {"thread": thread, "keeper": user.id if user else None}
    placed = reader.model_copy(update=changes)
    await answer.send(await subscribe.begin(store, placed, at, now))


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
    found.message.register(here, Command("subscribe"), in_group, MayChange())
    found.callback_query.register(chosen, Pressed(PLACE_ACTS))
    found.callback_query.register(_listen, Pressed(frozenset({"listen"})), FromOwner())
    return found
