"""/subscribe [HH:MM] and /unsubscribe, as commands and as buttons."""

from datetime import time

from aiogram import Router
from aiogram.filters import CommandObject

from bot.digest.slots import next_slot
from bot.digest.time_zones import zone_title
from bot.i18n import messages
from bot.model import Screen, Subscription
from bot.screens.rich_text import inert
from bot.telegram.middleware.filters import Asks
from bot.telegram.replies.composers import clock_of, plain_view, subscribed_view, unsubscribed_view
from bot.telegram.replies.reply import Context
from bot.telegram.words.clock_times import parse_time

_SHOWN = 40  # units of a text that was not understood


async def subscribe(
    _: object,
    command: CommandObject,
    context: Context,
) -> None:
    """Start digests at that time, or at the one known."""
    await subscribe_at((command.args or "").strip(), context)


async def subscribe_at(words: str, context: Context) -> None:
    """Start digests at the time that the words are, or without any at the one known."""
    reader, reply = context.reader, context.reply
    at = parse_time(words) if words else reader.at
    if at is None:
        await reply.send(bad_time(reader, words))
    elif reader.active and not words:
        await reply.send(_already(reader))
    else:
        await reply.send(await start_digests(context, at))


async def start_digests(context: Context, at: time) -> Screen:
    """Store the reader as active; the next digest is later than the last one sent."""
    reader = context.reader
    back = reader.left and not reader.active
    change = {"at": at, "active": True, "left": False, "paused_until": None}
    chosen = reader.model_copy(update=change)
    due = next_slot(
        chosen, context.now, await context.store.subscriptions.last_day(reader.chat_id)
    ).at
    await context.store.subscriptions.save(chosen, due)
    head = messages(reader.language).welcome_back if back else ""
    return subscribed_view(chosen, due, context.now, head)


async def unsubscribe(_: object, context: Context) -> None:
    """Stop digests, keep the settings."""
    await context.reply.send(await stop_digests(context))


async def stop_digests(context: Context) -> Screen:
    """Store the reader as inactive; who wants no digests wants no alerts, either."""
    store, reader = context.store, context.reader
    p = messages(reader.language)
    if reader.alerts:
        due = await store.subscriptions.due_at(reader.chat_id) if reader.active else None
        await store.subscriptions.save(reader.model_copy(update={"alerts": ()}), due)
    await store.subscriptions.deactivate(reader.chat_id)
    return unsubscribed_view(reader, p.unsubscribed if reader.active else p.not_subscribed)


def bad_time(reader: Subscription, words: str) -> Screen:
    """That the words are no time, and how to write one."""
    text = messages(reader.language).bad_time.format(text=inert(words, _SHOWN))
    return plain_view(reader, text)


def _already(reader: Subscription) -> Screen:
    text, zone = (
        messages(reader.language).already_subscribed,
        zone_title(reader.zone, reader.language),
    )
    return plain_view(reader, text.format(time=clock_of(reader), zone=zone))


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="subscribe")
    found.message.register(subscribe, Asks("subscribe"))
    found.message.register(unsubscribe, Asks("unsubscribe"))
    return found
