"""/start: the greeting, or the topic that a deep link names."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import CommandObject, CommandStart

from bot.model import Subscription
from bot.publish.buttons import TopicPage
from bot.store import Store
from bot.telegram.answers import Answer
from bot.telegram.views import greeting, topic_view
from bot.topics import Topic

_TOPIC = "t_"


async def start(
    _: object,
    command: CommandObject,
    store: Store,
    reader: Subscription,
    answer: Answer,
    now: datetime,
) -> None:
    """Greet with real stories; a payload that means nothing is ignored."""
    topic = _topic(command.args or "")
    if topic:
        await answer.send(await topic_view(store, reader, TopicPage(topic), now))
    else:
        await answer.send(await greeting(store, reader, now))


def _topic(payload: str) -> Topic | None:
    slug = payload.removeprefix(_TOPIC)
    return Topic(slug) if payload.startswith(_TOPIC) and slug in Topic.__members__ else None


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="start")
    found.message.register(start, CommandStart())
    return found
