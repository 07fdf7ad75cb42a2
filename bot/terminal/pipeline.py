"""One pass of the real stages over what waits, for commands that print and exit."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

from bot.extract.worker import Analyst
from bot.publish.worker import join_story
from bot.store import Store
from bot.store.queue.stream import RENEW, Item, Stream
from bot.store.queue.worker import ItemHandler
from bot.terminal.show import ProgressLine
from bot.wait import until

_TOGETHER = 32
WAIT = timedelta(milliseconds=200)  # for what another process has in work


async def settle(store: Store, analyst: Analyst) -> None:
    """Analyse every waiting post and find every story, then return.

    Another process may work on the same streams; then each item is done by one of the two.
    """
    waiting = await store.post_stream.in_work()
    progress = ProgressLine("read", waiting) if analyst.models and waiting else None

    async def read(item: Item) -> None:
        await analyst.handle(item)
        if progress:
            progress.step()

    await analyst.announce()
    await _drain(store.post_stream, read)
    await _drain(store.entry_stream, partial(join_story, store))


async def _drain(stream: Stream, handle: ItemHandler) -> None:
    """Work on a stream until it is empty; items put off for later do not count."""
    me = f"once-{secrets.token_hex(4)}"
    await stream.ready()
    while await stream.in_work():
        items = await stream.take_over(me, _TOGETHER) or await stream.read(me, _TOGETHER, WAIT)
        async with _leased(stream, me, items):
            await asyncio.gather(*(handle(item) for item in items))
    await stream.leave(me)


@asynccontextmanager
async def _leased(stream: Stream, me: str, items: Sequence[Item]) -> AsyncIterator[None]:
    """Keep the leases while the block works: a model may take minutes for a post."""
    done = asyncio.Event()

    async def renew() -> None:
        while not await until(done, RENEW.total_seconds()):
            await stream.renew(me, [item.id for item in items])

    renewing = asyncio.create_task(renew())
    try:
        yield
    finally:
        done.set()
        await renewing
