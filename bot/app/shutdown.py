"""The end of a process: a signal stops its parts, which are drained in time."""

import asyncio
import os
import signal
from collections.abc import Mapping

import structlog

from bot.errors import CommandError
from bot.supervision import Run, Supervisor

log = structlog.get_logger()
DRAIN = 6.5  # seconds after a SIGTERM; what is left of eight closes the connections
CUT_AGAIN = 0.3  # seconds between two cancellations


async def until_stopped(
    parts: Mapping[str, Run], supervisor: Supervisor, stop: asyncio.Event
) -> None:
    """Keep all parts going until each has ended after ``stop``, which an expected failure sets."""
    keeping = asyncio.create_task(supervisor.keep(parts, stop, (CommandError,)))
    keeping.add_done_callback(lambda _: stop.set())
    cutting = asyncio.create_task(_cut_off(keeping, supervisor, stop))
    await asyncio.wait({keeping, cutting})
    if not keeping.cancelled():
        keeping.result()


async def _cut_off(
    keeping: asyncio.Task[None], supervisor: Supervisor, stop: asyncio.Event
) -> None:
    """What has not drained in time is cancelled; its items are taken over after their lease.

    A call to the store may swallow its cancelling, so it is done until nothing runs.
    """
    await stop.wait()
    _, late = await asyncio.wait({keeping}, timeout=DRAIN)
    if late:
        log.warning("shutdown timeout", parts=",".join(supervisor.running))
    while late:
        keeping.cancel()
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
