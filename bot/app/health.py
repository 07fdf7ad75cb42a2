"""Is it alive, is it ready, how is it doing: /livez, /readyz and /metrics on a port of its own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from bot import __version__
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
HEALTH_HEAD_S = 2.0  # for the first line of a request
HEALTH_HEAD_SIZE = 8_192  # bytes of that line


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

    ``telegram``: the stage runs here, so that its first answer is waited for.
    """

    telegram: bool = False
    troubles: dict[str, str] = field(default_factory=dict)
    warnings: dict[str, str] = field(default_factory=dict)
    polled_at: datetime | None = None
    supervisor: Supervisor = field(default_factory=Supervisor)

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
                request = await reader.readline()
                self.gate.heard(writer.transport)
                status, body = await self._page(request)
                head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\n"
                head += f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
                writer.write(head.encode() + body)
                await writer.drain()
        except (TimeoutError, ConnectionError, ValueError) as error:
            log.debug("health request dropped", error=type(error).__name__)
        finally:
            writer.close()

    async def _page(self, request: bytes) -> tuple[str, bytes]:
        pages: dict[bytes, Callable[[], Awaitable[tuple[str, bytes]]]] = {
            b"/livez": self._live,
            b"/readyz": self._ready,
            b"/metrics": self._metrics,
        }
        path = [*request.split(b" "), b""][1].partition(b"?")[0]
        page = pages.get(path)
        return await page() if page else ("404 Not Found", b"not found\n")

    async def _live(self) -> tuple[str, bytes]:
        return "200 OK", b"alive\n"

    async def _ready(self) -> tuple[str, bytes]:
        found = await troubles(self._health, self._store)
        if found:
            return "503 Service Unavailable", ("\n".join(found) + "\n").encode()
        said = {name: text for name, text in self._health.warnings.items() if text}
        lines = ["ready", *(f"warning: {name}: {text}" for name, text in said.items())]
        return "200 OK", ("\n".join(lines) + "\n").encode()

    async def _metrics(self) -> tuple[str, bytes]:
        try:
            return "200 OK", await _measured(self._store, self._health.supervisor)
        except StoreUnavailable as error:
            return "503 Service Unavailable", f"store: {type(error).__name__}\n".encode()


async def _measured(store: Store, supervisor: Supervisor) -> bytes:
    registry = CollectorRegistry()
    build = Gauge("fortochka_build_info", "What runs here.", ["version"], registry=registry)
    build.labels(__version__).set(1)
    restarts = Counter(
        "fortochka_restarts", "Starts of a part after it ended.", ["part"], registry=registry
    )
    for part, number in supervisor.restarts.items():
        restarts.labels(part).inc(number)
    waiting = Gauge("fortochka_waiting", "Unfinished items.", ["stream"], registry=registry)
    streams = {
        "updates": store.update_stream,
        "posts": store.post_stream,
        "entries": store.entry_stream,
        "outbox": store.outbox_stream,
    }
    for name, stream in streams.items():
        waiting.labels(name).set(await stream.waiting())
    today = Gauge("fortochka_today", "Counters of the UTC day.", ["what"], registry=registry)
    for what, number in (await store.usage.of(utc_now().date())).items():
        today.labels(what).set(number)
    readers = Gauge("fortochka_readers", "Active subscriptions.", registry=registry)
    readers.set(await store.subscriptions.count())
    return generate_latest(registry)
