"""One pass of the real stages over what waits, for commands that print and exit."""

import asyncio
import secrets
from datetime import timedelta
from functools import partial

from bot.extract.worker import Analyst
from bot.publish.worker import join_story
from bot.store import Store
from bot.store.consume import Handle
from bot.store.stream import Stream

TOGETHER = 8
WAIT = timedelta(milliseconds=200)  # for what another process has in work


async def settle(store: Store, analyst: Analyst) -> None:
    """Analyse every waiting post and find every story, then return.

    Another process may work on the same streams; then each item is done by one of the two.
    """
    await _drain(store.post_stream, analyst.handle)
    await _drain(store.entry_stream, partial(join_story, store))


async def _drain(stream: Stream, handle: Handle) -> None:
    """Work on a stream until it is empty; items put off for later do not count."""
    me = f"once-{secrets.token_hex(4)}"
    await stream.ready()
    while await stream.in_work():
        items = await stream.take_over(me, TOGETHER) or await stream.read(me, TOGETHER, WAIT)
        await asyncio.gather(*(handle(item) for item in items))
    await stream.leave(me)
