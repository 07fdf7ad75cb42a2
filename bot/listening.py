"""An open port's limits: how many connections, how long and how large the head of a request.

Without them a stranger holds connections with heads that never end (slowloris), or with answers
that are never read, until no files are left for anybody else.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog

log = structlog.get_logger()
HEAD_SIZE = 16_384  # bytes; Telegram's are a twentieth of it
UNREAD_S = 30.0
_BACKLOG = 16
"""Connections that wait to be accepted. Without files to open asyncio tries, fails and tells as
often for each of them (``BaseSelectorEventLoop._accept_connection`` goes on after ``EMFILE``)."""

Factory = Callable[[], asyncio.Protocol]


class ConnectionLimit:
    """Lets ``most`` connections in; one not ``heard`` within ``seconds`` is cut.

    When it is full, the one that has waited longest unheard gives way, so that nobody is kept out
    by those who say nothing. A head of more than ``size`` bytes cuts its connection at once; one
    that takes nothing of its answer for ``unread`` seconds is cut, too.
    """

    def __init__(
        self, most: int, seconds: float, size: int = HEAD_SIZE, unread: float = UNREAD_S
    ) -> None:
        self.size, self.unread = size, unread
        self._most, self._seconds = most, seconds
        self._waiting: dict[asyncio.BaseTransport, asyncio.TimerHandle] = {}  # the oldest first
        self._heard: set[asyncio.BaseTransport] = set()

    def __len__(self) -> int:
        return len(self._waiting) + len(self._heard)

    def heard(self, transport: asyncio.BaseTransport | None) -> None:
        """Let a connection take its time: who sends on it is known, or served soon."""
        if transport and (timer := self._waiting.pop(transport, None)):
            timer.cancel()
            self._heard.add(transport)

    def enter(self, transport: asyncio.Transport) -> bool:
        """Count a new connection; False where there is no room for it."""
        if len(self) >= self._most:
            oldest = next(iter(self._waiting), None)
            log.warning("too many connections", most=self._most)
            if not isinstance(oldest, asyncio.Transport):
                return False
            self.leave(oldest)
            oldest.abort()
        loop = asyncio.get_running_loop()
        self._waiting[transport] = loop.call_later(self._seconds, transport.abort)
        return True

    def leave(self, transport: asyncio.BaseTransport) -> None:
        """Count a connection no more."""
        self._heard.discard(transport)
        if timer := self._waiting.pop(transport, None):
            timer.cancel()


class _Guarded(asyncio.Protocol):
    """A connection behind a gate, handed to the protocol within."""

    def __init__(self, gate: ConnectionLimit, inner: asyncio.Protocol) -> None:
        self._gate, self._inner = gate, inner
        self._transport: asyncio.Transport | None = None
        self._head: bytes | None = b""  # None when the first one is whole
        self._unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Hand the connection on, or end it where there is no room."""
        if isinstance(transport, asyncio.Transport) and self._gate.enter(transport):
            self._transport = transport
            transport.set_write_buffer_limits(high=0)  # to be told of whatever is not taken
            self._inner.connection_made(transport)
        else:
            transport.close()

    def data_received(self, data: bytes) -> None:
        """Hand on what came, unless it makes the head too long."""
        if self._transport is None:
            return
        if self._head is not None:
            self._head += data
            whole = b"\r\n\r\n" in self._head or b"\n\n" in self._head
            if not whole and len(self._head) > self._gate.size:
                self._transport.abort()
                return
            self._head = None if whole else self._head
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        """Hand it on."""
        return self._inner.eof_received() if self._transport else None

    def connection_lost(self, exc: Exception | None) -> None:
        """Hand it on."""
        if self._transport:
            self._taken()
            self._gate.leave(self._transport)
            self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        """Hand it on, and look later whether the other side takes anything."""
        self._look_later()
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """Hand it on."""
        self._taken()
        self._inner.resume_writing()

    def _look_later(self) -> None:
        if self._transport:
            loop, left = asyncio.get_running_loop(), self._transport.get_write_buffer_size()
            self._unread = loop.call_later(self._gate.unread, self._look, left)

    def _look(self, before: int) -> None:
        if self._transport and self._transport.get_write_buffer_size() >= before:
            self._transport.abort()
        else:
            self._look_later()

    def _taken(self) -> None:
        if self._unread:
            self._unread.cancel()
            self._unread = None


@asynccontextmanager
async def listening(
    gate: ConnectionLimit, inner: Factory, host: str, port: int
) -> AsyncIterator[None]:
    """Take connections while the block runs; ``OSError`` when the address cannot be had.

    Nothing new comes in after the block; who ends the connections is the protocol's business.
    """
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: _Guarded(gate, inner()), host, port, backlog=_BACKLOG
    )
    try:
        yield
    finally:
        server.close()


def why(error: OSError) -> str:
    """The reason of a failed system call without numbers and addresses."""
    return os.strerror(error.errno) if error.errno else type(error).__name__
