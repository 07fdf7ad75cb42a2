"""Leader election by a lease: runs work in one process at a time."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.store.errors import StoreUnavailable
from bot.store.queue.lease import Lease
from bot.wait import tick

log = structlog.get_logger()
RENEWALS = 3  # in the length of a lease
_LOOK = 0.5  # seconds between looks whether the lease is free
_Work = Callable[[asyncio.Event], Awaitable[None]]


async def lead_polling(
    lease: Lease, work: _Work, stop: asyncio.Event, idle: Callable[[], None] = lambda: None
) -> None:
    """Do the work whenever the lease is ours, until ``stop``; what it raises is raised.

    The work is told to end by its event as soon as the lease may be another's. ``idle`` is called
    at every look that finds another process at work.
    """
    told = False
    while not stop.is_set():
        try:
            if held := await lease.hold():
                await _while_held(lease, work, stop)
            else:
                idle()
        except StoreUnavailable as error:
            log.warning("store unavailable", stage="lease", error=type(error).__name__)
            held = True  # who knows
        if not held and not told:
            log.info("idle", reason="another process is at work")
        told = not held
        await tick(stop, _LOOK)


async def _while_held(lease: Lease, work: _Work, stop: asyncio.Event) -> None:
    end = asyncio.Event()
    parts = (work(end), _keep(lease, end), stop.wait())
    working, keeping, stopping = (asyncio.ensure_future(part) for part in parts)
    try:
        await asyncio.wait({working, keeping, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        end.set()
        stopping.cancel()
        await asyncio.wait({working, keeping})
        await _give_back(lease)
    working.result()


async def _keep(lease: Lease, end: asyncio.Event) -> None:
    """Renew until the end, or until the lease is another's or has run out unrenewed."""
    clock = asyncio.get_running_loop().time
    length = lease.length.total_seconds()
    sure_until = clock() + length
    while not await tick(end, length / RENEWALS):
        asked = clock()
        try:
            if not await lease.hold():
                log.warning("lease lost")
                return
            sure_until = asked + length
        except StoreUnavailable as error:
            log.warning("store unavailable", stage="lease", error=type(error).__name__)
            if clock() > sure_until:
                return


async def _give_back(lease: Lease) -> None:
    try:
        await lease.drop()
    except StoreUnavailable as error:  # it runs out by itself
        log.warning("store unavailable", stage="lease", error=type(error).__name__)
