"""Search over the entries: a local projection of the store that may be deleted at any moment."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from bot.model import Entry
from bot.store import Store
from bot.store.away import StoreAway
from bot.store.search_changes import Changes
from bot.store.search_file import DamagedError, SearchError, remove
from bot.store.search_index import Change, Found, Index, Reach
from bot.store.search_words import Query, says, terms

__all__ = ["Hits", "Query", "Reach", "Search", "SearchError"]

log = structlog.get_logger()
FILE = "search.db"
_BATCH = 200  # entries read and indexed at once: a tenth of a second of a thread
_MUCH = 1_000  # entries taken in at once after which the file is worth tidying
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
        self._compared, self._first = False, 0
        self._following = asyncio.Lock()

    async def run(self, stop: asyncio.Event, seconds: float = 5.0) -> None:
        """Keep up until ``stop`` is set; what goes wrong is tried again the next time."""
        while not stop.is_set():
            try:
                await self.refresh()
            except (SearchError, StoreAway) as error:
                log.warning("search waits", reason=str(error))
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), seconds)

    async def refresh(self) -> None:
        """Take in all changes, however many; ``SearchError`` when the file cannot be used."""
        async with self._following:
            try:
                await self._follow()
            except DamagedError as error:
                await self._start_anew(str(error))
                await self._follow()

    async def find(self, query: Query, now: datetime, limit: int, offset: int = 0) -> Hits:
        """What matches among the entries known by now; while the file is filled, those in it."""
        if self._compared and not self._following.locked():
            await self.refresh()
        try:
            return await self._find(query, now, limit, offset)
        except DamagedError as error:
            async with self._following:
                await self._start_anew(str(error))
            await self.refresh()
            return await self._find(query, now, limit, offset)

    async def reach(self) -> Reach:
        """How many posts are looked through, and since when."""
        return await asyncio.to_thread(self._index.reach)

    async def _find(self, query: Query, now: datetime, limit: int, offset: int) -> Hits:
        if query.phrases:
            return await self._with_phrases(query, now, limit, offset)
        found = await asyncio.to_thread(self._index.find, query, now, limit, offset)
        return Hits(tuple([entry async for entry in self._entries(found)]), found.total)

    async def _with_phrases(self, query: Query, now: datetime, limit: int, offset: int) -> Hits:
        """The file keeps no positions, so candidates are read and compared."""
        found = await asyncio.to_thread(self._index.find, query, now, _COMPARED)
        entries = [
            entry
            async for entry in self._entries(found)
            if all(says(entry, phrase) for phrase in query.phrases)
        ]
        page = tuple(entries[offset : offset + limit])
        return Hits(page, len(entries), more=found.total > _COMPARED)

    async def _entries(self, found: Found) -> AsyncIterator[Entry]:
        for start in range(0, len(found.keys), _BATCH):
            for entry in await self._changes.bodies(found.keys[start : start + _BATCH]):
                if entry:
                    yield entry

    async def _follow(self) -> None:
        if await asyncio.to_thread(self._index.wasteful):
            await self._start_anew("mostly waste")
        count, last = await asyncio.to_thread(self._index.size)
        if self._compared and count:
            await self._take_in(self._changes.after(last))
            await self._forget_before(await self._changes.first())
            count, _ = await asyncio.to_thread(self._index.size)
        if not self._compared or count != await self._changes.count():
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
            entries = await self._changes.bodies([key for key, _ in batch])
            found = zip(batch, entries, strict=True)
            changes = [_change(key, change, entry) for (key, change), entry in found]
            await asyncio.to_thread(self._index.apply, changes)

    async def _start_anew(self, reason: str) -> None:
        log.info("search file made anew", reason=reason)
        self._compared = False
        await asyncio.to_thread(remove, self._path)


async def _each(changes: Iterable[tuple[str, int]]) -> AsyncIterator[tuple[str, int]]:
    for change in changes:
        yield change


def _change(key: str, change: int, entry: Entry | None) -> Change:
    """Terms are found in the indexing thread, because stemming takes most of the time."""
    if entry is None:
        return Change(key, change)
    at = int(entry.post.published_at.timestamp())
    return Change(key, change, at, entry.skipped, lambda: terms(entry))
