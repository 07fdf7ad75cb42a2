"""/help."""

from aiogram import Router
from aiogram.filters import Command

from bot.model import Subscription
from bot.phrases import phrases
from bot.telegram.answers import Answer
from bot.telegram.views import plain_view


async def help_(_: object, reader: Subscription, answer: Answer) -> None:
    """What the bot can do, in six lines."""
    await answer.send(plain_view(reader, phrases(reader.language).help))


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="help")
    found.message.register(help_, Command("help"))
    return found
