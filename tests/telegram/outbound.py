"""Messages put into the outbox, the sender at work, and what became of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from aiogram import Bot

from bot.model import Delivery, Screen, utc_now
from bot.store import Store, keys
from bot.telegram.send.delivery import OnUnknown
from bot.telegram.send.sender import send
from tests.fakes.botapi import FakeBotApi
from tests.waiting import eventually

READER = 100
CHANNEL = -1001000000002


def message(name: str, chat: int = READER, screen: Screen | None = None) -> Delivery:
    return Delivery(id=name, chat_id=chat, screen=screen or Screen(text=f"text of {name}"))


@asynccontextmanager
async def sending(
    bot: Bot, store: Store, on_unknown: OnUnknown | None = None
) -> AsyncIterator[None]:
    stop = asyncio.Event()
    work = send(bot, store, stop, on_unknown=on_unknown, settling=timedelta(0))
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        stop.set()
        await task


async def settled(store: Store, name: str, state: str = "sent") -> dict[str, str]:
    """The state of a message once it is closed."""

    async def closed() -> bool:
        return (await store.outbox.state(name)).get("state") == state

    await eventually(closed)
    return await store.outbox.state(name)


async def sent_before(api: FakeBotApi, store: Store, delivery: Delivery) -> None:
    """That message is in its chat and known to be there."""
    await store.outbox.enqueue([delivery])
    await store.outbox_stream.ready()
    (item,) = await store.outbox_stream.read("before", 1)
    await store.outbox.begin(delivery, "before")
    there = await api.run(
        "sendmessage", {"chat_id": delivery.chat_id, "text": delivery.screen.text}
    )
    await store.outbox.settle(delivery, item, "before", "sent", message_id=there["message_id"])


async def put_off(store: Store, most: int = 1) -> list[float]:
    """In how many seconds what was put off comes back, once it is put off."""

    async def there() -> bool:
        return await store.redis.zcard(keys.later(keys.OUTBOX)) >= most

    await eventually(there)
    later = keys.later(keys.OUTBOX)
    members = [str(member) for member in await store.redis.zrange(later, 0, -1)]
    due = [float(await store.redis.zscore(later, member) or 0) for member in members]
    return [instant / 1000 - utc_now().timestamp() for instant in due]


async def bring_back(store: Store) -> None:
    """What was put off is due now."""
    for member in await store.redis.zrange(keys.later(keys.OUTBOX), 0, -1):
        await store.redis.zadd(keys.later(keys.OUTBOX), {str(member): 0})
