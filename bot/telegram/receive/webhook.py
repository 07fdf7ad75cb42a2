"""The webhook server: updates are stored before the 200; without the secret none is read."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from hmac import compare_digest
from typing import TypeVar, cast
from urllib.parse import urlsplit

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetWebhookInfo, SetWebhook, TelegramMethod
from aiohttp import web

from bot.listening import ConnectionLimit, listening, why
from bot.store.errors import StoreUnavailable
from bot.telegram.receive.poll import FIRST_PAUSE, LONGEST_PAUSE, UpdateSink
from bot.telegram.send.session import Ended, ended_by
from bot.wait import backoff, until

log = structlog.get_logger()
HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST = 2**20  # bytes of one update; real ones have some kilobytes
WEBHOOK_CONNECTIONS = 128  # Telegram opens forty, a hundred at most
WEBHOOK_HEAD_S = 5.0  # seconds in which a connection has to bring a request with the secret
_LOOK = 30.0  # seconds between two looks whether the hook is ours and the token good
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram is to bring updates, by what it proves itself, and where they come in."""

    url: str
    secret: str
    port: int
    host: str = "127.0.0.1"


class WebhookPortTaken(Ended):
    """Nothing can be served on the port."""

    def __init__(self, port: int, error: OSError) -> None:
        super().__init__(f"WEBHOOK_PORT: cannot serve on {port} ({why(error)}); choose another")


async def receive_updates(
    bot: Bot,
    inbox: UpdateSink,
    allowed: Sequence[str],
    hook: Webhook,
    stop: asyncio.Event,
    looked: Callable[[], None] = lambda: None,
    *,
    every: float = _LOOK,
) -> None:
    """Take updates at the hook until ``stop``; ``TokenRefused`` or ``WebhookPortTaken`` end it.

    Any number of processes may do this behind one address. The hook stays set at the end, so that
    what comes meanwhile waits at Telegram. ``looked`` is called whenever Telegram has said that
    the hook is ours, which is asked ``every`` so many seconds.
    """
    request = SetWebhook(url=hook.url, secret_token=hook.secret, allowed_updates=list(allowed))
    async with _served(inbox, hook):
        while not stop.is_set():
            if await _ask(bot, GetWebhookInfo(), stop, lambda info: info.url == hook.url):
                looked()
                await until(stop, every)
            elif not stop.is_set() and await _ask(bot, request, stop):
                log.info("webhook set", host=urlsplit(hook.url).hostname)


async def _ask(
    bot: Bot,
    request: TelegramMethod[_T],
    stop: asyncio.Event,
    good: Callable[[_T], bool] = bool,
) -> bool:
    """Ask until Telegram answers; whether the answer is good."""
    failures = 0
    while not stop.is_set():
        try:
            return good(await bot(request))
        except (TelegramUnauthorizedError, TelegramNotFound) as error:
            raise ended_by(error) from None
        except TelegramRetryAfter as error:
            pause = float(error.retry_after)
        except AiogramError as error:
            failures += 1
            pause = backoff(failures, FIRST_PAUSE, LONGEST_PAUSE, random.random())
            if isinstance(
                error, TelegramBadRequest
            ):  # its words name what is wrong: a port, a name
                log.warning("webhook refused", reason=error.message)
            else:
                log.warning("webhook check failed", error=type(error).__name__)
        await until(stop, pause)
    return False


@asynccontextmanager
async def _served(inbox: UpdateSink, hook: Webhook) -> AsyncIterator[None]:
    gate, app = (
        ConnectionLimit(WEBHOOK_CONNECTIONS, WEBHOOK_HEAD_S),
        web.Application(client_max_size=LARGEST),
    )
    app.router.add_post(
        urlsplit(hook.url).path or "/", _Endpoint(inbox, hook.secret, gate).handle_request
    )
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=5)
    await runner.setup()
    try:
        async with AsyncExitStack() as stack:
            try:
                await stack.enter_async_context(
                    listening(gate, cast("web.Server", runner.server), hook.host, hook.port)
                )
            except OSError as error:
                raise WebhookPortTaken(hook.port, error) from None
            yield
    finally:
        await runner.cleanup()


class _Endpoint:
    """Lets updates in, after a look at the request's head."""

    def __init__(self, inbox: UpdateSink, secret: str, gate: ConnectionLimit) -> None:
        self._inbox, self._secret, self._gate = inbox, secret.encode(), gate

    async def handle_request(self, request: web.Request) -> web.Response:
        """Refuse by the head, then read, store, and only then say that it is taken."""
        if refusal := self._refusal(request):
            return web.Response(status=refusal)
        self._gate.heard(request.transport)
        try:
            body = await request.text()
            update_id = _id_of(body)
        except (UnicodeDecodeError, LookupError, ValueError, RecursionError):
            return web.Response(status=400)
        try:
            await self._inbox.accept(update_id, body)
        except StoreUnavailable as error:  # Telegram brings it again
            log.warning("store unavailable", stage="webhook", error=type(error).__name__)
            return web.Response(status=503)
        return web.Response()

    def _refusal(self, request: web.Request) -> int:
        given = request.headers.get(HEADER, "").encode(errors="surrogateescape")
        if not compare_digest(given, self._secret):
            return 401
        if (request.content_length or 0) > LARGEST:
            return 413
        return 0 if request.content_type == "application/json" else 415


def _id_of(body: str) -> int:
    """The update's id; ``LookupError`` or ``ValueError`` for what is no update."""
    found = json.loads(body)
    if not isinstance(found, dict) or not isinstance(found.get("update_id"), int):
        raise ValueError("no update")
    return int(found["update_id"])
