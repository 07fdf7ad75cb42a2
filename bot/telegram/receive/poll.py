"""The update loop: raw ``getUpdates``, durable first, offset after.

aiogram's own polling decodes a batch as a whole, so one undecodable update would block all; here
an update is stored as the server gave it and confirmed only when it is safe.
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeVar

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramConflictError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod

from bot.store.errors import StoreUnavailable
from bot.telegram.send.session import ANSWER_TIMEOUT, WebhookActive, ended_by
from bot.wait import backoff, until

log = structlog.get_logger()
_T = TypeVar("_T")

_PATIENCE = 30  # seconds that the server holds a poll without news
_BATCH = 100  # the most that the server gives
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds between failed polls
STORE_PAUSE = 2.0  # seconds at most: a store that restarts is back soon
CONFLICT_PAUSE = 5.0  # seconds; our call ends the other poller's, which may well come back


class UpdateSink(Protocol):
    """Where updates become durable."""

    async def accept(self, update_id: int, raw: str) -> object:
        """Store one update once; ``StoreUnavailable`` when it is not stored."""


class RawUpdates(TelegramMethod[list[Any]]):
    """``getUpdates`` whose result stays as the server gave it."""

    __returning__ = list[Any]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int = _BATCH
    timeout: int = _PATIENCE
    allowed_updates: list[str]


async def poll(
    bot: Bot,
    inbox: UpdateSink,
    allowed: Sequence[str],
    stop: asyncio.Event,
    polled: Callable[[], None] = lambda: None,
) -> None:
    """Take updates until ``stop``; ``TokenRefused`` or ``WebhookActive`` end it.

    ``polled`` is called after every good answer, for whoever watches our health.
    """
    poller = _Poller(bot, inbox, list(allowed), stop)
    while not stop.is_set():
        if pause := await poller.turn():
            await until(stop, pause)
        elif not stop.is_set():
            polled()


class _Poller:
    """The offset, and what was wrong with the last poll (said once, not at every turn)."""

    def __init__(
        self, bot: Bot, inbox: UpdateSink, allowed: list[str], stop: asyncio.Event
    ) -> None:
        self._bot, self._inbox, self._allowed, self._stop = bot, inbox, allowed, stop
        self._offset: int | None = None
        self._failures = 0
        self._trouble = ""

    async def turn(self) -> float:
        """One poll; the seconds to wait before the next one."""
        try:
            await self._keep(await unless_set(self._stop, self._ask()) or [])
        except (TelegramUnauthorizedError, TelegramNotFound) as error:
            raise ended_by(error) from None
        except TelegramConflictError as error:
            if "webhook" in error.message:
                raise WebhookActive from None
            return self._pause("another process polls with this token", CONFLICT_PAUSE)
        except TelegramRetryAfter as error:
            return self._pause("flood", float(error.retry_after))
        except StoreUnavailable as error:
            return self._pause(f"store away: {type(error).__name__}", self._backoff(STORE_PAUSE))
        except AiogramError as error:
            return self._pause(f"line: {type(error).__name__}", self._backoff(LONGEST_PAUSE))
        if self._trouble:
            log.info("polling resumed", after=self._trouble)
        self._failures, self._trouble = 0, ""
        return 0.0

    async def _ask(self) -> list[Any]:
        request = RawUpdates(offset=self._offset, allowed_updates=self._allowed)
        return await self._bot(request, request_timeout=int(_PATIENCE + ANSWER_TIMEOUT))

    async def _keep(self, updates: list[Any]) -> None:
        """An update moves the offset only when it is stored.

        It is never cancelled: a call to the store may swallow that.
        """
        for update in updates:
            update_id = int(update["update_id"])
            await self._inbox.accept(update_id, json.dumps(update))
            self._offset = update_id + 1

    def _backoff(self, longest: float) -> float:
        self._failures += 1
        return backoff(self._failures, FIRST_PAUSE, longest, random.random())

    def _pause(self, trouble: str, seconds: float) -> float:
        if trouble != self._trouble:
            log.warning("polling stopped", reason=trouble)
        self._trouble = trouble
        return max(seconds, 0.1)


async def unless_set(stop: asyncio.Event, work: Awaitable[_T]) -> _T | None:
    """The result of the work, or ``None`` when ``stop`` came first and the work was cancelled."""
    task = asyncio.ensure_future(work)
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        task.cancel()
        stopping.cancel()
        await asyncio.wait({task, stopping})
