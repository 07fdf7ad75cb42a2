"""/help."""

from aiogram import Router
from aiogram.filters import Command

from bot.model import Subscription
from bot.publish.reader_screens import help_screen
from bot.telegram.answers import Answer


async def help_(_: object, reader: Subscription, answer: Answer) -> None:
    """What the bot can do, in a few lines, with buttons to all of it."""
    await answer.send(help_screen(reader.language))


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="help")
    found.message.register(help_, Command("help"))
    return found
