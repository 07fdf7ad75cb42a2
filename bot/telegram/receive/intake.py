"""Makes incoming updates durable in their chat's queue; limits how many a chat may have waiting.

A sender's tokens are taken by the script that stores the update, so what is too often costs no
worker's time and holds up nobody; it is answered from here, with what can be spared.
"""

import asyncio
import json
from collections.abc import Awaitable, Mapping
from datetime import timedelta
from math import ceil
from typing import Any, NamedTuple

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.methods import AnswerCallbackQuery

from bot.i18n import messages
from bot.languages import language_of
from bot.model import Delivery, Language, Screen
from bot.screens.callbacks.groups import GroupAct
from bot.store import Store
from bot.store.errors import StoreUnavailable
from bot.store.queue.updates import Accepted, Bucket

log = structlog.get_logger()
MOST_NOTICES = 16  # under way at once; a flood's taps beyond go unanswered
MOST_FLOODS = 1_000  # senders known to have no token
_Raw = Mapping[str, Any]


class AskingRate(NamedTuple):
    """How much one person may ask: ``burst`` at once, then ``per_second``."""

    burst: int
    per_second: float


ASKING = AskingRate(12, 1.0)
"""Messages and taps."""
TYPING = AskingRate(20, 3.0)
"""Inline queries: each letter typed is one."""


class UpdateOrigin(NamedTuple):
    """Whose update it is, and of which group a tap in private tells; 0 stands for nobody."""

    kind: str
    chat: int
    person: int
    about: int = 0

    @property
    def chats(self) -> tuple[int, ...]:
        """All that it may have an effect on."""
        return self.chat, self.person, self.about

    @property
    def line(self) -> str:
        """The line in which it waits: its chat's; what a person types elsewhere has another.

        What is set of a group waits in the group's, or it would pass what was said there before.
        """
        if self.kind == "inline_query":
            return f"inline:{self.person}"
        return str(self.about or self.chat or self.person or "")


class Intake:
    """Stores updates of one bot; ``asking`` is the pace of messages and taps."""

    def __init__(self, bot: Bot, store: Store, asking: AskingRate = ASKING) -> None:
        self._bot, self._store, self._asking = bot, store, asking
        self._notices: set[asyncio.Task[None]] = set()
        self._floods: dict[str, float] = {}  # by bucket, when it has a token again

    async def accept(self, update_id: int, raw: str) -> None:
        """Store one update once; ``StoreUnavailable`` when it is not stored."""
        found = _object(json.loads(raw))
        origin = origin_of(found)
        bucket = self._bucket(origin)
        accepted = self._without_token(bucket) or await self._store.updates.accept(
            *(self._bot.id, update_id, raw, origin.line),
            newest=origin.kind == "inline_query",
            bucket=bucket,
        )
        if accepted.too_often:
            self._note_flood(bucket, accepted.wait)
            self._notify(found, origin, accepted)

    async def drain(self) -> None:
        """Wait for the answers under way."""
        await asyncio.gather(*self._notices)

    def _bucket(self, origin: UpdateOrigin) -> Bucket | None:
        who = origin.person or origin.chat
        match origin.kind:
            case "message" | "callback_query":
                return Bucket(str(who), *self._asking)
            case "inline_query":
                return Bucket(f"inline:{who}", *TYPING)
            case _:
                return None

    def _without_token(self, bucket: Bucket | None) -> Accepted | None:
        """The refusal of a sender whose bucket is known to be empty, at no cost to those behind.

        On a busy machine a trip to the store for each update of a flood holds up all others.
        """
        wait = self._floods.get(bucket.name, 0.0) - _clock() if bucket else 0.0
        return Accepted(False, True, timedelta(seconds=wait), told=True) if wait > 0 else None

    def _note_flood(self, bucket: Bucket | None, wait: timedelta) -> None:
        if len(self._floods) >= MOST_FLOODS:
            self._floods.clear()  # the store knows them
        if bucket:
            self._floods[bucket.name] = _clock() + wait.total_seconds()

    def _notify(self, update: _Raw, origin: UpdateOrigin, refused: Accepted) -> None:
        """Stop the button's spinner with a word, or tell a reader once; others are left alone."""
        if len(self._notices) >= MOST_NOTICES:
            return
        event = _object(update[origin.kind])
        if origin.kind == "callback_query":
            notice = self._toast(event, origin, refused.wait)
        elif origin.kind == "message" and origin.chat > 0 and not refused.told:
            notice = self._tell(update, origin, refused.wait)
        else:
            return
        task = asyncio.create_task(_quietly(notice))
        self._notices.add(task)
        task.add_done_callback(self._notices.discard)

    async def _toast(self, query: _Raw, origin: UpdateOrigin, wait: timedelta) -> None:
        text = await self._said(_object(query.get("from")), origin, wait)
        await self._bot(AnswerCallbackQuery(callback_query_id=str(query.get("id")), text=text))

    async def _tell(self, update: _Raw, origin: UpdateOrigin, wait: timedelta) -> None:
        sender = _object(_object(update["message"]).get("from"))
        screen = Screen(text=await self._said(sender, origin, wait))
        name = f"u{self._bot.id}:{update['update_id']}"
        await self._store.outbox.enqueue([Delivery(id=name, chat_id=origin.chat, screen=screen)])

    async def _said(self, sender: _Raw, origin: UpdateOrigin, wait: timedelta) -> str:
        reader = await self._store.subscriptions.get(origin.chat or origin.person)
        code = sender.get("language_code")
        stated: Language = language_of(code if isinstance(code, str) else None)
        language = reader.language if reader else stated
        seconds = ceil(wait / timedelta(seconds=1))
        return messages(language).too_many_requests.format(seconds=seconds)


def origin_of(update: object) -> UpdateOrigin:
    """The kind of a raw update, its chat and its person, whatever it looks like."""
    for kind, event in _object(update).items():
        if isinstance(event, dict):
            place = _object(event.get("chat")) or _object(
                _object(event.get("message")).get("chat")
            )
            person = _object(event.get("from")) or _object(event.get("user"))
            tap = GroupAct.parse(str(event.get("data"))) if kind == "callback_query" else None
            # One account stands for all anonymous admins of all groups.
            who = 0 if event.get("sender_chat") else _id(person)
            return UpdateOrigin(kind, _id(place), who, tap.chat_id if tap else 0)
    return UpdateOrigin("", 0, 0)


def _clock() -> float:
    """Seconds of the loop."""
    return asyncio.get_running_loop().time()


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _id(value: _Raw) -> int:
    found = value.get("id")
    return found if isinstance(found, int) else 0


async def _quietly(notice: Awaitable[None]) -> None:
    try:
        await notice
    except (AiogramError, StoreUnavailable) as error:
        log.info("rate limit notice not sent", error=type(error).__name__)
