"""How a loop on the store waits and ends: by an event, never by being cancelled alone.

redis-py may swallow a cancellation that arrives while it reads an answer.
"""

import asyncio
from contextlib import suppress


async def until(event: asyncio.Event, seconds: float) -> bool:
    """Wait for the event; whether it came in time."""
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
    return event.is_set()
