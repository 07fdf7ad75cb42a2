"""Taps: every one is answered; what is old, foreign or forged brings a fresh screen."""

from datetime import datetime

from aiogram import Bot, Router
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from bot.model import Language, Screen, Subscription
from bot.phrases import phrases
from bot.publish.buttons import Callback, SetLanguage, Subscribe, Unsubscribe, parse_callback
from bot.store import Store
from bot.telegram.answers import Answer
from bot.telegram.readers import ZONES
from bot.telegram.rights import MayChange
from bot.telegram.subscribe import begin, end
from bot.telegram.views import greeting, view

Changing = Subscribe | Unsubscribe | SetLanguage


async def tap(
    query: CallbackQuery,
    bot: Bot,
    store: Store,
    reader: Subscription,
    answer: Answer,
    now: datetime,
) -> None:
    """Answer at once, then redraw in place."""
    callback = parse_callback(query.data or "")
    p = phrases(reader.language)
    if isinstance(callback, Changing):
        if not await MayChange()(query, bot):
            await answer.toast(p.not_allowed)
            return
        await answer.toast()
        await answer.show(await _change(store, _as_shown(query, reader), callback, now))
        return
    screen = await view(store, reader, callback, now) if callback else None
    await answer.toast("" if screen else p.old_button)
    await answer.show(screen or await _fresh(store, reader, callback, now))


async def _change(store: Store, reader: Subscription, callback: Changing, now: datetime) -> Screen:
    match callback:
        case Subscribe():
            return await begin(store, reader, reader.at, now)
        case Unsubscribe():
            return await end(store, reader)
        case SetLanguage(language):
            return await _speak(store, reader, language, now)


async def _speak(store: Store, reader: Subscription, language: Language, now: datetime) -> Screen:
    """The greeting in that language; a subscriber keeps it."""
    changed = reader.model_copy(update={"language": language})
    due = await store.subscriptions.due_at(reader.chat_id)
    if reader.active and due:
        await store.subscriptions.save(changed, due)
    elif not reader.active and reader.zone in ZONES.values():
        changed = changed.model_copy(update={"zone": ZONES[language]})
    return await greeting(store, changed, now)


async def _fresh(
    store: Store, reader: Subscription, callback: Callback | None, now: datetime
) -> Screen:
    """Where the lost screen led back to, else the greeting."""
    back = getattr(callback, "back", None)
    return (await view(store, reader, back, now) if back else None) or await greeting(
        store, reader, now
    )


def _as_shown(query: CallbackQuery, reader: Subscription) -> Subscription:
    """A stranger speaks the language of the screen: the one that it does not offer to change to.

    Strangers are not stored, so their choice of a language lives in the message itself.
    """
    markup = query.message.reply_markup if isinstance(query.message, Message) else None
    offered = _offered(markup) if markup and not reader.active else None
    if offered is None:
        return reader
    shown: Language = "en" if offered == "ru" else "ru"
    zone = ZONES[shown] if reader.zone in ZONES.values() else reader.zone
    return reader.model_copy(update={"language": shown, "zone": zone})


def _offered(markup: InlineKeyboardMarkup) -> Language | None:
    found = (parse_callback(b.callback_data or "") for row in markup.inline_keyboard for b in row)
    return next((item.language for item in found if isinstance(item, SetLanguage)), None)


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="buttons")
    found.callback_query.register(tap)
    return found
