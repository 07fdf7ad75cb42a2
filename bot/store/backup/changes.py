"""Which keys have changed since they were read: the server tells, as it tells a cache.

``CLIENT TRACKING`` with ``BCAST`` names every key with our prefix that is written to, removed or
expires. It goes over a connection of its own, redirected to itself, as RESP2 wants it:
https://redis.io/docs/latest/develop/reference/client-side-caching/
"""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from bot.store import keys
from bot.store.errors import BackupError

_CHANNEL = "__redis__:invalidate"
_PAUSE_MS = 2_000  # less than a client waits for an answer


class Changes:
    """Names of changed keys, gathered while the block lasts."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._connection: Any = None
        self._changed = set[bytes]()

    async def __aenter__(self) -> Self:
        """Begin to be told; ``ResponseError`` where the server does not tell."""
        self._connection = await self._redis.connection_pool.get_connection()  # type: ignore[no-untyped-call]
        try:
            number = await self._ask("CLIENT", "ID")
            await self._ask(
                *("CLIENT", "TRACKING", "ON", "REDIRECT", number, "BCAST", "PREFIX", keys.PREFIX)
            )
            await self._ask("SUBSCRIBE", _CHANNEL)
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._close()

    async def _close(self) -> None:
        await self._connection.disconnect()  # so that nobody else gets what is told here
        await self._redis.connection_pool.release(self._connection)

    async def _ask(self, *words: object) -> Any:
        await self._connection.send_command(*words)
        return await self._connection.read_response(disable_decoding=True)

    async def gather(self) -> None:
        """Take in what was told; all that changed before this call is known after it."""
        token = secrets.token_hex(8).encode()
        await self._connection.send_command("PING", token)
        while (told := await self._connection.read_response(disable_decoding=True))[1] != token:
            if told[2] is None:
                raise BackupError("the store was emptied meanwhile; nothing was written")
            self._changed.update(told[2])

    @property
    def count(self) -> int:
        """How many keys have changed, as far as it was told."""
        return len(self._changed)

    def forget(self, key: bytes) -> None:
        """It is read only now."""
        self._changed.discard(key)

    def add(self, key: bytes) -> None:
        """It has to be read again."""
        self._changed.add(key)

    def take(self) -> set[bytes]:
        """What has changed, to be read again."""
        taken, self._changed = self._changed, set()
        return taken


@asynccontextmanager
async def no_writes(redis: Redis) -> AsyncIterator[bool]:
    """Have the server put off all writes for two seconds at most; False where it may not."""
    try:
        await redis.execute_command("CLIENT PAUSE", _PAUSE_MS, "WRITE")  # type: ignore[no-untyped-call]
    except ResponseError:
        yield False
        return
    try:
        yield True
    finally:
        await redis.execute_command("CLIENT UNPAUSE")  # type: ignore[no-untyped-call]
