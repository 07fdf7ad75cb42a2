"""The outbox consumer: sends every message once, within Telegram's limits.

The Bot API has no idempotency key, so a send ends as sent, certainly not sent, or unknown; the
mark ``sending`` is in the store before the request leaves, so a crash is an unknown, too.
"""

import asyncio
import secrets
from datetime import timedelta

from aiogram import Bot

from bot.counts import DELIVERIES
from bot.store import Store
from bot.store.queue.stream import Item
from bot.store.queue.worker import consume
from bot.telegram.send.delivery import SETTLING, MessageDelivery, OnUnknown
from bot.telegram.send.per_chat import PerChat
from bot.wait import relay

_CONCURRENCY = 64
_BATCH = 8  # messages read together; each round trip saved is a tenth of a message's CPU
CROWD = 8  # messages to one chat that are held here; more would take the room of other chats
CROWD_PAUSE = timedelta(seconds=5)


async def send(
    bot: Bot,
    store: Store,
    stop: asyncio.Event,
    *,
    on_unknown: OnUnknown | None = None,
    settling: timedelta = SETTLING,
) -> None:
    """Send what is in the outbox until ``stop``; ``TokenRefused`` when Telegram refuses us."""
    worker = f"sender-{secrets.token_hex(4)}"
    deliveries = MessageDelivery(bot, store, worker, on_unknown, settling)
    sender = _Sender(store, deliveries)
    following = asyncio.create_task(relay(stop, deliveries.halt))
    try:
        await consume(
            store.outbox_stream,
            sender.handle,
            consumer=worker,
            stop=deliveries.halt,
            concurrency=_CONCURRENCY,
            batch=_BATCH,
            bury=sender.bury,
        )
    finally:
        following.cancel()
    if deliveries.refused:
        raise deliveries.refused


class _Sender:
    """Hands items to the deliveries, one at a time per chat."""

    def __init__(self, store: Store, deliveries: MessageDelivery) -> None:
        self._outbox, self._stream = store.outbox, store.outbox_stream
        self._counts = store.counts
        self._deliveries, self._chats = deliveries, PerChat()

    async def handle(self, item: Item) -> None:
        """Bring one message to its chat, or put it off, or close it with a reason."""
        delivery = await self._outbox.get(item.fields.get("id", ""))
        if delivery is None:
            await self._stream.finish(item)
        elif self._chats.wanted(delivery.chat_id) >= CROWD:
            await self._stream.postpone(item, CROWD_PAUSE)
        else:
            async with self._chats(delivery.chat_id):
                if self._deliveries.halt.is_set():
                    await self._stream.postpone(item, timedelta(0))
                else:
                    await self._deliveries.deliver(delivery, item)

    async def bury(self, item: Item, reason: str) -> None:
        """Give up one message; the later ones of its chat go on."""
        delivery = await self._outbox.get(item.fields.get("id", ""))
        held = self._outbox.holding(delivery) if delivery else ()
        await self._stream.bury(item, reason, *held)
        self._counts.add(DELIVERIES, "dead_letter")
