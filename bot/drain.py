"""The parts of a process: they end together, drained in time, by a signal or by one's failure."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot.store.away import StoreAway
from bot.store.until import until
from bot.terminal.failures import CommandError

log = structlog.get_logger()
DRAIN = 6.5  # seconds after a SIGTERM; what is left of eight closes the connections
CUT_AGAIN = 0.3  # seconds between two cancellations
AFTER_OUTAGE = 1.0  # seconds
Running = Callable[[], Awaitable[None]]


async def until_stopped(parts: Sequence[Running], stop: asyncio.Event) -> None:
    """All parts until each has ended; a part that fails stops the others."""
    try:
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(_guarded(part, stop)) for part in parts]
            tasks.create_task(_cut_off(running, stop))
    except* CommandError as failed:
        raise failed.exceptions[0] from None


async def _guarded(part: Running, stop: asyncio.Event) -> None:
    """Run a part; one that met an outage of the store where it does not wait begins again."""
    try:
        while True:
            try:
                return await part()
            except StoreAway as error:
                log.warning("store away", then="begins again", error=type(error).__name__)
            if await until(stop, AFTER_OUTAGE):
                return None
    finally:
        stop.set()


async def _cut_off(running: Sequence[asyncio.Task[None]], stop: asyncio.Event) -> None:
    """What has not drained in time is cancelled; its items are taken over after their lease.

    A call to the store may swallow its cancelling, so it is done until nothing runs.
    """
    await stop.wait()
    _, late = await asyncio.wait(running, timeout=DRAIN)
    if late:
        log.warning("cut off", parts=len(late))
    while late:
        for task in late:
            task.cancel()
        _, late = await asyncio.wait(late, timeout=CUT_AGAIN)


def listen(stop: asyncio.Event) -> None:
    """A first SIGTERM or SIGINT sets ``stop``; a second one ends the process at once."""

    def on_signal() -> None:
        if stop.is_set():
            os._exit(1)
        log.info("stopping")
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, on_signal)
