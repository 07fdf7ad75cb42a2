"""/start: the greeting, or the topic, story or digest that a deep link names; and /help."""

from aiogram import Router
from aiogram.filters import Command, CommandObject, CommandStart

from bot.model import Screen
from bot.screens.callbacks.deep_links import named
from bot.screens.callbacks.pages import StoryCard
from bot.screens.reader_screens import help_screen
from bot.telegram.replies.composers import greeting, view
from bot.telegram.replies.reply import Context


async def start(
    _: object,
    command: CommandObject,
    context: Context,
) -> None:
    """Greet with real stories; a payload that means nothing, or no more, is ignored."""
    wanted = named(command.args or "", context.reader)
    screen: Screen | None = await view(context, wanted) if wanted else None
    story = wanted.story if screen and isinstance(wanted, StoryCard) else None
    await context.reply.send(screen or await greeting(context), story)


async def help_(_: object, context: Context) -> None:
    """What the bot can do, in a few lines, with buttons to all of it."""
    await context.reply.send(help_screen(context.reader.language))


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="start")
    found.message.register(start, CommandStart())
    found.message.register(help_, Command("help"))
    return found
