"""Follows the log of changes into the file of the read model, off the loop.

One process of a machine follows at a time, whichever gets the file's lock first; all read. The
file is whole up to its position in the log: equal positions and equal counts mean equal sets.
Whatever else happens (the file is removed or damaged, the store is emptied or put back) shows as
a difference, which is settled by comparing all keys.
"""

import asyncio
import time
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from sqlite3 import Connection
from typing import TypeVar

import structlog
from redis.asyncio import Redis

from bot.store.errors import DamagedError, ReadModelError, StoreUnavailable
from bot.store.read_model import rows
from bot.store.read_model.change_log import ChangeLog, LogState
from bot.store.read_model.file import FILE, only_follower, open_file, remove, remove_earlier
from bot.store.scripts import Scripts
from bot.wait import tick

log = structlog.get_logger()
_T = TypeVar("_T")

PATIENCE = 1.0
"""Seconds that a question waits for what is being taken in; a whole store takes minutes."""

_BATCH = 200  # entries read and put in at once: a tenth of a second of a thread
_MUCH = 1_000  # entries taken in at once after which the file is worth tidying
_SETTLED_S = 600.0  # after which it is looked for what an older program beside us did not tell
_LOOK = 0.02  # seconds between two looks at what another process takes in


class ReadModel:
    """The read model of one ``FORTOCHKA_HOME``: kept up with the store, asked off the loop."""

    def __init__(self, home: Path, redis: Redis, scripts: Scripts) -> None:
        self._home, self._path, self._log = home, home / FILE, ChangeLog(redis, scripts)
        self._whole: LogState | None = None  # of the log, as the file was last found to hold it
        self._first, self._settle_at, self._awaited = 0, 0.0, 0
        self._following: asyncio.Task[LogState | None] | None = None

    async def run(self, stop: asyncio.Event, seconds: float = 5.0) -> None:
        """Keep up until ``stop`` is set; what goes wrong is said once and tried again."""
        trouble = ""
        while not stop.is_set():
            try:
                await self.state()
                trouble = ""
            except (ReadModelError, StoreUnavailable) as error:
                if str(error) != trouble:
                    log.warning("read model unavailable", reason=str(error))
                trouble = str(error)
            await tick(stop, seconds)

    async def close(self) -> None:
        """Stop taking in; whoever does it next goes on from there."""
        if self._following:
            self._following.cancel()
            with suppress(asyncio.CancelledError, ReadModelError, StoreUnavailable):
                await self._following

    async def refresh(self) -> None:
        """Wait until the file holds what the store knows by now, however long that takes."""
        await self._reach(await self._log.state())
        if self._following:
            await self._following

    async def state(self) -> LogState | None:
        """The state of the log that the file holds, after a second at most; None when behind."""
        state = await self._log.state()
        try:
            async with asyncio.timeout(PATIENCE):
                await self._reach(state)
        except TimeoutError:
            return None
        return self._whole

    async def caught_up(self) -> bool:
        """True when the file holds what the store knew when this was first asked, or more.

        It waits for a second at most. A store that is written to all the time may always be ahead
        of the file; what it knew once is there soon.
        """
        if await self.state() is None:
            last = (await self._log.state()).last
            if not 0 < self._awaited <= last:  # asked for the first time, or of another store
                self._awaited = last
            if (await self.ask(rows.extent)).position < self._awaited:
                return False
        self._awaited = 0
        return True

    async def ask(self, question: Callable[[Connection], _T]) -> _T:
        """What the file answers; one that is damaged is made anew first."""
        try:
            return await asyncio.to_thread(self._ask, question)
        except DamagedError as error:
            with only_follower(self._path) as mine:
                if mine:
                    await self._start_anew(str(error))
            await self.state()
            return await asyncio.to_thread(self._ask, question)

    async def bodies(self, entry_keys: Sequence[str]) -> list[bytes | None]:
        """These entries as the store has them, to be read off the loop; None for what is gone."""
        return await self._log.bodies(entry_keys)

    def _ask(self, question: Callable[[Connection], _T]) -> _T:
        with open_file(self._path) as file:
            try:
                return question(file)
            except ValueError as error:  # it is of another taxonomy
                raise DamagedError(f"{self._path}: {error}") from None

    async def _reach(self, state: LogState) -> None:
        """Wait until the file holds that state of the log: taken in here or by another process."""
        if not self._path.exists():
            self._whole = None
        self._take_result()
        while state != self._whole:
            following = self._following = self._following or asyncio.create_task(self._follow())
            done, _ = await asyncio.wait({following}, timeout=_LOOK)
            held = following.result() if done else None
            if done:
                self._following = None
            if held and held.last >= state.last and self._path.exists():
                self._whole = held
                return
            if await self._holds(state):
                self._whole = state
            elif done:
                await asyncio.sleep(_LOOK)  # another process is at it

    def _take_result(self) -> None:
        """Raise what went wrong with what nobody waited for to the end."""
        if self._following and self._following.done():
            ended, self._following = self._following, None
            ended.result()

    async def _holds(self, state: LogState) -> bool:
        """True when the file is whole up to that state of the log, or further."""
        try:
            entries, position, _ = await asyncio.to_thread(self._ask, rows.extent)
        except DamagedError:
            return False  # whoever follows makes it anew
        if position == state.last:
            return entries == state.entries
        return state.last < position <= (await self._log.state()).last

    async def _follow(self) -> LogState | None:
        """Take in all changes; the state of the log that the file holds. None: another does."""
        with only_follower(self._path) as mine:
            if not mine:
                return None
            try:
                return await self._catch_up()
            except DamagedError as error:
                await self._start_anew(str(error))
                return await self._catch_up()

    async def _catch_up(self) -> LogState:
        if time.monotonic() > self._settle_at:
            await self._settle()
        compared = False
        while True:
            state = await self._log.state()
            entries, position, wasteful = await asyncio.to_thread(self._ask, rows.extent)
            if wasteful:
                await self._start_anew("mostly waste")
            elif 0 < position < state.last:
                await self._take_in(self._log.after(position), position)
                await self._forget_before(await self._log.first())
            elif compared or (entries, position) == state:
                return state
            else:
                await self._compare()
                compared = True

    async def _settle(self) -> None:
        """Go on where another process has ended, unless the store is another one by now.

        What had no story, was gone or unreadable is looked at again: a program of another version
        may run beside this one and tell nothing of it.
        """
        await asyncio.to_thread(remove_earlier, self._home)
        position = (await asyncio.to_thread(self._ask, rows.extent)).position
        last = await asyncio.to_thread(self._ask, partial(rows.changed_at, change=position))
        found = await self._log.changes_of([last] if last else [])
        if position and found.get(last or "", 0) < position:
            await self._compare()
        unsettled = await asyncio.to_thread(self._ask, rows.unsettled)
        logged = await self._log.changes_of(list(unsettled))
        await self._take_in(_each(logged.items()))
        self._settle_at = time.monotonic() + _SETTLED_S

    async def _forget_before(self, first: int) -> None:
        if first != self._first:
            await asyncio.to_thread(self._ask, partial(rows.drop_before, change=first))
            self._first = first

    async def _compare(self) -> None:
        """Make the file equal to the log, the newest entries first."""
        await asyncio.to_thread(self._ask, partial(rows.move, since=None, to=0))
        logged = {key: change async for key, change in self._log.after(0)}
        known = await asyncio.to_thread(self._ask, rows.known)
        wrong = [key for key, change in known.items() if change > logged.get(key, 0)]
        await asyncio.to_thread(self._ask, partial(rows.drop, keys=wrong))
        missing = [(key, at) for key, at in logged.items() if known.get(key) != at]
        await self._take_in(_each(reversed(missing)))
        if len(missing) > _MUCH:
            await asyncio.to_thread(self._ask, rows.tidy_rows)
        last = max(logged.values(), default=0)
        await asyncio.to_thread(self._ask, partial(rows.move, since=0, to=last))

    async def _take_in(
        self, changes: AsyncIterable[tuple[str, int]], position: int | None = None
    ) -> None:
        """Put in what has changed; from that position on the file is whole up to each batch."""
        batch: list[tuple[str, int]] = []
        async for change in changes:
            batch.append(change)
            if len(batch) == _BATCH:
                position = await self._put(batch, position)
                batch = []
        await self._put(batch, position)

    async def _put(self, batch: list[tuple[str, int]], position: int | None) -> int | None:
        """The position after it; in a thread: reading and stemming take most of the time."""
        if not batch:
            return position
        names = [key for key, _ in batch]
        bodies, ties, audiences = await asyncio.gather(
            self._log.bodies(names), self._log.ties(names), self._log.audiences(names)
        )
        read = zip(batch, bodies, ties, audiences, strict=True)
        found = [rows.Stored(*change, body, each, seen) for change, body, each, seen in read]
        await asyncio.to_thread(self._ask, partial(rows.put_in, found=found, since=position))
        return batch[-1][1] if position is not None else None

    async def _start_anew(self, reason: str) -> None:
        log.info("read model made anew", reason=reason)
        self._whole = None
        await asyncio.to_thread(remove, self._path)


async def _each(changes: Iterable[tuple[str, int]]) -> AsyncIterator[tuple[str, int]]:
    for change in changes:
        yield change
