"""The digest of a group or a channel, set by its admins in private; each tap asks who they are."""

from datetime import time
from typing import NamedTuple

from aiogram import Bot, Router
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
)
from aiogram.types import CallbackQuery

from bot.digest.slots import next_slot
from bot.i18n import owner_messages
from bot.model import Cadence, Screen, Subscription
from bot.screens.callbacks.groups import GroupAct
from bot.screens.callbacks.owner import PLACE_ACTS, Press
from bot.screens.callbacks.pages import Follow, Subscribe, Unsubscribe
from bot.screens.callbacks.settings import Erase, Panel, Pick, Set, ZoneClock
from bot.screens.group_screens import (
    for_group,
    forget_group_screen,
    group_settings_screen,
    said_of,
)
from bot.screens.settings_screens import places_screen, zone_screen
from bot.telegram.handlers.chats.membership import ref_of
from bot.telegram.handlers.screen_router import pick_view
from bot.telegram.handlers.settings import (
    follow_topic,
    note_question,
    pick_topic,
    save_reader,
    settings_view,
    with_setting,
)
from bot.telegram.middleware.filters import FromOwner, Pressed, is_admin
from bot.telegram.replies.composers import plain_view
from bot.telegram.replies.reply import Context

GROUP_HOUR = time(10)
"""When a group or a channel gets its digest, by the clock of the one who chose it."""

_MONDAY = 0
_CADENCES: dict[str, Cadence] = {"daily": "daily", "weekly": "weekly"}
_SETTINGS = Panel("settings")


class _Chat(NamedTuple):
    """A group or a channel, under the number that it has now."""

    id: int
    title: str
    channel: bool


async def publish_in_chat(
    query: CallbackQuery,
    pressed: Press,
    bot: Bot,
    context: Context,
) -> None:
    """Do what an admin chose for a chat; whoever is not one there changes nothing."""
    reply = context.reply
    chat_id = int(pressed.subject) if pressed.subject.lstrip("-").isdecimal() else 0
    chat = await _administered(bot, chat_id, query.from_user.id)
    if chat is None:
        await reply.toast(owner_messages(context.reader.language).place_not_admin)
        return
    await reply.toast()
    target = await _target(context, chat)
    if pressed.act == "asked":
        await reply.show(await _stop(context, chat, target))
        return
    if not target.active:
        chosen = {"at": GROUP_HOUR, "weekday": _MONDAY}
        target = target.model_copy(update=chosen)
    change = {"cadence": _CADENCES[pressed.act], "weekly": False}
    await reply.show(await _publish(context, chat, target.model_copy(update=change)))


async def set_group(query: CallbackQuery, about: GroupAct, bot: Bot, context: Context) -> None:
    """Do or show what an admin's button says about a chat."""
    reply = context.reply
    chat = await _administered(bot, about.chat_id, query.from_user.id)
    if chat is None:
        await reply.toast(owner_messages(context.reader.language).place_not_admin)
        return
    await reply.toast()
    await reply.show(await _apply(context, chat, about))


async def group_settings_view(bot: Bot, context: Context, about: GroupAct, person: int) -> Screen:
    """What an admin of a chat wrote, or came by a link, to see or set; anybody else is told so."""
    chat = await _administered(bot, about.chat_id, person)
    if chat is None:
        said = owner_messages(context.reader.language).place_not_admin
        return plain_view(context.reader, said)
    return await _apply(context, chat, about)


async def _apply(context: Context, chat: _Chat, about: GroupAct) -> Screen:
    target = await _target(context, chat)
    there = context.as_reader(target)
    panel: Panel | ZoneClock = _SETTINGS
    match about.what:
        case Subscribe():
            return await _publish(context, chat, target)
        case Unsubscribe():
            return await _stop(context, chat, target)
        case Erase():
            await context.store.erasure.erase(chat.id, context.reply.number)
            return said_of(owner_messages(context.reader.language).place_forgotten, chat.title)
        case Follow(topic):
            changed = await follow_topic(there, topic, on=False)
        case Pick(page=page):
            changed, panel = await pick_topic(there, about.what), Panel("pick", page)
        case Set(name):
            changed = with_setting(target, about.what, context.now)
            await save_reader(there, changed)
            panel = Panel("often") if name in ("often", "weekday") else _SETTINGS
        case Panel() | ZoneClock():
            changed, panel = target, about.what
    return await _panel(context, chat, changed, panel)


async def _panel(
    context: Context, chat: _Chat, target: Subscription, at: Panel | ZoneClock
) -> Screen:
    """One screen of a chat's settings, in the words of the one who sets it."""
    language = context.reader.language
    shown = context.as_reader(target.model_copy(update={"language": language}))
    if isinstance(at, ZoneClock):
        places = places_screen(shown.reader, context.now, at)
        screen = places or zone_screen(shown.reader, context.now)
        return for_group(screen, target, chat.title, language)
    await note_question(context, at, GroupAct(abs(chat.id), at).data)
    match at.name:
        case "time" | "zone" | "often":
            screen = await settings_view(shown, at)
        case "pick":
            screen = await pick_view(shown, at.page)
        case "forget":
            return forget_group_screen(target, chat.title, language)
        case _:
            due = await context.store.subscriptions.due_at(chat.id) if target.active else None
            return group_settings_screen(target, chat.title, due, language)
    return for_group(screen, target, chat.title, language)


async def _publish(context: Context, chat: _Chat, target: Subscription) -> Screen:
    """Send digests there from now on; what was chosen before is kept."""
    store, reader = context.store, context.reader
    if chat.channel and await store.sources.is_read(await ref_of(store, chat.id)):
        return said_of(owner_messages(reader.language).place_own, chat.title)
    changes = {"active": True, "keeper": reader.chat_id, "left": False, "paused_until": None}
    target = target.model_copy(update=changes)
    due = next_slot(target, context.now, await store.subscriptions.last_day(chat.id)).at
    if chat.channel:  # what we publish must never come back as news
        await store.sources.rest(await ref_of(store, chat.id), "removed")
    await store.subscriptions.save(target, due)
    return group_settings_screen(target, chat.title, due, reader.language)


async def _stop(context: Context, chat: _Chat, target: Subscription) -> Screen:
    await context.store.subscriptions.deactivate(chat.id)
    stopped = target.model_copy(update={"active": False})
    return group_settings_screen(stopped, chat.title, None, context.reader.language)


async def _target(context: Context, chat: _Chat) -> Subscription:
    """What the chat gets, or would get, by its present name."""
    reader = context.reader
    known = await context.store.subscriptions.get(chat.id)
    fresh = Subscription(
        chat_id=chat.id,
        language=reader.language,
        zone=reader.zone,
        at=GROUP_HOUR,
        active=False,
        channel=chat.channel,
    )
    found = known or fresh
    changes = {"title": chat.title, "keeper": found.keeper or reader.chat_id}
    return found.model_copy(update=changes)


async def _listen(_: CallbackQuery, pressed: Press, bot: Bot, context: Context) -> None:
    """An owner makes a source of a channel whose admin the bot is."""
    store, reply = context.store, context.reply
    await reply.toast()
    chat_id = int(pressed.subject) if pressed.subject.lstrip("-").isdecimal() else 0
    chat = await _chat(bot, chat_id)
    target = await store.subscriptions.get(chat_id)
    d = owner_messages(context.reader.language)
    if target is not None and target.active:
        await reply.show(said_of(d.loop.replace("{channel}", "«{title}»"), chat.title))
        return
    ref = await ref_of(store, chat_id)
    await store.channels.update(ref, {"title": chat.title})
    await store.sources.listen(ref)
    await reply.show(said_of(d.place_reading, chat.title))


async def _administered(bot: Bot, chat_id: int, person: int) -> _Chat | None:
    """The chat, if the person is an admin there, also where a group became a supergroup."""
    if chat_id >= 0:
        return None
    try:
        admin = await is_admin(bot, chat_id, person)
    except TelegramMigrateToChat as error:
        return await _administered(bot, error.migrate_to_chat_id, person)
    return await _chat(bot, chat_id) if admin else None


async def _chat(bot: Bot, chat_id: int) -> _Chat:
    try:
        found = await bot.get_chat(chat_id)
    except (TelegramBadRequest, TelegramForbiddenError):
        return _Chat(chat_id, str(chat_id), channel=False)
    return _Chat(chat_id, found.title or str(chat_id), found.type == "channel")


async def _about_group(query: CallbackQuery) -> bool | dict[str, GroupAct]:
    """Filter: buttons about a group or a channel."""
    found = GroupAct.parse(query.data or "")
    return {"about": found} if found else False


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="group settings")
    found.callback_query.register(publish_in_chat, Pressed(PLACE_ACTS))
    found.callback_query.register(set_group, _about_group)
    found.callback_query.register(_listen, Pressed(frozenset({"listen"})), FromOwner())
    return found
