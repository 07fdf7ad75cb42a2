"""/settings, and every change of a setting: kept at once, the next digest moved accordingly."""

from datetime import datetime, time, timedelta

from aiogram import Router

from bot.i18n import owner_messages
from bot.model import QuietTopic, Screen, Subscription
from bot.publish.reader_changes import keep_changed, with_topic
from bot.screens.callbacks.pages import button
from bot.screens.callbacks.settings import Panel, Pick, Set
from bot.screens.group_screens import chats_screen
from bot.screens.settings_screens import (
    alerts_screen,
    cards_screen,
    language_screen,
    length_screen,
    often_screen,
    pause_screen,
    settings_screen,
    time_screen,
    with_often,
    zone_screen,
)
from bot.taxonomy.topics import Topic
from bot.telegram.handlers.own_feed import has_feeds
from bot.telegram.middleware.filters import Asks
from bot.telegram.replies.reply import Context

QUESTIONS = ("time", "zone", "ask")
"""Screens whose question may be answered in words."""


async def settings(_: object, context: Context) -> None:
    """Send the panel."""
    await context.reply.send(await settings_view(context, Panel("settings")))


async def settings_view(context: Context, at: Panel) -> Screen:
    """The panel, or the screen of one choice."""
    reader, now = context.reader, context.now
    await note_question(context, at, at.data)
    match at.name:
        case "time":
            return time_screen(reader, now)
        case "zone":
            return zone_screen(reader, now, at.page)
        case "often":
            return often_screen(reader)
        case "length":
            return length_screen(reader)
        case "language":
            return language_screen(reader)
        case "cards":
            return cards_screen(reader)
        case "alerts":
            return alerts_screen(reader, now)
        case "pause":
            return pause_screen(reader)
        case "chats":
            kept = await context.store.subscriptions.kept_by(reader.chat_id)
            return chats_screen(kept, reader.language)
        case _:
            due = await context.store.subscriptions.due_at(reader.chat_id)
            panel = settings_screen(reader, due, now, feeds=has_feeds(context))
            return await _with_chats(context, panel)


async def note_question(context: Context, at: Panel, asked: str) -> None:
    """Remember a question that may be answered in words; ``asked`` is its button's data.

    Who goes back to the settings has answered it, or does not want to.
    """
    pending, person = context.store.pending_actions, context.reader.chat_id
    if at.name in QUESTIONS and person > 0:
        await pending.ask(person, asked)
    elif at.name == "settings":
        await pending.answered(person)


async def save_reader(context: Context, changed: Subscription) -> datetime | None:
    """Store a reader as changed; when the next digest is due, ``None`` for no digests."""
    return await keep_changed(context.store, context.reader, changed, context.now)


async def apply_setting(context: Context, chosen: Set) -> Screen:
    """Keep what a button sets and show where it was chosen, or the panel."""
    changed = with_setting(context.reader, chosen, context.now)
    await save_reader(context, changed)
    where = Panel("settings")
    if chosen.name in ("often", "weekday", "cap", "night"):
        where = Panel("alerts" if chosen.name in ("cap", "night") else "often")
    return await settings_view(context.as_reader(changed), where)


async def _with_chats(context: Context, screen: Screen) -> Screen:
    """The panel, with the way to groups and channels for who keeps the digest of any."""
    reader = context.reader
    if not await context.store.subscriptions.kept_by(reader.chat_id):
        return screen
    row = (button(owner_messages(reader.language).place_list_button, Panel("chats")),)
    return screen.model_copy(update={"buttons": (*screen.buttons[:-1], row, screen.buttons[-1])})


def with_setting(reader: Subscription, chosen: Set, now: datetime) -> Subscription:
    """The reader with one setting changed."""
    value = chosen.value
    match chosen.name:
        case "often":
            return with_often(reader, value)
        case "time":
            change: dict[str, object] = {"at": time(int(value[:2]), int(value[2:]))}
        case "weekday":
            change = {"weekday": int(value)}
        case "cap":
            change = {"alert_cap": int(value)}
        case "pause":
            days = int(value)
            change = {"paused_until": now + timedelta(days=days) if days else None}
        case "night":
            change = {"at_night": value}
        case _:
            change = {chosen.name: value}
    return reader.model_copy(update=change)


async def follow_topic(context: Context, topic: Topic, on: bool) -> Subscription:
    """Keep that the reader wants alerts about a topic, or no more; also of who has no digest."""
    reader = context.reader
    loud = tuple(one for one in reader.quiet if one.topic != topic)
    change = {"alerts": with_topic(reader.alerts, topic, on), "quiet": loud}
    changed = reader.model_copy(update=change)
    await save_reader(context, changed)
    return changed


async def quieten_topic(
    context: Context, topic: Topic, until: datetime | None = None
) -> Subscription:
    """Keep that a topic brings no alerts until then, or brings them again."""
    reader, now = context.reader, context.now
    quiet = [one for one in reader.quiet if one.topic != topic and one.until > now]
    if until:
        quiet.append(QuietTopic(topic=topic, until=until))
    changed = reader.model_copy(update={"quiet": tuple(quiet)})
    await save_reader(context, changed)
    return changed


async def pick_topic(context: Context, chosen: Pick) -> Subscription:
    """Keep which topics the digest has; none chosen means all."""
    topics = with_topic(context.reader.topics, chosen.topic, chosen.on) if chosen.topic else ()
    changed = context.reader.model_copy(update={"topics": topics})
    await save_reader(context, changed)
    return changed


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="settings")
    found.message.register(settings, Asks("settings"))
    return found
