"""/settings, and every change of a setting: kept at once, the next digest moved accordingly."""

from datetime import datetime, time, timedelta

from aiogram import Router
from aiogram.filters import Command

from bot.digest.slots import next_slot
from bot.model import Screen, Subscription
from bot.screens.callbacks.settings import Panel, Set
from bot.screens.settings_screens import (
    alerts_screen,
    often_screen,
    pause_screen,
    settings_screen,
    time_screen,
    with_often,
    zone_screen,
)
from bot.store import Store
from bot.telegram.replies.answer import Answer

_WHEN = ("at", "zone", "cadence", "weekday", "paused_until", "active")


async def settings(
    _: object, store: Store, reader: Subscription, answer: Answer, now: datetime
) -> None:
    """Send the panel."""
    await answer.send(await settings_view(store, reader, Panel("settings"), now))


async def settings_view(store: Store, reader: Subscription, at: Panel, now: datetime) -> Screen:
    """The panel, or the screen of one choice."""
    match at.name:
        case "time":
            return time_screen(reader, now)
        case "zone":
            return zone_screen(reader, now, at.page)
        case "often":
            return often_screen(reader)
        case "alerts":
            return alerts_screen(reader)
        case "pause":
            return pause_screen(reader)
        case _:
            due = await store.subscriptions.due_at(reader.chat_id)
            return settings_screen(reader, due, now)


async def keep(
    store: Store, before: Subscription, changed: Subscription, now: datetime
) -> datetime | None:
    """Store a reader as changed; when the next digest is due, ``None`` for no digests.

    A digest that is due right now is not lost by a change that is not about its time.
    """
    due = await store.subscriptions.due_at(changed.chat_id) if before.active else None
    same = all(getattr(before, name) == getattr(changed, name) for name in _WHEN)
    if not changed.active:
        due = None
    elif due is None or not same:
        start = max(now, changed.paused_until or now)
        last = await store.subscriptions.last_day(changed.chat_id)
        due = next_slot(changed, start, last).at
    await store.subscriptions.save(changed, due)
    return due


async def apply(store: Store, reader: Subscription, chosen: Set, now: datetime) -> Screen:
    """Keep what a button sets and show where it was chosen, or the panel."""
    changed = changed_by(reader, chosen, now)
    due = await keep(store, reader, changed, now)
    if chosen.name in ("often", "weekday", "cap", "night"):
        where = Panel("alerts" if chosen.name in ("cap", "night") else "often")
        return await settings_view(store, changed, where, now)
    return settings_screen(changed, due, now)


def changed_by(reader: Subscription, chosen: Set, now: datetime) -> Subscription:
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


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="settings")
    found.message.register(settings, Command("settings"))
    return found
