"""Waiting for what happens: a limit here ends a hang, it measures nothing."""

import asyncio
from collections.abc import Awaitable, Callable

EVENT_S = 180.0
"""Seconds that anything may take: a hundred times what it takes where nothing else runs."""


async def eventually(condition: Callable[[], Awaitable[bool]], within: float = EVENT_S) -> None:
    """Return as soon as the condition holds; ``TimeoutError`` when it does not in time.

    For what the store does, which tells nobody when it is done.
    """
    async with asyncio.timeout(within):
        while not await condition():  # noqa: ASYNC110 - the store has no event for it
            await asyncio.sleep(0.02)
