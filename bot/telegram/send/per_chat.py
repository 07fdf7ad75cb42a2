"""A lock per chat inside this process, first come first served."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class PerChat:
    """Locks by chat id that vanish when nobody holds or wants them."""

    def __init__(self) -> None:
        self._locks: dict[int, asyncio.Lock] = {}
        self._wanted: dict[int, int] = {}

    @asynccontextmanager
    async def __call__(self, chat_id: int) -> AsyncIterator[None]:
        """Hold the chat for the body of the block."""
        lock = self._locks.setdefault(chat_id, asyncio.Lock())
        self._wanted[chat_id] = self.wanted(chat_id) + 1
        try:
            async with lock:
                yield
        finally:
            self._wanted[chat_id] -= 1
            if not self._wanted[chat_id]:
                del self._wanted[chat_id], self._locks[chat_id]

    def wanted(self, chat_id: int) -> int:
        """How many hold the chat or wait for it."""
        return self._wanted.get(chat_id, 0)
