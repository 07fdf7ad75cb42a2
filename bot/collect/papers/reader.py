"""Asks a source for the papers that are due: in batches, in turn with all other processes."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.collect.papers.site import PapersRefused, PapersUnavailable, PapersUnreadable
from bot.model import PaperMetadata, PaperSource
from bot.store import Store
from bot.store.errors import StoreUnavailable
from bot.wait import backoff, tick, until

log = structlog.get_logger()

_IDLE_S = 5.0  # between two looks at what is due
_LEASE = timedelta(seconds=60)  # three times the deadline of an answer
_FIRST, _LONGEST = timedelta(seconds=30), timedelta(hours=1)


class AskedSource(Protocol):
    """Who knows of papers: how many it takes at once, and how long it is left alone between."""

    name: PaperSource
    most: int
    pause: timedelta

    async def ask(self, ids: Sequence[str], now: datetime) -> Mapping[str, PaperMetadata]:
        """What is known of these; ``PapersUnavailable``, ``PapersRefused``."""

    @staticmethod
    def knows(paper_id: str) -> bool:
        """True for an id that it takes."""


class PaperReader:
    """Reads what a source knows; ``pause`` between two requests is the source's own by default."""

    def __init__(
        self,
        store: Store,
        source: AskedSource,
        *,
        pause: timedelta | None = None,
        first_wait: timedelta = _FIRST,
    ) -> None:
        self._store, self._source, self._most = store, source, source.most
        self._pause = source.pause if pause is None else pause
        self._first_wait, self._failures = first_wait, 0

    @property
    def name(self) -> PaperSource:
        """Whom it asks."""
        return self._source.name

    async def run(self, stop: asyncio.Event) -> None:
        """Ask for what is due until ``stop``."""
        while not stop.is_set():
            try:
                wait = await self.ask_due()
            except StoreUnavailable as error:
                log.debug("store unavailable", stage="papers", error=type(error).__name__)
                wait = _IDLE_S
            await (until(stop, wait) if wait < _IDLE_S else tick(stop, _IDLE_S))

    async def ask_due(self) -> float:
        """Ask for one batch, if any is due and it is our turn; how many seconds to wait then."""
        turn = await self._store.papers.claim(self._source.name, self._most, _LEASE)
        if not turn.ids:
            return turn.wait or _IDLE_S
        now = await self._store.now()
        ids = [each for each in turn.ids if self._source.knows(each)]
        try:
            found = await self._source.ask(ids, now) if ids else {}
        except PapersUnavailable as error:
            await self._rest(turn.ids, error)
            return 0.0
        except PapersRefused as error:
            if len(ids) > 1:  # one of them is to blame: ask for less until it stands alone
                self._most = len(ids) // 2
                await self._store.papers.leave(self._source.name, turn.ids, self._pause)
                return 0.0
            log.info("paper refused", source=self._source.name, paper=ids[0], reason=str(error))
            found = {}
        await self._store.papers.settle(self._source.name, turn.ids, found, self._pause)
        self._most = self._source.most
        if self._failures:
            log.info("papers available", source=self._source.name)
        self._failures = 0
        log.debug("papers read", source=self._source.name, asked=len(ids), found=len(found))
        return 0.0

    async def _rest(self, ids: Sequence[str], error: PapersUnavailable) -> None:
        """Leave a source alone for as long as it asks, else longer after each failure.

        What it answers unreadably is asked for in smaller batches, and one alone is put off.
        """
        self._failures += 1
        pause = backoff(self._failures, self._first_wait, _LONGEST, random.random())
        if error.wait is not None:
            pause = max(timedelta(seconds=error.wait), self._pause)
        if self._failures == 1:
            wait = round(pause.total_seconds())
            log.warning(
                "papers unavailable", source=self._source.name, reason=str(error), wait=wait
            )
        unreadable = isinstance(error, PapersUnreadable)
        if unreadable and len(ids) == 1:
            await self._store.papers.settle(self._source.name, ids, {}, pause)
            return
        if unreadable:
            self._most = len(ids) // 2
        await self._store.papers.leave(self._source.name, ids, pause)
