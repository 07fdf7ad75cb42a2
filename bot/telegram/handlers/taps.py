"""Taps in private chats: each is answered; an old, foreign or forged one shows a fresh screen."""

import structlog
from aiogram import Bot, Router
from aiogram.types import CallbackQuery

from bot.i18n import language_texts, messages, panel_messages
from bot.languages import LANGUAGES, language_of
from bot.model import Screen, Subscription
from bot.publish.late import GREETING, shown_page
from bot.screens.callbacks.pages import (
    Callback,
    Follow,
    FollowSearch,
    FollowWords,
    SetLanguage,
    SharedPage,
    StoryCard,
    Subscribe,
    TopicPage,
    Unsubscribe,
    button,
    parse_callback,
)
from bot.screens.callbacks.settings import (
    Erase,
    Export,
    File,
    Loud,
    OwnFeed,
    Panel,
    PanelCallback,
    Pick,
    Set,
    StoryAct,
    parse_panel,
)
from bot.screens.digest_words import topic_title
from bot.screens.story_card import way_back
from bot.store.delivery.digest_messages import ShownPage
from bot.store.errors import StoreUnavailable
from bot.telegram.handlers import documents, privacy
from bot.telegram.handlers.following import follow_search, follow_words
from bot.telegram.handlers.own_feed import change_feed
from bot.telegram.handlers.saved import act_on_story
from bot.telegram.handlers.screen_router import screen_of
from bot.telegram.handlers.settings import (
    apply_setting,
    follow_topic,
    pick_topic,
    quieten_topic,
    save_reader,
    settings_view,
)
from bot.telegram.handlers.subscribe import start_digests, stop_digests
from bot.telegram.replies.composers import greeting, topic_view
from bot.telegram.replies.menu import address
from bot.telegram.replies.reply import Context, TapResult

log = structlog.get_logger()
AnyCallback = Callback | PanelCallback
ChangeCallback = (
    Subscribe | Unsubscribe | SetLanguage | Follow | FollowSearch | FollowWords
    | Set | Pick | Loud | OwnFeed | StoryAct
)  # fmt: skip
Sending = File | Export


async def tap(
    query: CallbackQuery,
    bot: Bot,
    context: Context,
) -> None:
    """Answer at once, then redraw in place."""
    reader, reply = context.reader, context.reply
    data = query.data or ""
    callback = parse_callback(data) or parse_panel(data)
    match callback:
        case Erase():
            await privacy.erase(bot, context)
        case Export():
            await reply.toast(panel_messages(reader.language).sending)
            await documents.send_document(
                reply,
                await privacy.personal_data(context.store, reader, context.now),
            )
        case File() if callback.how in documents.FILES:
            await _send_file(context, callback)
        case _:
            result = await _result(context, callback)
            await reply.toast(result.said)
            await reply.show(result.screen, result.page)
            await _note_shown_story(context, callback)
            if _changes_language(callback):
                await address(bot, context.store, reader.chat_id)


async def _note_shown_story(context: Context, callback: AnyCallback | None) -> None:
    """Note which story the message shows now, for thumbs under it, and who looked at one."""
    reader = context.reader
    story = callback.story if isinstance(callback, StoryCard | StoryAct) else None
    message = context.reply.query.message if context.reply.query else None
    if message is not None:
        await context.store.reactions.shows(reader.chat_id, message.message_id, story)
    if story and reader.chat_id > 0:
        await context.store.open_rate.opened(reader.chat_id, context.now.date())


def _changes_language(callback: AnyCallback | None) -> bool:
    return isinstance(callback, SetLanguage) or (
        isinstance(callback, Set) and callback.name == "language"
    )


async def _send_file(context: Context, wanted: File) -> None:
    reply = context.reply
    own = panel_messages(context.reader.language)
    try:
        made = await documents.make_file(context, wanted)
    except StoreUnavailable:
        raise
    except Exception as error:  # a convenience's edge: asked again, it would fail again
        log.error("file not made", error=type(error).__name__, exc_info=True)
        await reply.toast(own.file_failed)
        return
    if made is None:
        await reply.toast(own.no_papers if wanted.how == "b" else own.no_stories)
        return
    await reply.toast(own.sending)
    await documents.send_document(reply, made)


async def _result(
    context: Context,
    callback: AnyCallback | None,
) -> TapResult:
    """What the tap comes to; for what is gone or forged, where it led back to, or the start."""
    if isinstance(callback, ChangeCallback):
        result = await _apply_change(context, callback)
        if result:
            return result
    elif callback and (screen := await screen_of(context, callback)):
        return TapResult(screen, page=_page_of(context, callback))
    back = getattr(callback, "back", None)
    fresh = await screen_of(context, back) if back else None
    said = messages(context.reader.language).old_button
    page = _page_of(context, back) if fresh else None
    return TapResult(fresh or await greeting(context), said, page)


def _page_of(context: Context, opened: AnyCallback | None) -> ShownPage | None:
    return shown_page(opened, context.now)


async def _apply_change(context: Context, callback: ChangeCallback) -> TapResult | None:
    reader = context.reader
    match callback:
        case Subscribe(back):
            return TapResult(_leading_back(await start_digests(context, reader.at), back, reader))
        case Unsubscribe():
            return TapResult(await stop_digests(context))
        case SetLanguage(language):
            changed = with_language(reader, language)
            await save_reader(context, changed)
            page = shown_page(GREETING, context.now)
            return TapResult(await greeting(context.as_reader(changed)), page=page)
        case Set(name, value):
            moved = with_language(reader, value) if name == "language" else reader
            return TapResult(await apply_setting(context.as_reader(moved), callback))
        case Pick():
            changed = await pick_topic(context, callback)
            shown = await screen_of(context.as_reader(changed), Panel("pick", callback.page))
            return TapResult(shown) if shown else None
        case Follow() | FollowSearch() | FollowWords():
            return await _change_followed(context, callback)
        case Loud(topic):
            changed = await quieten_topic(context, topic)
            said = messages(reader.language).quiet_no_more
            shown = await settings_view(context.as_reader(changed), Panel("alerts"))
            return TapResult(shown, said.format(topic=topic_title(topic, reader.language)))
        case OwnFeed():
            return await change_feed(context, callback)
        case StoryAct():
            return await act_on_story(context, callback)


def _leading_back(screen: Screen, back: SharedPage | None, reader: Subscription) -> Screen:
    """The screen with a way back to what a newcomer came for."""
    if back is None:
        return screen
    p, own = messages(reader.language), panel_messages(reader.language)
    text = own.to_story_button if isinstance(back, StoryCard) else way_back(back, p)
    row = (button(text, back),)
    return screen.model_copy(update={"buttons": (*screen.buttons, row)})


async def _change_followed(
    context: Context, wanted: Follow | FollowSearch | FollowWords
) -> TapResult | None:
    match wanted:
        case Follow():
            return await _follow_topic(context, wanted)
        case FollowSearch():
            return await follow_search(context, wanted)
        case FollowWords():
            return await follow_words(context, wanted)


async def _follow_topic(context: Context, wanted: Follow) -> TapResult:
    reader = context.reader
    p, name = messages(reader.language), topic_title(wanted.topic, reader.language)
    changed = await follow_topic(context, wanted.topic, wanted.on)
    said = p.followed.format(topic=name, cap=reader.alert_cap)
    screen = await topic_view(context.store, changed, TopicPage(wanted.topic), context.now)
    return TapResult(screen, said if wanted.on else p.unfollowed.format(topic=name))


def with_language(reader: Subscription, language: str) -> Subscription:
    """The reader in that language; who has not chosen a zone moves to the language's."""
    known = language_of(language)
    move = not reader.active and reader.zone in {language_texts(each).zone for each in LANGUAGES}
    zone = language_texts(known).zone if move else reader.zone
    return reader.model_copy(update={"language": known, "zone": zone})


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="buttons")
    found.callback_query.register(tap)
    return found
