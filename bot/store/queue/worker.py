"""The worker loop over one stream: reads, renews, takes over, buries; ends by draining."""

import asyncio
import errno
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from redis.exceptions import OutOfMemoryError, ReadOnlyError, RedisError, ResponseError

from bot.store.errors import NewerVersion
from bot.store.queue.fencing import HELD, Held, LeaseLost
from bot.store.queue.stream import BLOCK, GROUP, ITEM_LEASE, RENEW, Item, Stream
from bot.wait import tick

log = structlog.get_logger()
ItemHandler = Callable[[Item], Awaitable[None]]
Bury = Callable[[Item, str], Awaitable[None]]
_MACHINE = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOSPC, errno.EDQUOT, errno.ENOMEM})
RETRY_AFTER_OUTAGE = 0.5  # seconds; a server that restarts is back in well under one


async def consume(
    stream: Stream,
    handle: ItemHandler,
    *,
    consumer: str,
    stop: asyncio.Event,
    concurrency: int = 8,
    batch: int = 1,
    lease: timedelta = ITEM_LEASE,
    bury: Bury | None = None,
) -> None:
    """Hand items to ``handle`` until ``stop`` is set, then wait for those in work.

    With ``concurrency`` in work, more are read once there is room for a ``batch``: its first
    questions to the store then share round trips.

    ``handle`` finishes an item by its own script. When it raises, the item stays pending and is
    handed out again after the lease; after the stream's ``most`` deliveries it is buried (by
    ``bury``) before it is touched again, so a post that kills its worker cannot kill them all. An
    outage of the store, or an item that a newer program wrote, counts for nothing.
    """
    worker = _Worker(stream, handle, bury or stream.bury, consumer, concurrency, batch, lease)
    drained = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(worker.keep_leases(drained))
        try:
            await worker.read_until(stop, tasks)
            await worker.drained()
        finally:
            drained.set()
    await _quietly(stream.leave(consumer))


class _Worker:
    """State of one loop: the items in work and the room left for more."""

    def __init__(
        self,
        stream: Stream,
        handle: ItemHandler,
        bury: Bury,
        consumer: str,
        concurrency: int,
        batch: int,
        lease: timedelta,
    ) -> None:
        self._stream, self._handle, self._bury = stream, handle, bury
        self._consumer = consumer
        self._concurrency, self._batch, self._lease = concurrency, batch, lease
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
                    await self._stream.sweep()
                    await self._start_all(await self._left(), tasks)
                    ready = True
                await self._start_all(await self._items(), tasks)
            except RedisError as error:
                ready = False  # the group may be gone, and so may replies with items
                log.warning(
                    "store unavailable", stream=self._stream.name, error=type(error).__name__
                )
                await asyncio.sleep(RETRY_AFTER_OUTAGE)

    async def _items(self) -> list[Item]:
        await self._room.wait()
        free = self._concurrency - len(self._working)
        now = asyncio.get_running_loop().time()
        if now >= self._next_takeover:
            self._next_takeover = now + self._lease.total_seconds() / 10
            due = self._stream.promote(), self._stream.has_idle(self._lease)  # in one round trip
            if (await asyncio.gather(*due))[1]:
                taken = await self._taken_over(free)
                if taken:
                    return taken
        return await self._stream.read(self._consumer, free, min(self._lease / 10, BLOCK))

    async def _taken_over(self, free: int) -> list[Item]:
        """Items of dead workers; a suspect only when nothing else is in work or can be had.

        So each of its deliveries is a trial of its own, and none is spent on waiting.
        """
        me, lease = self._consumer, self._lease
        taken = await self._stream.take_over(me, free, lease, suspects=False)
        if taken or not await self._stream.has_idle(lease):
            return taken
        await self.drained()
        return await self._stream.take_over(me, 1, lease)

    async def _left(self) -> list[Item]:
        free = self._concurrency - len(self._working)
        return await self._stream.left_with(self._consumer, free) if free > 0 else []

    async def _start_all(self, items: list[Item], tasks: asyncio.TaskGroup) -> None:
        for item in items:
            if item.id in self._working:  # ours all the time; an outage let its lease run out
                continue
            task = self._working[item.id] = tasks.create_task(self._work(item))
            if len(self._working) >= self._concurrency:
                self._room.clear()
            if item.deliveries >= self._stream.suspect:
                await asyncio.wait([task])

    async def _work(self, item: Item) -> None:
        if self._stream.fenced:
            HELD.set(Held(self._stream.name, GROUP, self._consumer, item.id))
        try:
            if item.deliveries > self._stream.most:
                log.error("dead letter", stream=self._stream.name, item=item.id)
                await self._bury(
                    item, f"delivered {item.deliveries} times without being acknowledged"
                )
            else:
                await self._handle(item)
        except LeaseLost:
            log.warning("lease lost", stream=self._stream.name, item=item.id)
        except NewerVersion as error:
            log.warning("newer version", item=item.id, reason=str(error))
            await _quietly(self._stream.uncount(self._consumer, item))
        except Exception as error:  # the loop's edge: one bad item must not end it
            log.error(
                "failed",
                stream=self._stream.name,
                item=item.id,
                error=type(error).__name__,
                exc_info=not isinstance(error, RedisError),
            )
            if _outage(error):
                await _quietly(self._stream.uncount(self._consumer, item))
        finally:
            self._working.pop(item.id, None)
            if len(self._working) <= self._concurrency - self._batch:
                self._room.set()

    async def keep_leases(self, drained: asyncio.Event) -> None:
        """Renew what is in work until nothing is."""
        while not await tick(drained, min(RENEW, self._lease / 3).total_seconds()):
            await _quietly(self._stream.renew(self._consumer, list(self._working)))

    async def drained(self) -> None:
        """Wait for the items in work; their tasks never raise."""
        await asyncio.gather(*self._working.values(), return_exceptions=True)


def _outage(error: Exception) -> bool:
    """True for what is wrong with the store or the machine as a whole, not with one item."""
    if isinstance(error, OSError) and error.errno in _MACHINE:
        return True
    if isinstance(error, ResponseError) and not isinstance(
        error, OutOfMemoryError | ReadOnlyError
    ):
        return str(error).startswith("MISCONF")  # its disk is full
    return isinstance(error, RedisError)


async def _quietly(call: Awaitable[None]) -> None:
    try:
        await call
    except RedisError as error:
        log.warning("store unavailable", error=type(error).__name__)
