"""A store on a server of one's own, a worker on it, and calls repeated through its outages."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from bot.config import Settings
from bot.model import Delivery, Screen
from bot.store import Store, open_store
from bot.store.errors import StoreUnavailable
from bot.store.queue.stream import Item
from bot.store.queue.worker import consume
from tests.waiting import EVENT_S

LEASE = timedelta(milliseconds=600)


@asynccontextmanager
async def store_at(url: str) -> AsyncIterator[Store]:
    async with open_store(Settings(_env_file=None, redis_url=url)) as store:
        yield store


async def repeated(call: Callable[[], Awaitable[object]]) -> None:
    """Until the store takes it, as a poller does that moves its offset only then."""
    while True:
        try:
            await call()
        except StoreUnavailable:
            await asyncio.sleep(0.05)
        else:
            return


@asynccontextmanager
async def working(store: Store) -> AsyncIterator[list[str]]:
    """A worker on the posts; the keys that it has finished."""
    done: list[str] = []
    stop = asyncio.Event()

    async def handle(item: Item) -> None:
        await store.post_stream.finish(item)
        done.append(item.fields["key"])

    work = consume(store.post_stream, handle, consumer="w", stop=stop, lease=LEASE)
    task = asyncio.create_task(work)
    try:
        yield done
    finally:
        stop.set()
        await task


async def until(holds: Callable[[], bool], within: float = EVENT_S) -> None:
    async with asyncio.timeout(within):
        while not holds():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.02)


def message(name: str, chat: int = 5) -> Delivery:
    return Delivery(id=name, chat_id=chat, screen=Screen(text=f"text of {name}"))
