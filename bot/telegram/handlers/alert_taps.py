"""Buttons under an alert: it stays where it is and what it is; what is opened is a new message."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.i18n import messages
from bot.model import Following, Screen, Story, Subscription
from bot.publish.alerts import alert_again
from bot.publish.reader_changes import find_story
from bot.screens.alert_screen import AlertCause
from bot.screens.callbacks.alerts import AlertAct, AlertDeed, WordsAlertAct
from bot.screens.callbacks.pages import Follow, FollowedPage, StoryCard, TopicPage
from bot.screens.callbacks.settings import Panel, StoryAct
from bot.screens.digest_words import topic_title
from bot.taxonomy.topics import Topic
from bot.telegram.handlers.following import change_followed, words_named
from bot.telegram.handlers.saved import do_about_story
from bot.telegram.handlers.screen_router import screen_of
from bot.telegram.handlers.settings import follow_topic, quieten_topic
from bot.telegram.replies.reply import Context

_QUIET = timedelta(days=7)
_OLD_KEYS = 3
_UNKNOWN = "0"  # a story whose id the button does not carry


_Act = AlertAct | WordsAlertAct


async def tap_alert(query: CallbackQuery, alert: _Act, context: Context) -> None:
    """Do it and say so; the alert is drawn again with the buttons that hold now."""
    story = await find_story(context.store, context.reader, alert.story)
    cause = await _cause(alert, context)
    if alert.deed in ("c", "p", "w"):
        await _open(query, alert, cause, story, context)
        return
    if cause is None or (story is None and alert.deed not in ("q", "Q")):
        await context.reply.toast(messages(context.reader.language).link_gone)
        return
    changed, said = await _done(alert.deed, cause, story, context)
    await context.reply.toast(said)
    screen = story and await alert_again(
        context.store,
        story,
        cause,
        changed,
        alert.story,
        context.now,
        asking=alert.deed == "n",
    )
    if screen:
        await context.reply.show(screen)


async def _cause(alert: _Act, context: Context) -> AlertCause | None:
    """What brought the alert; None for words that are followed and known no more."""
    if isinstance(alert, AlertAct):
        return alert.topic
    return await words_named(context, alert.token)


async def _done(
    deed: AlertDeed, cause: AlertCause, story: Story | None, context: Context
) -> tuple[Subscription, str]:
    """The reader as changed and what to say."""
    match deed:
        case "q" | "Q":
            if isinstance(cause, Following):
                return await change_followed(context, cause, on=deed == "Q")
            return await _quieten(cause, deed == "q", context)
        case "s" | "S" | "t" | "r" | "a" | "e" if story:
            return await do_about_story(context, story, StoryAct(deed, story.id))
        case _:
            return context.reader, ""


async def _quieten(topic: Topic, on: bool, context: Context) -> tuple[Subscription, str]:
    """No alerts about this topic for a week, or again; other topics ring as before."""
    reader = context.reader
    p, name = messages(reader.language), topic_title(topic, reader.language)
    if not on:
        return await quieten_topic(context, topic), p.quiet_no_more.format(topic=name)
    until = context.now + _QUIET
    day = p.words.day(until.astimezone(ZoneInfo(reader.zone)).date())
    changed = await quieten_topic(context, topic, until)
    return changed, p.quieter.format(topic=name, day=day)


async def _open(
    query: CallbackQuery,
    alert: _Act,
    cause: AlertCause | None,
    story: Story | None,
    context: Context,
) -> None:
    """Send what the button opens below the alert, once a minute however often it is tapped."""
    screen: Screen | None = None
    match alert.deed:
        case "c" if story:
            screen = await screen_of(context, StoryCard(story.id))
        case "p" if isinstance(cause, Topic):
            screen = await screen_of(context, TopicPage(cause))
        case "p" if isinstance(cause, Following):
            screen = await screen_of(context, FollowedPage(cause.token))
        case "w":
            about = Panel("alerts" if isinstance(alert, AlertAct) else "words")
            screen = await screen_of(context, about)
        case _:
            pass
    if screen is None:
        await context.reply.toast(messages(context.reader.language).link_gone)
        return
    await context.reply.toast()
    reader, message = context.reader, query.message
    place = f"{reader.chat_id}:{message.message_id if message else 0}"
    name = f"opened:{place}:{alert.deed}:{context.now:%Y%m%d%H%M}"
    shown = story.id if story and alert.deed == "c" else None
    await context.reply.send(screen, shown, name=name)
    if shown:
        await context.store.open_rate.opened(reader.chat_id, context.now.date())


async def tap_old_alert(query: CallbackQuery, topic: Topic, context: Context) -> None:
    """Do what a button of an older program's alert says; the alert gets those of today."""
    if TopicPage.parse(query.data or ""):
        await _open(query, AlertAct("p", _UNKNOWN, topic), topic, None, context)
        return
    reader, message = context.reader, query.message
    changed = await follow_topic(context, topic, on=False)
    said = messages(reader.language).unfollowed
    await context.reply.toast(said.format(topic=topic_title(topic, reader.language)))
    shown = message and await context.store.reactions.story_shown(
        reader.chat_id, message.message_id
    )
    story = await find_story(context.store, reader, shown) if shown else None
    if story and shown:
        screen = await alert_again(context.store, story, topic, changed, shown, context.now)
        if screen:
            await context.reply.show(screen)


async def _of_old_alert(query: CallbackQuery) -> bool | dict[str, Topic]:
    """Filter: an alert that had a link to its post, the page of its topic, and “unfollow”."""
    markup = query.message.reply_markup if isinstance(query.message, Message) else None
    keys = [key for row in markup.inline_keyboard for key in row] if markup else []
    if len(keys) != _OLD_KEYS or not keys[0].url:
        return False
    page, follow = (TopicPage.parse(keys[1].callback_data or ""),
                    Follow.parse(keys[2].callback_data or ""))  # fmt: skip
    old = page and follow and page.topic == follow.topic and not follow.on
    return {"topic": page.topic} if old and page else False


async def _of_alert(query: CallbackQuery) -> bool | dict[str, _Act]:
    """Filter: buttons under an alert."""
    found = AlertAct.parse(query.data or "") or WordsAlertAct.parse(query.data or "")
    return {"alert": found} if found else False


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="alerts")
    found.callback_query.register(tap_alert, _of_alert)
    found.callback_query.register(tap_old_alert, _of_old_alert)
    return found
