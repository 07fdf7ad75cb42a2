"""/start: the greeting, or what a deep link names, with the offer to subscribe; and /help."""

from aiogram import Bot, Router
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import Message

from bot.i18n import messages
from bot.model import Screen, Subscription
from bot.publish.edition import greeting_edition
from bot.publish.late import GREETING, remember_first
from bot.screens.callbacks.deep_links import Linked, named
from bot.screens.callbacks.groups import GroupAct
from bot.screens.callbacks.pages import (
    DigestPage,
    SharedPage,
    StoryCard,
    Subscribe,
    button,
)
from bot.screens.pages import page_at
from bot.screens.rich_text import join, of_screen
from bot.telegram.handlers.chats.group_settings import group_settings_view
from bot.telegram.handlers.registry.suggestions import tell_of_suggestions
from bot.telegram.handlers.screen_router import screen_of
from bot.telegram.middleware.filters import Asks
from bot.telegram.replies.composers import clock_of, edition_at, greeting, help_view
from bot.telegram.replies.reply import Context


async def start(
    message: Message,
    command: CommandObject,
    bot: Bot,
    context: Context,
    owners: frozenset[int],
) -> None:
    """Greet with real stories, or show what a link names; of what is gone the greeting tells.

    An owner is then told what readers suggested.
    """
    wanted = named(command.args or "", context.reader)
    match wanted:
        case None:
            await greet(context)
        case GroupAct():
            person = message.from_user.id if message.from_user else 0
            await context.reply.send(await group_settings_view(bot, context, wanted, person))
        case _:
            await _show(context, wanted)
    if context.reader.chat_id in owners:
        await tell_of_suggestions(context)


async def greet(context: Context) -> None:
    """Send the greeting; one that was drawn before all was read is drawn again."""
    made = await greeting_edition(context.store, context.reader, context.now)
    sent = await context.reply.send(page_at(made.pages, 1))
    if context.reader.chat_id > 0:
        args = (context.store, context.reader, made, GREETING, sent, context.now)
        await remember_first(*args)


async def _show(context: Context, wanted: Linked) -> None:
    screen = await _opened(context, wanted)
    if screen is None:
        shown = await greeting(context)
        head = messages(context.reader.language).link_gone
        text = join((head, of_screen(shown)), by="\n\n")
        await context.reply.send(text.screen(shown.buttons))
        return
    if isinstance(wanted, SharedPage) and not context.reader.active:
        screen = _with_offer(screen, wanted, context.reader)
    story = wanted.story if isinstance(wanted, StoryCard) else None
    await context.reply.send(screen, story)


async def _opened(context: Context, wanted: Linked) -> Screen | None:
    """The screen; None when what it showed is gone, as a digest whose posts have expired."""
    if not isinstance(wanted, DigestPage) or wanted.until is None:
        return await screen_of(context, wanted)
    found = await edition_at(context, wanted)
    return page_at(found.pages, wanted.page) if found.digest.posts else None


def _with_offer(screen: Screen, wanted: SharedPage, reader: Subscription) -> Screen:
    """What a newcomer came for, and below it the button to get the like every day."""
    text = messages(reader.language).subscribe_button.format(time=clock_of(reader))
    row = (button(text, Subscribe(wanted)),)
    return screen.model_copy(update={"buttons": (*screen.buttons, row)})


async def help_(_: object, context: Context) -> None:
    """What the bot can do, in a few lines, with buttons to all of it."""
    await context.reply.send(await help_view(context))


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="start")
    found.message.register(start, CommandStart(ignore_case=True))
    found.message.register(help_, Asks("help"))
    return found
