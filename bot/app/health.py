"""Is it alive, is it ready, how is it doing: /livez, /readyz and /metrics on a port of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog

from bot.app.loop_lag import LagSpread
from bot.errors import CommandError
from bot.listening import ConnectionLimit, listening, why
from bot.model import utc_now
from bot.store import Store
from bot.store.connection.connect import check_write
from bot.store.errors import StoreUnavailable
from bot.supervision import Supervisor

log = structlog.get_logger()
ANSWER = 2.0  # seconds that the store has to answer before we are not ready
POLL_AGE = timedelta(seconds=90)
HEALTH_CONNECTIONS = 32
HEALTH_HEAD_S = 2.0  # for the head of a request
HEALTH_HEAD_SIZE = 8_192  # bytes of it


class HealthPortTaken(CommandError):
    """Nothing can be served on the port."""

    def __init__(self, port: int, error: OSError) -> None:
        super().__init__(
            f"HEALTH_PORT: cannot serve on {port} ({why(error)}); choose another, or 0"
        )


@dataclass
class Health:
    """What the stages tell about themselves; a reason that stands makes us not ready.

    A warning is only shown: the work goes on, and taking us out would mend nothing.

    ``telegram``: the stage runs here, so that its first answer is waited for. ``daily_budget`` is
    in dollars.
    """

    telegram: bool = False
    daily_budget: float = 0.0
    troubles: dict[str, str] = field(default_factory=dict)
    warnings: dict[str, str] = field(default_factory=dict)
    polled_at: datetime | None = None
    supervisor: Supervisor = field(default_factory=Supervisor)
    lag: LagSpread = field(default_factory=LagSpread)

    def polled(self) -> None:
        """Telegram has just answered a poll."""
        self.polled_at = utc_now()


async def troubles(health: Health, store: Store) -> list[str]:
    """Why we are not ready; empty when we are. Takes at most ``ANSWER`` seconds.

    A store that answers may still refuse to write: it is full, read-only or without a disk.
    """
    found = [f"{name}: {reason}" for name, reason in health.troubles.items()]
    found += [f"{part}: {error}" for part, error in health.supervisor.troubles.items()]
    if health.telegram and health.polled_at is None:
        found.append("telegram: not reached yet")
    elif health.polled_at and utc_now() - health.polled_at > POLL_AGE:
        found.append("telegram: no answer to polls")
    try:
        async with asyncio.timeout(ANSWER):
            await check_write(store.redis)
    except (StoreUnavailable, TimeoutError, OSError) as error:
        found.append(f"store: {type(error).__name__}")
    return found


@asynccontextmanager
async def served(
    health: Health, store: Store, port: int, host: str = "127.0.0.1"
) -> AsyncIterator[None]:
    """Answer on a port while the block runs; port 0 opens none, a taken one raises."""
    if not port:
        yield
        return
    pages = _Pages(health, store)
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(listening(pages.gate, pages.connection, host, port))
        except OSError as error:
            raise HealthPortTaken(port, error) from None
        log.info("health served", port=port)
        yield


class _Page(NamedTuple):
    """What is answered."""

    status: str
    body: bytes
    type: str = "text/plain; charset=utf-8"


class _Pages:
    """The three pages over plain HTTP/1.1, a connection a request."""

    def __init__(self, health: Health, store: Store) -> None:
        self._health, self._store = health, store
        self.gate = ConnectionLimit(HEALTH_CONNECTIONS, HEALTH_HEAD_S, HEALTH_HEAD_SIZE)

    def connection(self) -> asyncio.Protocol:
        reader = asyncio.StreamReader(HEALTH_HEAD_SIZE)
        return asyncio.StreamReaderProtocol(reader, self.answer)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(2 * ANSWER):
                request, accept = await _head(reader)
                self.gate.heard(writer.transport)
                page = await self._page(request, accept)
                head = f"HTTP/1.1 {page.status}\r\nContent-Type: {page.type}\r\n"
                head += f"Content-Length: {len(page.body)}\r\nConnection: close\r\n\r\n"
                writer.write(head.encode() + page.body)
                await writer.drain()
        except (TimeoutError, ConnectionError, ValueError) as error:
            log.debug("health request dropped", error=type(error).__name__)
        finally:
            writer.close()

    async def _page(self, request: bytes, accept: str) -> _Page:
        path = [*request.split(b" "), b""][1].partition(b"?")[0]
        match path:
            case b"/livez":
                return _Page("200 OK", b"alive\n")
            case b"/readyz":
                return await self._ready()
            case b"/metrics":
                return await self._metrics(accept)
        return _Page("404 Not Found", b"not found\n")

    async def _ready(self) -> _Page:
        found = await troubles(self._health, self._store)
        if found:
            return _Page("503 Service Unavailable", ("\n".join(found) + "\n").encode())
        said = {name: text for name, text in self._health.warnings.items() if text}
        lines = ["ready", *(f"warning: {name}: {text}" for name, text in said.items())]
        return _Page("200 OK", ("\n".join(lines) + "\n").encode())

    async def _metrics(self, accept: str) -> _Page:
        """What the process knows is told also while the store is away."""
        from bot.app import metrics  # its library is only for those who are asked

        health = self._health
        own = metrics.ProcessFigures(
            counts=self._store.counts,
            lag=health.lag,
            restarts=health.supervisor.restarts,
            polled_at=health.polled_at,
            budget=health.daily_budget,
        )
        try:
            async with asyncio.timeout(ANSWER):
                found = await metrics.store_figures(self._store, health.daily_budget)
        except (StoreUnavailable, TimeoutError, OSError) as error:
            log.warning("store unavailable", page="metrics", error=type(error).__name__)
            found = None
        return _Page("200 OK", *metrics.exposed(own, found, accept))


async def _head(reader: asyncio.StreamReader) -> tuple[bytes, str]:
    """The first line of a request, and what it accepts."""
    request, accept = await reader.readline(), list[str]()
    line = request
    while line.strip():
        line = await reader.readline()
        name, _, value = line.decode("latin-1").partition(":")
        if name.strip().lower() == "accept":
            accept.append(value.strip())
    return request, ",".join(accept)
