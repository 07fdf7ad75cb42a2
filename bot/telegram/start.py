"""/start: the greeting, or the topic, story or digest that a deep link names.

t_quantization   a topic
s_0123456789ab   a story
d_20261120       the day that ended at the reader's hour on that date; d_week, d_month
"""

import re
from datetime import date, datetime
from typing import get_args
from zoneinfo import ZoneInfo

from aiogram import Router
from aiogram.filters import CommandObject, CommandStart

from bot.model import PeriodName, Screen, Subscription
from bot.publish.buttons import Callback, DigestPage, StoryCard, TopicPage
from bot.publish.periods import first_instant
from bot.store import Store
from bot.telegram.answers import Answer
from bot.telegram.views import greeting, view
from bot.topics import Topic

_PAYLOAD = re.compile(r"([tsd])_([a-z0-9_]{1,61})", re.ASCII)
_STORY = re.compile(r"[0-9a-f]{1,16}")
_DATE = re.compile(r"\d{8}", re.ASCII)


async def start(
    _: object,
    command: CommandObject,
    store: Store,
    reader: Subscription,
    answer: Answer,
    now: datetime,
) -> None:
    """Greet with real stories; a payload that means nothing, or no more, is ignored."""
    named = payload(command.args or "", reader)
    screen: Screen | None = await view(store, reader, named, now) if named else None
    await answer.send(screen or await greeting(store, reader, now))


def payload(text: str, reader: Subscription) -> Callback | None:
    """What a deep link leads to."""
    found = _PAYLOAD.fullmatch(text)
    if not found:
        return None
    kind, name = found.groups()
    if kind == "t":
        return TopicPage(Topic(name)) if name in Topic.__members__ else None
    if kind == "s":
        return StoryCard(name, DigestPage("day", None)) if _STORY.fullmatch(name) else None
    return _digest(name, reader)


def _digest(name: str, reader: Subscription) -> DigestPage | None:
    known: PeriodName | None = next((p for p in get_args(PeriodName) if p == name), None)
    if known:
        return DigestPage(known, None, mine=False)
    try:
        day = date.fromisoformat(name) if _DATE.fullmatch(name) else None
        end = first_instant(day, reader.at, ZoneInfo(reader.zone)) if day else None
    except (ValueError, OverflowError):
        return None
    return DigestPage("day", end, mine=False) if end else None


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="start")
    found.message.register(start, CommandStart())
    return found
