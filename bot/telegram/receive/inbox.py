"""Consumes stored updates: posts go to the collector, the rest to the handlers.

An update that cannot be decoded goes to the dead stream at once; one whose handler fails stays
pending, is tried again after the lease, and is buried after a few attempts. A repeat changes
nothing: messages are named after their update, edits and subscriptions are idempotent.
"""

import asyncio
import json
import secrets
from typing import Any

import structlog
from aiogram import Bot, Dispatcher
from aiogram.types import Update
from aiogram.types.update import UpdateTypeLookupError
from pydantic import ValidationError

from bot.collect.botapi.message import BadUpdate
from bot.store import Store
from bot.store.queue.stream import Item
from bot.store.queue.updates import number_of
from bot.store.queue.worker import consume
from bot.telegram.receive.channel_posts import COLLECTED, Collector
from bot.telegram.receive.intake import origin_of
from bot.telegram.replies.reply import HandleLater
from bot.telegram.send.per_chat import PerChat

log = structlog.get_logger()
CONCURRENCY = 16


class Undecodable(Exception):
    """An update that the library cannot read; the text names the kind of error only."""


_UNDECODABLE = (Undecodable, UpdateTypeLookupError, BadUpdate, json.JSONDecodeError, KeyError)


async def answer(inbox: "Inbox", store: Store, stop: asyncio.Event) -> None:
    """Work on stored updates until ``stop``."""
    name = f"inbox-{secrets.token_hex(4)}"
    await consume(
        store.update_stream, inbox.handle, consumer=name, stop=stop, concurrency=CONCURRENCY
    )


class Inbox:
    """Handles one stored update; those of a chat come one after another, each from its line."""

    def __init__(self, bot: Bot, store: Store, routes: Dispatcher, collector: Collector) -> None:
        self._bot, self._store, self._routes = bot, store, routes
        self._collector = collector
        self._chats = PerChat()  # for what an older program stored, which stands in no line

    async def handle(self, item: Item) -> None:
        """Do what the update asks for and finish it, put it off, or bury it."""
        stream = self._store.update_stream
        try:
            await self._do(item)
        except _UNDECODABLE as error:
            log.warning(
                "update undecodable", update=item.fields.get("id"), error=type(error).__name__
            )
            await stream.bury(item, f"undecodable: {type(error).__name__}")
        except HandleLater as later:
            await stream.postpone(item, later.wait)
        else:
            await stream.finish(item)

    async def _do(self, item: Item) -> None:
        raw = json.loads(item.fields["body"])
        origin, update = origin_of(raw), self._decode(raw)
        async with self._chats(origin.chat or origin.person):
            number = number_of(item)
            if not await self._store.erasure.is_over(number, *origin.chats):
                await self._route(raw, update, number)

    def _decode(self, raw: dict[str, Any]) -> Update | None:
        """The update for a router; None for a post, which is read raw."""
        if any(kind in raw for kind in COLLECTED):
            return None
        try:
            update = Update.model_validate(raw, context={"bot": self._bot})
            log.debug("update", kind=update.event_type)
        except (ValidationError, TypeError) as error:
            raise Undecodable(type(error).__name__) from None
        return update

    async def _route(self, raw: dict[str, Any], update: Update | None, number: int) -> None:
        if update is None:
            await self._collector.take(raw)
        else:
            await self._routes.feed_update(self._bot, update, raw=raw, number=number)
