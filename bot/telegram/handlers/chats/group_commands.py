"""What the bot says in groups: two lines and a way into the bot, nothing that one changes for all.

Where an answer is everybody's own, or an admin's, the button leads there in private. A tap on a
button of an earlier version opens the same screen in private and changes nothing.
"""

from datetime import datetime

from aiogram import Bot, F, Router
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import CallbackQuery, Message

from bot.i18n import owner_messages
from bot.model import Screen, Subscription
from bot.screens.callbacks.deep_links import deep_link, page_name
from bot.screens.callbacks.groups import GroupAct
from bot.screens.callbacks.pages import (
    DigestPage,
    DigestRest,
    SavedPage,
    StoryCard,
    Subscribe,
    TopicList,
    Unsubscribe,
    parse_callback,
)
from bot.screens.callbacks.settings import File, Panel, Pick, Set, StoryAct, parse_panel
from bot.screens.group_screens import group_help_screen, group_state_screen
from bot.telegram.handlers import subscribe
from bot.telegram.handlers.chats.group_settings import GROUP_HOUR
from bot.telegram.middleware.filters import Asks, MayChange
from bot.telegram.replies.reply import Context
from bot.telegram.words.clock_times import parse_time

_OWN = {
    "topics": TopicList(),
    "saved": SavedPage(),
    "privacy": Panel("privacy"),
    **dict.fromkeys(("follow", "unfollow"), Panel("words")),
}


async def _help(_: Message, context: Context) -> None:
    await context.reply.send(group_help_screen(context.reader.language), page=Panel("home"))


async def _settings(_: Message, context: Context) -> None:
    """What comes here, and where its admins set it."""
    due = await context.store.subscriptions.due_at(context.reader.chat_id)
    await _lead_to_settings(
        context, group_state_screen(context.reader, due, context.reader.language)
    )


async def _own(_: Message, command: CommandObject, context: Context) -> None:
    """What is everybody's own."""
    said = owner_messages(context.reader.language).group_alone
    await context.reply.send(Screen(text=said), page=_OWN[command.command.casefold()])


async def subscribe_group(
    message: Message,
    command: CommandObject,
    context: Context,
) -> None:
    """/subscribe in a group: digests come to the topic of the forum in which it was said."""
    reader = context.reader
    words = (command.args or "").strip()
    at = parse_time(words) if words else (reader.at if reader.active else GROUP_HOUR)
    if at is None:
        await subscribe.subscribe(message, command, context)
        return
    user = message.from_user
    changes = {
        "thread": message.message_thread_id if message.is_topic_message else None,
        "keeper": user.id if user else None,
        "title": message.chat.title or "",
    }
    there = context.as_reader(reader.model_copy(update=changes))
    await _lead_to_settings(context, await subscribe.start_digests(there, at))


async def _unsubscribe_group(_: Message, context: Context) -> None:
    await _lead_to_settings(context, await subscribe.stop_digests(context))


async def _refuse(message: Message, context: Context) -> None:
    """A member is shown to the bot, who may be an admin to where that is asked."""
    d, sender = owner_messages(context.reader.language), message.sender_chat
    if sender is not None and sender.id == message.chat.id:
        await _lead_to_settings(context, Screen(text=d.group_anonymous))
    else:
        await context.reply.send(Screen(text=d.group_member), page=Panel("home"))


async def _lead_to_settings(context: Context, screen: Screen) -> None:
    page = GroupAct(abs(context.reader.chat_id))
    text = owner_messages(context.reader.language).group_settings_button
    await context.reply.send(screen, page=page, leads=text)


async def lead_to_bot(query: CallbackQuery, bot: Bot, context: Context) -> None:
    """Open in private what an old button in a group shows; the message stays as it is."""
    page = _in_private(query.data or "", context.reader, context.now)
    username = (await bot.me()).username
    said = owner_messages(context.reader.language).group_old
    await context.reply.toast(said, deep_link(username, page_name(page)) if username else "")


def _in_private(data: str, reader: Subscription, now: datetime) -> object:
    """The screen of one's own that a button in a group leads to."""
    callback = parse_callback(data) or parse_panel(data)
    match callback:
        case DigestPage() | DigestRest():
            until = min(callback.until or now, now)
            return DigestPage(callback.period, until, group=abs(reader.chat_id))
        case File(_, of):
            return of
        case StoryAct(story=story):
            return StoryCard(story)
        case Set() | Pick() | Subscribe() | Unsubscribe() | Panel("settings" | "pick"):
            return GroupAct(abs(reader.chat_id))
        case _:
            return callback


def router() -> Router:
    """The routes of this behaviour; before those of private chats."""
    found = Router(name="group commands")
    found.message.filter(F.chat.type.in_({"group", "supergroup"}), F.text)
    for answer, command in (
        (_help, CommandStart(ignore_case=True)),
        (_help, Asks("help")),
        (_settings, Asks("settings", "export", "forget")),
        (_own, Asks(*_OWN)),
    ):
        found.message.register(answer, command)
    found.message.register(subscribe_group, Asks("subscribe"), MayChange())
    found.message.register(_unsubscribe_group, Asks("unsubscribe"), MayChange())
    found.message.register(_refuse, Asks("subscribe", "unsubscribe"))
    found.callback_query.register(lead_to_bot, F.message.chat.type != "private")
    return found
