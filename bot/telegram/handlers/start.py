"""/start: the greeting, or the topic, story or digest that a deep link names; and /help."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command, CommandObject, CommandStart

from bot.model import Screen, Subscription
from bot.screens.callbacks.deep_links import named
from bot.screens.callbacks.pages import StoryCard
from bot.screens.reader_screens import help_screen
from bot.store import Store
from bot.telegram.replies.answer import Answer
from bot.telegram.replies.composers import greeting, view


async def start(
    _: object,
    command: CommandObject,
    store: Store,
    reader: Subscription,
    answer: Answer,
    now: datetime,
) -> None:
    """Greet with real stories; a payload that means nothing, or no more, is ignored."""
    wanted = named(command.args or "", reader)
    screen: Screen | None = await view(store, reader, wanted, now) if wanted else None
    story = wanted.story if screen and isinstance(wanted, StoryCard) else None
    await answer.send(screen or await greeting(store, reader, now), story)


async def help_(_: object, reader: Subscription, answer: Answer) -> None:
    """What the bot can do, in a few lines, with buttons to all of it."""
    await answer.send(help_screen(reader.language))


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="start")
    found.message.register(start, CommandStart())
    found.message.register(help_, Command("help"))
    return found
