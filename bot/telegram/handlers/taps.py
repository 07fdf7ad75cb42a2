"""Taps: every one is answered; what is old, foreign or forged brings a fresh screen."""

from datetime import datetime

import structlog
from aiogram import Bot, Router
from aiogram.types import CallbackQuery

from bot.i18n import messages, panel_messages
from bot.model import Language, Subscription
from bot.screens.callbacks.pages import (
    Callback,
    Follow,
    SetLanguage,
    StoryCard,
    Subscribe,
    TopicPage,
    Unsubscribe,
    parse_callback,
)
from bot.screens.callbacks.settings import (
    Erase,
    Export,
    File,
    Panel,
    PanelCallback,
    Pick,
    Set,
    StoryAct,
    parse_panel,
)
from bot.screens.digest_pages import topic_title
from bot.store import Store
from bot.store.errors import StoreUnavailable
from bot.telegram.handlers import documents, privacy
from bot.telegram.handlers.follow import follow, pick
from bot.telegram.handlers.saved import act
from bot.telegram.handlers.screen_router import screen_of
from bot.telegram.handlers.settings import apply, keep
from bot.telegram.handlers.subscribe import begin, end
from bot.telegram.middleware.filters import MayChange
from bot.telegram.middleware.readers import ZONE_BY_LANGUAGE
from bot.telegram.replies.answer import Answer, TapResult
from bot.telegram.replies.composers import greeting, topic_view
from bot.telegram.replies.menu import address

log = structlog.get_logger()
Any_ = Callback | PanelCallback
Changing = Subscribe | Unsubscribe | SetLanguage | Follow | Set | Pick | StoryAct
Sending = File | Export


async def tap(
    query: CallbackQuery,
    bot: Bot,
    store: Store,
    reader: Subscription,
    answer: Answer,
    now: datetime,
) -> None:
    """Answer at once, then redraw in place."""
    data = query.data or ""
    callback = parse_callback(data) or parse_panel(data)
    if _acts(callback) and not await MayChange()(query, bot):
        await answer.toast(messages(reader.language).only_admins)
        return
    match callback:
        case Erase():
            await privacy.erase(bot, store, reader, answer)
        case Export():
            await answer.toast(panel_messages(reader.language).sending)
            await documents.send_document(answer, await privacy.everything(store, reader, now))
        case File() if callback.how:
            await _send_file(store, reader, answer, callback, now)
        case _:
            turn = await _turn(store, reader, callback, now)
            await answer.toast(turn.said)
            await answer.show(turn.screen)
            await _attend(store, reader, answer, callback, now)
            if _speaks(callback):
                await address(bot, store, reader.chat_id)


async def _attend(
    store: Store, reader: Subscription, answer: Answer, callback: Any_ | None, now: datetime
) -> None:
    """Note which story the message shows now, for thumbs under it, and who looked at one."""
    story = callback.story if isinstance(callback, StoryCard | StoryAct) else None
    message = answer.query.message if answer.query else None
    if message is not None:
        await store.reactions.shows(reader.chat_id, message.message_id, story)
    if story and reader.chat_id > 0:
        await store.open_rate.opened(reader.chat_id, now.date())


def _acts(callback: Any_ | None) -> bool:
    """True for what not everybody in a group may do."""
    return isinstance(callback, Changing | Erase | Export) or (
        isinstance(callback, File) and bool(callback.how)
    )


def _speaks(callback: Any_ | None) -> bool:
    return isinstance(callback, SetLanguage) or (
        isinstance(callback, Set) and callback.name == "language"
    )


async def _send_file(
    store: Store, reader: Subscription, answer: Answer, wanted: File, now: datetime
) -> None:
    own = panel_messages(reader.language)
    try:
        made = await documents.made(store, reader, wanted, now)
    except StoreUnavailable:
        raise
    except Exception as error:  # a convenience's edge: asked again, it would fail again
        log.error("file not made", error=type(error).__name__, exc_info=True)
        await answer.toast(own.file_failed)
        return
    if made is None:
        await answer.toast(own.no_papers if wanted.how == "b" else own.no_stories)
        return
    await answer.toast(own.sending)
    await documents.send_document(answer, made)


async def _turn(
    store: Store,
    reader: Subscription,
    callback: Any_ | None,
    now: datetime,
) -> TapResult:
    """What the tap comes to; for what is gone or forged, where it led back to, or the start."""
    if isinstance(callback, Changing):
        turn = await _changed(store, reader, callback, now)
        if turn:
            return turn
    elif callback and (screen := await screen_of(store, reader, callback, now)):
        return TapResult(screen)
    back = getattr(callback, "back", None)
    fresh = await screen_of(store, reader, back, now) if back else None
    said = messages(reader.language).old_button
    return TapResult(fresh or await greeting(store, reader, now), said)


async def _changed(
    store: Store, reader: Subscription, callback: Changing, now: datetime
) -> TapResult | None:
    match callback:
        case Subscribe():
            return TapResult(await begin(store, reader, reader.at, now))
        case Unsubscribe():
            return TapResult(await end(store, reader))
        case SetLanguage(language):
            changed = speaking(reader, language)
            await keep(store, reader, changed, now)
            return TapResult(await greeting(store, changed, now))
        case Set("language", value):
            return TapResult(await apply(store, speaking(reader, value), callback, now))
        case Set():
            return TapResult(await apply(store, reader, callback, now))
        case Pick():
            changed = await pick(store, reader, callback, now)
            shown = await screen_of(store, changed, Panel("pick", callback.page), now)
            return TapResult(shown) if shown else None
        case Follow():
            return await _followed(store, reader, callback, now)
        case StoryAct():
            return await act(store, reader, callback, now)


async def _followed(
    store: Store, reader: Subscription, wanted: Follow, now: datetime
) -> TapResult:
    p, name = messages(reader.language), topic_title(wanted.topic, reader.language)
    changed = await follow(store, reader, wanted.topic, wanted.on, now)
    said = p.followed.format(topic=name, cap=reader.alert_cap)
    screen = await topic_view(store, changed, TopicPage(wanted.topic), now)
    return TapResult(screen, said if wanted.on else p.unfollowed.format(topic=name))


def speaking(reader: Subscription, language: str) -> Subscription:
    """The reader in that language; who has not chosen a zone moves to the language's."""
    known: Language = "ru" if language == "ru" else "en"
    move = not reader.active and reader.zone in ZONE_BY_LANGUAGE.values()
    zone = ZONE_BY_LANGUAGE[known] if move else reader.zone
    return reader.model_copy(update={"language": known, "zone": zone})


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="buttons")
    found.callback_query.register(tap)
    return found
