"""Buttons under an alert: it stays where it is and what it is; what is opened is a new message."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.i18n import messages
from bot.model import QuietTopic, Screen, Story, Subscription
from bot.publish.alerts import alert_again
from bot.screens.callbacks.alerts import AlertAct
from bot.screens.callbacks.pages import StoryCard, TopicPage
from bot.screens.callbacks.settings import Panel, StoryAct
from bot.screens.digest_words import topic_title
from bot.telegram.handlers.saved import do_about_story
from bot.telegram.handlers.screen_router import screen_of
from bot.telegram.handlers.settings import save_reader
from bot.telegram.replies.composers import find_story
from bot.telegram.replies.reply import Context

_QUIET = timedelta(days=7)


async def tap_alert(query: CallbackQuery, alert: AlertAct, context: Context) -> None:
    """Do it and say so; the alert is drawn again with the buttons that hold now."""
    story = await find_story(context.store, context.reader, alert.story)
    if alert.deed in ("c", "p", "w"):
        await _open(query, alert, story, context)
        return
    if story is None and alert.deed not in ("q", "Q"):
        await context.reply.toast(messages(context.reader.language).link_gone)
        return
    changed, said = await _done(alert, story, context)
    await context.reply.toast(said)
    screen = story and await alert_again(
        context.store,
        story,
        alert.topic,
        changed,
        alert.story,
        context.now,
        asking=alert.deed == "n",
    )
    if screen:
        await context.reply.show(screen)


async def _done(
    alert: AlertAct, story: Story | None, context: Context
) -> tuple[Subscription, str]:
    """The reader as changed and what to say."""
    reader = context.reader
    match alert.deed:
        case "q" | "Q":
            return await _quieten(alert, context)
        case "s" | "S" | "t" | "r" | "a" | "e" if story:
            return await do_about_story(context, story, StoryAct(alert.deed, story.id))
        case _:
            return reader, ""


async def _quieten(alert: AlertAct, context: Context) -> tuple[Subscription, str]:
    """No alerts about this topic for a week, or again; other topics ring as before."""
    reader, now = context.reader, context.now
    p, name = messages(reader.language), topic_title(alert.topic, reader.language)
    others = [one for one in reader.quiet if one.topic != alert.topic and one.until > now]
    until = now + _QUIET
    if alert.deed == "q":
        others.append(QuietTopic(topic=alert.topic, until=until))
    changed = reader.model_copy(update={"quiet": tuple(others)})
    await save_reader(context, changed)
    if alert.deed == "Q":
        return changed, p.quiet_no_more.format(topic=name)
    day = p.words.day(until.astimezone(ZoneInfo(reader.zone)).date())
    return changed, p.quieter.format(topic=name, day=day)


async def _open(
    query: CallbackQuery, alert: AlertAct, story: Story | None, context: Context
) -> None:
    """Send what the button opens below the alert, once a minute however often it is tapped."""
    screen: Screen | None = None
    match alert.deed:
        case "c" if story:
            screen = await screen_of(context, StoryCard(story.id))
        case "p":
            screen = await screen_of(context, TopicPage(alert.topic))
        case "w":
            screen = await screen_of(context, Panel("alerts"))
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


async def _of_alert(query: CallbackQuery) -> bool | dict[str, AlertAct]:
    """Filter: buttons under an alert."""
    found = AlertAct.parse(query.data or "")
    return {"alert": found} if found else False


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="alerts")
    found.callback_query.register(tap_alert, _of_alert)
    return found
