"""`fortochka mcp`: the archive's tools for the program that started it, over its pipes."""

import asyncio
from datetime import timedelta

import structlog

from bot import config
from bot.app.logs import set_up
from bot.app.shutdown import listen
from bot.config import Settings
from bot.errors import explain
from bot.mcp.extra import check_extra
from bot.mcp.tools import ArchiveTools, ToolRefused
from bot.store import Store, open_store
from bot.store.errors import BackupError, ServerError, StoreError, StoreUnavailable
from bot.wait import until
from bot.web.places import Site

log = structlog.get_logger()
_OPENING_S = 10.0  # that a call waits for the store at the start
_AGAIN_S = 3.0  # between two tries to open it


async def serve_mcp() -> None:
    """Serve until stdin ends or a signal comes; ``CommandError`` without the extra."""
    check_extra()
    from bot.mcp.server import mcp_server
    from bot.mcp.stdio import serve_stdio

    settings, stop = config.load(), asyncio.Event()
    set_up(settings)
    listen(stop)
    opened = _OpenedStore(settings)
    site = Site(url=settings.web_url or "", retention_days=settings.retention_days)
    tools = ArchiveTools(opened.get, site, timedelta(days=settings.retention_days))
    keeping = asyncio.create_task(opened.keep(stop))
    try:
        await serve_stdio(mcp_server(tools), stop)
    finally:
        stop.set()
        await keeping


class _OpenedStore:
    """The store, opened as soon as it is there: a client is served in any case."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._tried = settings, asyncio.Event()
        self._store: Store | None = None
        self._trouble = "the store is being opened; try again in a few seconds"

    async def get(self) -> Store:
        """The open store; ``ToolRefused`` says why there is none."""
        await until(self._tried, _OPENING_S)
        if self._store is None:
            raise ToolRefused(self._trouble)
        return self._store

    async def keep(self, stop: asyncio.Event) -> None:
        """Open it, again where that fails, and take in what changes until ``stop``."""
        while not stop.is_set():
            try:
                async with open_store(self._settings) as self._store:
                    self._tried.set()
                    await self._store.read_model.run(stop)
            except (BackupError, ServerError, StoreError, StoreUnavailable) as error:
                self._trouble = explain(error)
                log.warning("store unavailable", stage="mcp", reason=self._trouble)
            finally:
                self._store = None
                self._tried.set()
            await until(stop, _AGAIN_S)
