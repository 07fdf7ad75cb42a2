"""Waiting for what the store does, which tells nobody when it is done."""

import asyncio
from collections.abc import Awaitable, Callable


async def eventually(condition: Callable[[], Awaitable[bool]], within: float = 20) -> None:
    """Return as soon as the condition holds; ``TimeoutError`` when it does not in time."""
    async with asyncio.timeout(within):
        while not await condition():  # noqa: ASYNC110 - the store has no event for it
            await asyncio.sleep(0.02)
