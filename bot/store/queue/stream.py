"""A Redis stream as a work queue: groups, leases, takeover of a dead worker's items, dead letters.

An item is finished only by its own script (XACK and XDEL together with its effect), so a crash at
any await leaves it to be taken over. Leases are judged by the server's clock alone.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, cast

from redis.asyncio import Redis

from bot.store import keys
from bot.store.connection.clock import ms
from bot.store.scripts import Scripts

ITEM_LEASE = timedelta(seconds=15)
RENEW = timedelta(seconds=5)
BLOCK = timedelta(seconds=2)  # below redis-py's default socket timeout of 5 s
SILENCE = timedelta(hours=1)  # after which a consumer without items is taken for dead
MOST_DELIVERIES = 5
GROUP = "workers"
_Rows = list[tuple[str, dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of work; ``deliveries`` counts how often it was handed out, this time included."""

    id: str
    fields: dict[str, str]
    deliveries: int = 1


class QueueDepth(NamedTuple):
    """Items that could be worked on or are, items put off, seconds that the oldest is due."""

    ready: int
    put_off: int
    oldest: float


class Stream:
    """One work stream read by the group of all workers.

    An item is handed out up to ``most`` times. For the last two it is a suspect, which is worked
    on alone: it may be what ends its workers, and each item beside it would be counted, and in the
    end buried, with it.

    Where it is ``fenced``, a worker that has lost its lease writes nothing for its item any more.
    """

    fenced = False

    def __init__(
        self, redis: Redis, scripts: Scripts, name: str, most: int = MOST_DELIVERIES
    ) -> None:
        self.name, self.most, self.suspect = name, most, most - 1
        self._redis = redis
        self._scripts = scripts

    async def ready(self) -> None:
        """Create the group at ``0``, so that what came before it is not hidden."""
        await self._scripts("ready", [self.name], [GROUP])

    async def read(self, consumer: str, count: int, block: timedelta = BLOCK) -> list[Item]:
        """Up to ``count`` new items, waiting up to ``block`` for the first one."""
        milliseconds = ms(block) or None
        answer = cast(
            "list[tuple[str, _Rows]]",
            await self._redis.xreadgroup(
                GROUP, consumer, {self.name: ">"}, count=count, block=milliseconds
            ),
        )
        return [Item(item_id, fields) for _, rows in answer for item_id, fields in rows]

    async def take_over(
        self, consumer: str, count: int, lease: timedelta = ITEM_LEASE, *, suspects: bool = True
    ) -> list[Item]:
        """Items whose worker has not renewed them for a lease, now this consumer's.

        Suspects, where they are wanted, come one at a time and after the others.
        """
        idle = ms(lease)
        rows = await self._redis.xpending_range(self.name, GROUP, "-", "+", count, idle=idle)
        counts = {str(row["message_id"]): int(row["times_delivered"]) + 1 for row in rows}
        ordinary = [item_id for item_id, number in counts.items() if number < self.suspect]
        wanted = ordinary or [*counts][: int(suspects)]
        if not wanted:
            return []
        # Deleted ones leave the pending list by this; another worker's claim has reset the idle.
        claimed = cast(
            "_Rows", await self._redis.xclaim(self.name, GROUP, consumer, idle, [*wanted])
        )
        return [Item(item_id, fields, counts[item_id]) for item_id, fields in claimed]

    async def has_idle(self, lease: timedelta) -> bool:
        """True when an item has not been renewed for a lease."""
        idle = ms(lease)
        return bool(await self._redis.xpending_range(self.name, GROUP, "-", "+", 1, idle=idle))

    async def left_with(self, consumer: str, count: int) -> list[Item]:
        """Items that are this consumer's already: their replies were lost with a connection."""
        answer = cast(
            "list[tuple[str, _Rows]]",
            await self._redis.xreadgroup(GROUP, consumer, {self.name: "0"}, count=count),
        )
        return [Item(item_id, fields) for _, rows in answer for item_id, fields in rows if fields]

    async def renew(self, consumer: str, ids: list[str]) -> None:
        """Keep the lease of items in work that are still this consumer's; not a delivery."""
        if ids:
            await self._scripts("renew", [self.name], [GROUP, consumer, *ids])

    async def uncount(self, consumer: str, item: Item) -> None:
        """Leave an item for later as if it had not been handed out: it was not its fault."""
        await self._scripts("uncount", [self.name], [GROUP, consumer, item.id])

    async def finish(self, item: Item) -> None:
        """Done, with nothing else to write."""
        await self._scripts("finish", [self.name], [GROUP, item.id])

    async def bury(self, item: Item, reason: str, *message: str) -> None:
        """Move to the dead stream, from where ``fortochka dead retry`` brings it back.

        ``message`` are the keys by which a message would go on holding up its chat.
        """
        await self._scripts(
            "bury",
            [self.name, keys.DEAD, *message],
            [GROUP, item.id, reason[:500], item.deliveries, keys.DEAD_KEPT],
        )

    async def postpone(self, item: Item, delay: timedelta) -> None:
        """Take the item off the stream until ``delay`` has passed."""
        await self._scripts(
            "postpone",
            [self.name, keys.later(self.name)],
            [GROUP, item.id, max(0, ms(delay))],
        )

    async def promote(self, most: int = 100) -> None:
        """Bring back what was put off and is due."""
        await self._scripts("promote", [self.name, keys.later(self.name)], [most])

    async def leave(self, consumer: str) -> None:
        """Remove a consumer that holds nothing; one that holds items keeps them for a takeover."""
        rows = await self._redis.xpending_range(self.name, GROUP, "-", "+", 1, consumer)
        if not rows:
            await self._redis.xgroup_delconsumer(self.name, GROUP, consumer)

    async def sweep(self, silence: timedelta = SILENCE) -> None:
        """Remove the names of dead consumers whose items have all been taken over."""
        milliseconds = ms(silence)
        await self._scripts("sweep", [self.name], [GROUP, milliseconds])

    async def in_work(self) -> int:
        """How many items wait for a worker or are with one."""
        return int(await self._redis.xlen(self.name))

    async def waiting(self) -> int:
        """How many items are unfinished, those put off included."""
        later = await self._redis.zcard(keys.later(self.name))
        return await self.in_work() + int(later)

    async def depth(self, now: datetime) -> QueueDepth:
        """How much is in the queue, and for how long nobody has done what might be done.

        Ages count from when an item came to the stream, or was to come back to it.
        """
        later = keys.later(self.name)
        ready, put_off, first, next_back = await asyncio.gather(
            self.in_work(),
            self._redis.zcard(later),
            self._redis.xrange(self.name, "-", "+", 1),
            self._redis.zrange(later, 0, 0, withscores=True),
        )
        rows, back = cast("_Rows", first), cast("list[tuple[str, float]]", next_back)
        since = [int(item_id.partition("-")[0]) for item_id, _ in rows]
        since += [int(score) for _, score in back]
        oldest = max((now.timestamp() - each / 1000 for each in since), default=0.0)
        return QueueDepth(ready, int(put_off), max(0.0, oldest))
