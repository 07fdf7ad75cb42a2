"""Waiting for what happens: a limit here ends a hang, it measures nothing."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.publish.digest_opening import Write
from bot.publish.schedule import send_due
from bot.store import Store
from bot.store.connection.clock import Clock

EVENT_S = 180.0
"""Seconds that anything may take: a hundred times what it takes where nothing else runs."""


async def eventually(condition: Callable[[], Awaitable[bool]], within: float = EVENT_S) -> None:
    """Return as soon as the condition holds; ``TimeoutError`` when it does not in time.

    For what the store does, which tells nobody when it is done.
    """
    async with asyncio.timeout(within):
        while not await condition():  # noqa: ASYNC110 - the store has no event for it
            await asyncio.sleep(0.02)


async def due_sent(store: Store, clock: Clock | None = None, opening: Write | None = None) -> int:
    """How many slots are closed once the read model holds what the store knows.

    The schedule itself gives a busy machine a second for that, and looks again at its next tick.
    """
    await eventually(store.read_model.caught_up)
    return await send_due(store, clock, opening=opening)
