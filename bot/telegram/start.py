"""/start: the greeting, or the topic, story or digest that a deep link names."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import CommandObject, CommandStart

from bot.model import Screen, Subscription
from bot.publish.buttons import StoryCard
from bot.publish.links import named
from bot.store import Store
from bot.telegram.answers import Answer
from bot.telegram.views import greeting, view


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


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="start")
    found.message.register(start, CommandStart())
    return found
