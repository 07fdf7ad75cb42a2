"""Notices a store that was emptied or exchanged behind our back; its owners are told once.

The store's name is kept here while we run, and in the home beyond that. It differs: all that was
known is gone, so nobody is an owner, a reader or a source by it any more, and the work goes on.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import structlog

from bot.config import ConfigError
from bot.model import Language
from bot.publish.owner_notices import tell_of_emptied
from bot.store import Store
from bot.store.connection.home import STORE_ID_FILE, prepare, write_private
from bot.store.connection.identity import Identity
from bot.store.errors import StoreUnavailable
from bot.wait import tick

log = structlog.get_logger()
LOOK = 5.0  # seconds between two looks
YOUNG = timedelta(days=7)
"""An older store has a life of its own: whoever leads us to it means it. A note is kept longer."""

Renew = Callable[[], Awaitable[None]]


class StoreWatch:
    """What was last known of the store; ``renew`` puts back what the settings put into it."""

    def __init__(
        self, store: Store, home: Path, language: Language, renew: Sequence[Renew] = ()
    ) -> None:
        self._store, self._home, self._language, self._renew = store, home, language, renew
        self._name = _remembered(home)
        self._username: str | None = None

    async def watch(self, stop: asyncio.Event, seconds: float = LOOK) -> None:
        """Look until ``stop``; what fails half-way is done again."""
        while not stop.is_set():
            try:
                await self.look()
            except StoreUnavailable as error:
                log.debug("store unavailable", stage="identity", error=type(error).__name__)
            await tick(stop, seconds)

    async def look(self) -> None:
        """Compare the store with what was known of it, and act on a difference."""
        found = await self._store.identity()
        if self._name not in ("", found.name):
            await self._begin_anew(found)
        if self._name != found.name:
            self._name = found.name
            with suppress(OSError, ConfigError):  # then this process alone knows it
                prepare(self._home)
                write_private(self._home / STORE_ID_FILE, found.name)
        self._store.owners.remember(found.owners)
        self._username = await self._store.sent_files.username() or self._username

    async def _begin_anew(self, found: Identity) -> None:
        if self._username:
            await self._store.sent_files.name(self._username)
        for renew in self._renew:
            await renew()
        if found.age > YOUNG:
            log.warning("another store", then="goes on with what is there")
            return
        told = self._store.owners.remembered
        await tell_of_emptied(self._store, self._language, found.name, told)
        log.error("store emptied", told=len(told), then="settings are put back")


def _remembered(home: Path) -> str:
    try:
        return (home / STORE_ID_FILE).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
