"""Keeps the parts of a process going, each by itself; what none can go on with ends them all.

A part that fails is logged with its trace and started again after a pause that doubles up to a
bound. An outage of the store is no failure of a part: it begins again when the store may be back.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import structlog

from bot.config import ConfigError
from bot.store.errors import ServerError, StoreError, StoreUnavailable
from bot.wait import backoff, until

log = structlog.get_logger()
AFTER_OUTAGE = 1.0  # seconds
Run = Callable[[], Awaitable[None]]
Final = tuple[type[Exception], ...]
ALWAYS_FINAL: Final = (ConfigError, StoreError, ServerError)


class EndedEarly(Exception):
    """A part came to its end before it was told to."""


class RestartPauses(NamedTuple):
    """Seconds: the first pause and the longest; after how many of running a part is well again."""

    first: float = 1.0
    longest: float = 60.0
    well: float = 30.0


@dataclass
class _Part:
    """How one part stands; ``trouble`` is its last failure, until it has run well for a while."""

    up: bool = False
    started_at: float = 0.0
    restarts: int = 0
    in_a_row: int = 0
    trouble: str = ""


class Supervisor:
    """Runs named parts side by side; knows which are down and how often each was restarted."""

    def __init__(self, pace: RestartPauses = RestartPauses()) -> None:  # noqa: B008 - frozen
        self._pace = pace
        self._parts: dict[str, _Part] = {}

    @property
    def restarts(self) -> dict[str, int]:
        """How often each part was started again."""
        return {name: part.restarts for name, part in self._parts.items()}

    @property
    def troubles(self) -> dict[str, str]:
        """What failed last in each part that is down or has not run well for a while since."""
        return {
            name: part.trouble
            for name, part in self._parts.items()
            if part.trouble and not (part.up and self._is_well(part))
        }

    @property
    def running(self) -> tuple[str, ...]:
        """Names of the parts that run now."""
        return tuple(name for name, part in self._parts.items() if part.up)

    async def keep(self, parts: Mapping[str, Run], stop: asyncio.Event, final: Final) -> None:
        """Run all parts until ``stop``; an error of ``final`` sets it and is raised at the end.

        Several different ones are raised as one group. Cancelled, it cancels the parts, each time
        anew: a call to the store may swallow that.
        """
        tasks = [
            asyncio.create_task(self._keep(name, run, stop, (*ALWAYS_FINAL, *final)), name=name)
            for name, run in parts.items()
        ]
        await _all_done(tasks)
        causes = distinct(cause for task in tasks for cause in task.result())
        if len(causes) == 1:
            raise causes[0]
        if causes:
            raise ExceptionGroup("several parts ended", causes)

    async def _keep(
        self, name: str, run: Run, stop: asyncio.Event, final: Final
    ) -> Sequence[Exception]:
        """Run one part until ``stop``; what ended it for good."""
        part = self._parts.setdefault(name, _Part())
        while True:
            part.started_at, part.up = _now(), True
            error = await _outcome(run)
            part.up = False
            if causes := [leaf for leaf in leaves(error) if isinstance(leaf, final)]:
                stop.set()
                return causes
            if error is None and stop.is_set():
                return ()
            pause = self._after(name, part, error or EndedEarly("before it was told to"))
            if await until(stop, pause):
                return ()
            part.restarts += 1

    def _after(self, name: str, part: _Part, error: BaseException) -> float:
        """Say what became of a part; the seconds until it begins again."""
        if self._is_well(part):
            part.in_a_row, part.trouble = 0, ""
        kind = type(leaves(error)[0]).__name__
        if all(isinstance(leaf, StoreUnavailable) for leaf in leaves(error)):
            log.warning("store unavailable", then="begins again", part=name, error=kind)
            return AFTER_OUTAGE
        part.in_a_row, part.trouble = part.in_a_row + 1, kind
        pace = self._pace
        pause = backoff(part.in_a_row, pace.first, pace.longest, random.random())
        log.error("part failed", part=name, error=kind, pause=round(pause, 1), exc_info=error)
        return pause

    def _is_well(self, part: _Part) -> bool:
        return _now() - part.started_at >= self._pace.well


def leaves(error: BaseException | None) -> list[BaseException]:
    """The errors in nested groups, in their order; an error that is no group by itself."""
    if isinstance(error, BaseExceptionGroup):
        return [leaf for inner in error.exceptions for leaf in leaves(inner)]
    return [error] if error else []


def distinct(errors: Iterable[Exception]) -> list[Exception]:
    """The errors, those of one type with one text once."""
    return list({(type(error), str(error)): error for error in errors}.values())


async def _outcome(run: Run) -> BaseException | None:
    """How a part ended; cancelled from outside, it raises."""
    try:
        await run()
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task and task.cancelling():
            raise
        return error  # a stray one, of something within
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - a part's edge; a panic is no Exception
        return error
    return None


async def _all_done(tasks: Sequence[asyncio.Task[Any]]) -> None:
    """Wait for all tasks; each cancelling is handed on to those that still run."""
    cancelled = False
    while waiting := [task for task in tasks if not task.done()]:
        try:
            await asyncio.wait(waiting)
        except asyncio.CancelledError:
            cancelled = True
            for task in waiting:
                task.cancel()
    if cancelled:
        raise asyncio.CancelledError


def _now() -> float:
    return asyncio.get_running_loop().time()
