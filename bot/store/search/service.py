"""Search over the entries: a local projection of the store that may be deleted at any moment."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from bot.model import Entry
from bot.store import Store
from bot.store.errors import DamagedError, SearchError, StoreUnavailable
from bot.store.search.change_log import Changes, change_in, read_entry
from bot.store.search.file import remove
from bot.store.search.index import Found, Index, Reach
from bot.store.search.terms import Query, says
from bot.wait import until

__all__ = ["Hits", "Query", "Reach", "Search", "SearchError"]

log = structlog.get_logger()
FILE = "search.db"
_BATCH = 200  # entries read and indexed at once: a tenth of a second of a thread
_MUCH = 1_000  # entries taken in at once after which the file is worth tidying
_PATIENCE = 1.0  # seconds that a search waits for what is being taken in; an import takes minutes
_COMPARED = 300  # best candidates whose words are compared with a phrase


@dataclass(frozen=True)
class Hits:
    """A page of entries, the best first, of ``total``.

    ``more``: a phrase was looked for in the best candidates only, so there may be others.
    """

    entries: tuple[Entry, ...]
    total: int
    more: bool = False


class Search:
    """Follows the log of changes into ``search.db`` and answers from there, off the loop.

    The file holds what the log holds up to the last change it has seen, so equal counts mean
    equal sets. Whatever else happens (the file is removed or damaged, the store is emptied or
    put back) shows as a difference, which is settled by comparing all keys; so does the start.
    """

    def __init__(self, home: Path, store: Store) -> None:
        self._path = home / FILE
        self._index, self._changes = Index(self._path), Changes(store.redis)
        self._compared, self._first, self._state = False, 0, (0, 0)
        self._following = asyncio.Lock()

    async def run(self, stop: asyncio.Event, seconds: float = 5.0) -> None:
        """Keep up until ``stop`` is set; what goes wrong is tried again the next time."""
        while not stop.is_set():
            try:
                await self.refresh()
            except (SearchError, StoreUnavailable) as error:
                log.warning("search index unavailable", reason=str(error))
            await until(stop, seconds)

    async def refresh(self) -> None:
        """Take in all changes, however many; ``SearchError`` when the file cannot be used."""
        async with self._following:
            try:
                await self._follow()
            except DamagedError as error:
                await self._start_anew(str(error))
                await self._follow()

    async def find(self, query: Query, now: datetime, limit: int, offset: int = 0) -> Hits:
        """What matches among the entries known by now; while many are taken in, those in it.

        Whatever is wrong with the search is a ``SearchError``: who asked can be told so.
        """
        try:
            await self._keep_up()
            return await self._find_mending(query, now, limit, offset)
        except (SearchError, StoreUnavailable):
            raise
        except Exception as error:  # a convenience's edge: no question may fail by it
            log.error("search failed", error=type(error).__name__, exc_info=True)
            raise SearchError(f"search: {type(error).__name__}") from None

    async def reach(self) -> Reach:
        """How many posts are looked through, and since when."""
        return await asyncio.to_thread(self._index.reach)

    async def _find_mending(self, query: Query, now: datetime, limit: int, offset: int) -> Hits:
        try:
            return await self._find(query, now, limit, offset)
        except DamagedError as error:
            async with self._following:
                await self._start_anew(str(error))
            await self.refresh()
            return await self._find(query, now, limit, offset)

    async def _find(self, query: Query, now: datetime, limit: int, offset: int) -> Hits:
        if query.phrases:
            return await self._with_phrases(query, now, limit, offset)
        found = await asyncio.to_thread(self._index.find, query, now, limit, offset)
        return Hits(await self._entries(found, query), found.total)

    async def _with_phrases(self, query: Query, now: datetime, limit: int, offset: int) -> Hits:
        """The file keeps no positions, so candidates are read and compared."""
        found = await asyncio.to_thread(self._index.find, query, now, _COMPARED)
        entries = await self._entries(found, query)
        page = entries[offset : offset + limit]
        return Hits(page, len(entries), more=found.total > _COMPARED)

    async def _entries(self, found: Found, query: Query) -> tuple[Entry, ...]:
        """Those that still exist and say the phrases."""
        if not found.keys:
            return ()
        bodies = await self._changes.bodies(found.keys)
        return await asyncio.to_thread(_saying, bodies, query)

    async def _keep_up(self) -> None:
        try:
            async with asyncio.timeout(_PATIENCE), self._following:
                pass  # whoever was at it is done
        except TimeoutError:
            return
        if self._compared and await self._is_behind():
            await self.refresh()

    async def _is_behind(self) -> bool:
        return await self._changes.state() != self._state or not self._path.exists()

    async def _follow(self) -> None:
        state = await self._changes.state()
        await self._catch_up()
        self._state = state

    async def _catch_up(self) -> None:
        if await asyncio.to_thread(self._index.wasteful):
            await self._start_anew("mostly waste")
        count, last = await asyncio.to_thread(self._index.size)
        if self._compared and count:
            await self._take_in(self._changes.after(last))
            await self._forget_before(await self._changes.first())
            count, _ = await asyncio.to_thread(self._index.size)
        if not self._compared or count != (await self._changes.state())[0]:
            await self._compare()

    async def _forget_before(self, first: int) -> None:
        if first != self._first:
            await asyncio.to_thread(self._index.drop_before, first)
            self._first = first

    async def _compare(self) -> None:
        """Make the file equal to the log, the newest entries first."""
        logged = {key: change async for key, change in self._changes.after(0)}
        known = await asyncio.to_thread(self._index.known)
        wrong = [key for key, change in known.items() if change > logged.get(key, 0)]
        await asyncio.to_thread(self._index.drop, wrong)
        missing = [(key, at) for key, at in logged.items() if known.get(key) != at]
        await self._take_in(_each(reversed(missing)))
        if len(missing) > _MUCH:
            await asyncio.to_thread(self._index.tidy)
        self._compared = True

    async def _take_in(self, changes: AsyncIterable[tuple[str, int]]) -> None:
        batch: list[tuple[str, int]] = []
        async for change in changes:
            batch.append(change)
            if len(batch) == _BATCH:
                await self._index_batch(batch)
                batch = []
        await self._index_batch(batch)

    async def _index_batch(self, batch: list[tuple[str, int]]) -> None:
        if batch:
            bodies = await self._changes.bodies([key for key, _ in batch])
            await asyncio.to_thread(self._apply, batch, bodies)

    def _apply(self, batch: list[tuple[str, int]], bodies: list[bytes | None]) -> None:
        """In a thread, because reading and stemming take most of the time."""
        found = zip(batch, bodies, strict=True)
        self._index.apply([change_in(key, change, body) for (key, change), body in found])

    async def _start_anew(self, reason: str) -> None:
        log.info("search file made anew", reason=reason)
        self._compared = False
        await asyncio.to_thread(remove, self._path)


async def _each(changes: Iterable[tuple[str, int]]) -> AsyncIterator[tuple[str, int]]:
    for change in changes:
        yield change


def _saying(bodies: Iterable[bytes | None], query: Query) -> tuple[Entry, ...]:
    entries = (entry for body in bodies if (entry := read_entry(body)))
    return tuple(e for e in entries if all(says(e, phrase) for phrase in query.phrases))
