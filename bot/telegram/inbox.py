"""The consumer of stored updates: posts go to the collector's store, the rest to the routers.

An update that cannot be decoded goes to the dead stream at once; one whose handler fails stays
pending, is tried again after the lease, and is buried after a few attempts. A repeat changes
nothing: messages are named after their update, edits and subscriptions are idempotent.
"""

import asyncio
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import structlog
from aiogram import Bot, Dispatcher
from aiogram.types import Update
from aiogram.types.update import UpdateTypeLookupError

from bot.model import Post, utc_now
from bot.store import Store
from bot.store.consume import consume
from bot.store.stream import Item
from bot.telegram.chats import PerChat
from bot.telegram.dispatch import COLLECTED, dispatcher, wanted_updates
from bot.telegram.poll import poll

log = structlog.get_logger()
ReadPost = Callable[[Mapping[str, Any]], Post | None]
CONCURRENCY = 16


async def receive(
    bot: Bot,
    store: Store,
    read_post: ReadPost,
    stop: asyncio.Event,
    *,
    clock: Callable[[], datetime] = utc_now,
    polled: Callable[[], None] = lambda: None,
) -> None:
    """Poll and answer until ``stop``; an exception group holds what ended it else."""
    routes = dispatcher(store, clock)
    inbox = Inbox(bot, store, routes, read_post)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(poll(bot, store.updates, wanted_updates(routes), stop, polled))
        tasks.create_task(answer(inbox, store, stop))


async def answer(inbox: "Inbox", store: Store, stop: asyncio.Event) -> None:
    """Work on stored updates until ``stop``."""
    name = f"inbox-{secrets.token_hex(4)}"
    await consume(
        store.update_stream, inbox.handle, consumer=name, stop=stop, concurrency=CONCURRENCY
    )


class Inbox:
    """Handles one stored update, one at a time per chat."""

    def __init__(self, bot: Bot, store: Store, routes: Dispatcher, read_post: ReadPost) -> None:
        self._bot, self._store, self._routes = bot, store, routes
        self._read_post = read_post
        self._chats = PerChat()

    async def handle(self, item: Item) -> None:
        """Do what the update asks for and finish it, or bury it."""
        try:
            raw = json.loads(item.fields["body"])
            chat, work = _chat_of(raw), self._decode(raw)
        except (KeyError, TypeError, ValueError, UpdateTypeLookupError) as error:
            log.warning("undecodable", update=item.fields.get("id"), error=type(error).__name__)
            await self._store.update_stream.bury(item, f"undecodable: {type(error).__name__}")
            return
        async with self._chats(chat):
            if isinstance(work, Post):
                await self._collect(work)
            elif work:
                await self._routes.feed_update(self._bot, work)
        await self._store.update_stream.finish(item)

    def _decode(self, raw: dict[str, Any]) -> Post | Update | None:
        """A post to read, an update to answer, or nothing to do."""
        message = next((raw[kind] for kind in COLLECTED if kind in raw), None)
        if message is not None:
            return self._read_post(message)
        update = Update.model_validate(raw, context={"bot": self._bot})
        log.debug("update", kind=update.event_type)
        return update

    async def _collect(self, post: Post) -> None:
        adopted = await self._store.channels.adopt(post)
        await self._store.channels.note(adopted.channel)
        await self._store.posts.ingest(adopted)


def _chat_of(raw: object) -> int:
    """The chat whose order the update belongs to; 0 for what belongs to none."""
    for event in _part(raw).values():
        if isinstance(event, dict):
            place = _part(event.get("chat")) or _part(_part(event.get("message")).get("chat"))
            return int((place or _part(event.get("from"))).get("id") or 0)
    return 0


def _part(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
