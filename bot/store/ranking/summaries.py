"""Lines of entries by the hour of their publication, kept in memory until the server has others.

One command says which hours have changed; only those are read again. A reader of a week so asks
for the current hour, whatever the week holds.
"""

import time
from collections import OrderedDict, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from redis.asyncio import Redis

from bot.model import Line, Outline, line_of, read_line, story_name, written
from bot.store import keys
from bot.store.content.entries import Entries
from bot.store.errors import NewerVersion
from bot.store.keys.ranking import CHANGES_KEPT, SUMMARIES_CHANGED, lines
from bot.store.scripts import Call, Scripts
from bot.taxonomy.topics import Topic

HOUR = 3600
MOST_LINES = 300_000
"""Lines kept in memory, some 500 bytes each."""

LONGEST = 600.0
"""Seconds after which all is read anew: an older program beside us tells of no changes."""

_TOGETHER = 100  # hours, or entries, of one round trip


@dataclass(frozen=True, slots=True)
class Hour:
    """What is listed of an hour: each line as if its story had no other, oldest first.

    ``shared`` are those of stories of several posts, and without a story those that have not
    joined theirs yet.
    """

    outlines: tuple[Outline, ...] = ()
    topics: Mapping[Topic, Sequence[Outline]] = field(default_factory=dict)
    shared: tuple[Line, ...] = ()


class Lines:
    """Reads lines; ``tick`` counts what was heard of changes."""

    def __init__(self, redis: Redis, scripts: Scripts, entries: Entries) -> None:
        self._redis, self._scripts, self._entries = redis, scripts, entries
        self._hours: OrderedDict[int, tuple[int, Hour]] = OrderedDict()
        self._size = 0
        self._touched: dict[int, int] = {}
        self._heard = 0.0
        self._from = 0  # the first tick that still holds
        self._since = time.monotonic()
        self.tick = 0

    def holds(self, hour: int, tick: int) -> bool:
        """True when what was read of an hour at that tick is so still, as far as was heard."""
        return tick >= self._from and tick >= self._touched.get(hour, 0)

    async def listen(self) -> None:
        """Hear what has changed: what is read from now on is of the new ``tick``."""
        asked = self._heard
        news = await self._redis.zrange(
            SUMMARIES_CHANGED,
            asked,
            "+inf",
            byscore=True,
            withscores=True,
            offset=0,
            num=CHANGES_KEPT,
        )
        pairs = cast("list[tuple[str, float]]", news)
        self._note(asked, [(int(hour), number) for hour, number in pairs])

    def _note(self, asked: float, news: Sequence[tuple[int, float]]) -> None:
        """Know from now on that these hours, each under its number, are others."""
        aged = time.monotonic() - self._since > LONGEST
        # The last change heard of is among them, unless the store was emptied or much has come.
        if aged or len(news) >= CHANGES_KEPT or (asked and not news):
            self._forget(max((number for _, number in news), default=0.0))
        elif fresh := [hour for hour, number in news if number > asked]:
            self.tick += 1
            self._heard = max(self._heard, news[-1][1])
            self._touched |= dict.fromkeys(fresh, self.tick)

    def read_anew(self) -> None:
        """Keep nothing of what was read so far."""
        self._forget(0.0)

    async def hours(self, first: int, end: int) -> list[Hour]:
        """The hours ``[first, end)`` since 1970, not older than what was last heard."""
        found, whole = await self._look(first, end)
        if not whole:
            await self._mend(found, first, end)
            await self.listen()
            found, _ = await self._look(first, end)
        return list(found.values())

    async def _look(self, first: int, end: int) -> tuple[dict[int, Hour], bool]:
        """The hours; False with them when the index has more or fewer entries."""
        found = {hour: self._kept(hour) for hour in range(first, end)}
        missing = [hour for hour, kept in found.items() if kept is None]
        if not missing:
            return cast("dict[int, Hour]", found), True
        count = 0
        for start in range(0, len(missing), _TOGETHER):
            some = missing[start : start + _TOGETHER]
            read, count = await self._read(some, first, end)
            found |= read
        known = cast("dict[int, Hour]", found)
        return known, count == sum(len(each.outlines) for each in known.values())

    def _kept(self, hour: int) -> Hour | None:
        kept = self._hours.get(hour)
        if kept is None or not self.holds(hour, kept[0]):
            return None
        self._hours.move_to_end(hour)
        return kept[1]

    async def _read(self, some: list[int], first: int, end: int) -> tuple[dict[int, Hour], int]:
        """Hours from the server, and how many entries the index has in ``[first, end)``."""
        tick = self.tick
        pipeline = self._redis.pipeline(transaction=False)
        for hour in some:
            pipeline.hgetall(lines(hour))
        pipeline.zcount(keys.INDEX, first * HOUR, f"({end * HOUR}")
        *bodies, count = await pipeline.execute()
        found = {hour: _hour(body) for hour, body in zip(some, bodies, strict=True)}
        for hour, read in found.items():
            self._keep(hour, tick, read)
        return found, int(count)

    def _keep(self, hour: int, tick: int, read: Hour) -> None:
        _, old = self._hours.pop(hour, (0, Hour()))
        self._hours[hour] = (tick, read)
        self._size += len(read.outlines) - len(old.outlines)
        while self._size > MOST_LINES:
            _, (_, oldest) = self._hours.popitem(last=False)
            self._size -= len(oldest.outlines)

    def _forget(self, heard: float) -> None:
        self.tick += 1
        self._from, self._heard, self._since = self.tick, heard, time.monotonic()
        self._touched.clear()
        self._hours.clear()
        self._size = 0

    async def _mend(self, found: Mapping[int, Hour], first: int, end: int) -> None:
        """Give lines to entries that older programs stored; drop those of what has expired."""
        span = (first * HOUR, f"({end * HOUR}")
        listed = await self._redis.zrange(keys.INDEX, *span, byscore=True, withscores=True)
        places = {str(pair[0]): int(float(pair[1])) // HOUR for pair in listed}
        lined = {own.lines[0].key: hour for hour, read in found.items() for own in read.outlines}
        odd = places.keys() ^ lined.keys()
        await self.mend({key: (places | lined)[key] for key in odd})

    async def mend(self, odd: Mapping[str, int]) -> list[Line]:
        """Have a line of each of these entries that exists, and none of the others.

        ``odd`` says by key in which hour each stands.
        """
        names, found = list(odd), list[Line]()
        for start in range(0, len(names), _TOGETHER):
            some = names[start : start + _TOGETHER]
            known = {entry.key: line_of(entry) for entry in await self._entries.get_many(some)}
            texts = {key: written(line) for key, line in known.items()}
            calls = [_mending(key, odd[key], texts.get(key, "")) for key in some]
            await self._scripts.many("mend_line", calls)
            found += known.values()
        return found


def _mending(key: str, hour: int, text: str) -> Call:
    return [keys.entry(key), keys.story_of(key)], [key, hour, text, keys.story("")]


def _hour(body: Mapping[str, str]) -> Hour:
    try:
        found = [read_line(key, text) for key, text in body.items()]
    except ValueError as error:
        raise NewerVersion(f"a line of another form: {error}") from None
    found.sort(key=lambda line: (line.at, line.key))
    outlines = tuple(Outline(line.story or story_name(line.key), (line,)) for line in found)
    topics: dict[Topic, list[Outline]] = defaultdict(list)
    for line, outline in zip(found, outlines, strict=True):
        for topic in line.topics:
            topics[topic].append(outline)
    shared = tuple(line for line in found if line.began is not None or not line.story)
    return Hour(outlines, topics, shared)
