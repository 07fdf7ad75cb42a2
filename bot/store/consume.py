"""The worker loop over one stream: reads, renews, takes over, buries; ends by draining."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from redis.exceptions import RedisError, ResponseError

from bot.store.stream import LEASE, MOST_DELIVERIES, RENEW, Item, Stream

log = structlog.get_logger()
Handle = Callable[[Item], Awaitable[None]]
RETRY_AFTER_OUTAGE = 0.5  # seconds; a server that restarts is back in well under one


async def consume(
    stream: Stream,
    handle: Handle,
    *,
    consumer: str,
    stop: asyncio.Event,
    concurrency: int = 8,
    lease: timedelta = LEASE,
) -> None:
    """Hand items to ``handle`` until ``stop`` is set, then wait for those in work.

    ``handle`` finishes an item by its own script. When it raises, the item stays pending and is
    handed out again after the lease; after ``MOST_DELIVERIES`` it is buried before it is touched
    again, so a post that kills its worker cannot kill them all.
    """
    worker = _Worker(stream, handle, consumer, concurrency, lease)
    async with asyncio.TaskGroup() as tasks:
        keeper = tasks.create_task(worker.keep_leases())
        await worker.read_until(stop, tasks)
        await worker.drained()
        keeper.cancel()
    await _quietly(stream.leave(consumer))


class _Worker:
    """State of one loop: the items in work and the room left for more."""

    def __init__(
        self, stream: Stream, handle: Handle, consumer: str, concurrency: int, lease: timedelta
    ) -> None:
        self._stream, self._handle, self._consumer = stream, handle, consumer
        self._concurrency, self._lease = concurrency, lease
        self._working: dict[str, asyncio.Task[None]] = {}
        self._room = asyncio.Event()
        self._room.set()
        self._next_takeover = 0.0

    async def read_until(self, stop: asyncio.Event, tasks: asyncio.TaskGroup) -> None:
        """Start a task per item; an outage of the server is waited out."""
        ready = False
        while not stop.is_set():
            try:
                if not ready:
                    await self._stream.ready()
                    ready = True
                for item in await self._items():
                    self._start(item, tasks)
            except RedisError as error:
                ready = ready and not _lost_group(error)
                log.warning("store away", stream=self._stream.name, error=type(error).__name__)
                await asyncio.sleep(RETRY_AFTER_OUTAGE)

    async def _items(self) -> list[Item]:
        await self._room.wait()
        free = self._concurrency - len(self._working)
        now = asyncio.get_running_loop().time()
        if now >= self._next_takeover:
            self._next_takeover = now + self._lease.total_seconds() / 10
            await self._stream.promote()
            if taken := await self._stream.take_over(self._consumer, free, self._lease):
                return taken
        return await self._stream.read(
            self._consumer, free, min(self._lease / 10, timedelta(seconds=1))
        )

    def _start(self, item: Item, tasks: asyncio.TaskGroup) -> None:
        self._working[item.id] = tasks.create_task(self._work(item))
        if len(self._working) >= self._concurrency:
            self._room.clear()

    async def _work(self, item: Item) -> None:
        try:
            if item.deliveries > MOST_DELIVERIES:
                log.error("buried", stream=self._stream.name, item=item.id)
                await self._stream.bury(item, f"handed out {item.deliveries} times without an end")
            else:
                await self._handle(item)
        except Exception as error:  # the loop's edge: one bad item must not end it
            log.error(
                "failed",
                stream=self._stream.name,
                item=item.id,
                error=type(error).__name__,
                exc_info=not isinstance(error, RedisError),
            )
        finally:
            self._working.pop(item.id, None)
            self._room.set()

    async def keep_leases(self) -> None:
        """Renew what is in work until cancelled."""
        while True:
            await asyncio.sleep(min(RENEW, self._lease / 3).total_seconds())
            await _quietly(self._stream.renew(self._consumer, list(self._working)))

    async def drained(self) -> None:
        """Wait for the items in work; their tasks never raise."""
        await asyncio.gather(*self._working.values(), return_exceptions=True)


def _lost_group(error: RedisError) -> bool:
    """An emptied server has forgotten the group; it is made again before the next read."""
    return isinstance(error, ResponseError) and "NOGROUP" in str(error)


async def _quietly(call: Awaitable[None]) -> None:
    try:
        await call
    except RedisError as error:
        log.warning("store away", error=type(error).__name__)
