"""The durable inbox of raw Telegram updates: each once, those of a chat one after another.

The first unfinished update of a chat is in the stream; the others wait in the line of the chat,
where they take no worker's time, until it is finished, buried or gone. So their order holds over
processes and crashes, and one chat has one worker at a time.
"""

import asyncio
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.store import keys
from bot.store.connection.clock import ms
from bot.store.keys import updates as update_keys
from bot.store.queue.stream import GROUP, Item, QueueDepth, Stream
from bot.store.scripts import Scripts


class Bucket(NamedTuple):
    """How much one sender may ask: ``most`` at once, refilled by ``per_second``."""

    name: str
    most: int
    per_second: float


class Accepted(NamedTuple):
    """``new`` for an update that was stored; for one ``too_often`` the wait until the next."""

    new: bool
    too_often: bool = False
    wait: timedelta = timedelta(0)
    told: bool = False


class Updates:
    """Raw Telegram updates, stored before they are confirmed."""

    def __init__(self, scripts: Scripts) -> None:
        self._scripts = scripts

    async def accept(
        self,
        bot_id: int,
        update_id: int | str,
        body: str,
        line: str = "",
        *,
        newest: bool = False,
        bucket: Bucket | None = None,
    ) -> Accepted:
        """Store one update, last in its ``line``; not new when it was accepted before (for 48 h).

        ``newest`` drops what waits in the line; ``bucket`` is where its sender's token is from.
        """
        name, most, per_second = bucket or ("", "", "")
        verdict, wait, told = await self._scripts.numbers(
            "accept_update",
            [
                update_keys.update(bot_id, update_id),
                *(keys.UPDATES, update_keys.ARRIVALS, update_keys.PARKED),
                *(update_keys.line(line), keys.throttle(name)),
            ],
            [
                *(update_id, body, _s(update_keys.UPDATE_SEEN), line, int(newest)),
                *(most, per_second, _s(keys.THROTTLE_KEPT)),
            ],
        )
        return Accepted(verdict == 1, verdict == 2, timedelta(milliseconds=wait), bool(told))


class UpdateStream(Stream):
    """The stream of updates and the lines behind it."""

    fenced = True

    async def finish(self, item: Item) -> None:
        """Done; the next update of its line is worked on."""
        await self._scripts(
            "finish_update",
            [self.name, update_keys.PARKED, _line(item)],
            [GROUP, item.id, _name(item)],
        )

    async def bury(self, item: Item, reason: str, *_: str) -> None:
        """Move to the dead stream; the next update of its line is worked on."""
        await self._scripts(
            "bury_update",
            [self.name, update_keys.PARKED, _line(item), keys.DEAD],
            [GROUP, item.id, _name(item), reason[:500], item.deliveries, keys.DEAD_KEPT],
        )

    async def postpone(self, item: Item, delay: timedelta) -> None:
        """Take the update off the stream until ``delay`` has passed; its line waits with it."""
        await self._scripts(
            "postpone_update",
            [self.name, keys.later(self.name), _line(item)],
            [GROUP, item.id, max(0, ms(delay))],
        )

    async def promote(self, most: int = 100) -> None:
        """Bring back what was put off and is due; free lines whose first update is gone."""
        await self._scripts(
            "promote_updates",
            [self.name, keys.later(self.name), update_keys.PARKED],
            [most, update_keys.line("")],
        )

    async def waiting(self) -> int:
        """How many updates are unfinished, those put off and those in lines included."""
        return await super().waiting() + await self._parked()

    async def depth(self, now: datetime) -> QueueDepth:
        """The same as of any queue; those in lines could be worked on."""
        found, parked = await asyncio.gather(super().depth(now), self._parked())
        return found._replace(ready=found.ready + parked)

    async def _parked(self) -> int:
        return sum(map(int, await self._redis.hvals(update_keys.PARKED)))


def number_of(item: Item) -> int:
    """Which update it is in the order of arrival; 0 for one that an older program stored."""
    return int(item.fields.get("number") or 0)


def _name(item: Item) -> str:
    return item.fields.get("line", "")


def _line(item: Item) -> str:
    return update_keys.line(_name(item))


def _s(span: timedelta) -> int:
    return int(span.total_seconds())
