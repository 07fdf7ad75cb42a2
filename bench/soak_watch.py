"""What a soak looks at: memory of each process, keys, work in streams, lines of the logs."""

import asyncio
import os
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from pathlib import Path

from bench.place import used
from bot.store import Store, keys

HOUR = 3600.0
_STREAMS = (keys.UPDATES, keys.POSTS, keys.ENTRIES, keys.OUTBOX)
_TOGETHER = 1_000


@dataclass(frozen=True)
class Look:
    """One look: seconds since the start, megabytes by process, numbers of keys and of items."""

    at: float
    megabytes: Mapping[str, float]
    keys: int
    items: int


async def look(store: Store, pids: Mapping[str, int], began: float) -> Look:
    """See how things are."""
    sizes = {name: resident(pid) for name, pid in pids.items()}
    sizes["data in the store"] = await used(store) / 1e6
    count = int(await store.redis.dbsize())
    return Look(time.monotonic() - began, sizes, count, await items(store))


async def items(store: Store) -> int:
    """Work in all streams, put off or not."""
    pipeline = store.redis.pipeline(transaction=False)
    for stream in _STREAMS:
        pipeline.xlen(stream)
        pipeline.zcard(keys.later(stream))
    return sum(await pipeline.execute())


def resident(pid: int) -> float:
    """Megabytes that a process has in memory."""
    pages = int((Path("/proc") / str(pid) / "statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


async def cut_short(store: Store, lifetime: timedelta) -> None:
    """Let no key live longer than that: what is kept for months is then in balance in minutes.

    The index of changes is trimmed by time alone, so it is trimmed by that time.
    """
    longest = int(lifetime / timedelta(milliseconds=1))
    names = [str(key) async for key in store.redis.scan_iter(count=_TOGETHER)]
    for start in range(0, len(names), _TOGETHER):
        some = names[start : start + _TOGETHER]
        pipeline = store.redis.pipeline(transaction=False)
        for name in some:
            pipeline.pttl(name)
        lefts = await pipeline.execute()
        pipeline = store.redis.pipeline(transaction=False)
        for name, left in zip(some, lefts, strict=True):
            if left > longest:
                pipeline.pexpire(name, longest)
        await pipeline.execute()
    oldest = (time.time() - lifetime.total_seconds()) * 1000
    await store.redis.zremrangebyscore(keys.CHANGED, "-inf", oldest)


async def every(seconds: float, act: Callable[[], object]) -> None:
    """Do it again and again until cancelled."""
    while True:
        found = act()
        if asyncio.iscoroutine(found):
            await found
        await asyncio.sleep(seconds)


def thirds(looks: Sequence[Look]) -> tuple[Sequence[Look], Sequence[Look]]:
    """The middle and the last third; in the first, caches fill and lifetimes pass."""
    end, third = looks[-1].at, looks[-1].at / 3
    middle = [each for each in looks if third <= each.at < end - third]
    last = [each for each in looks if each.at >= end - third]
    return middle or last, last


def per_hour(looks: Sequence[Look], of: Callable[[Look], float]) -> float:
    """The slope an hour: the median of those of all pairs (Theil and Sen), so spikes weigh little.

    Pairs are taken of at most some hundred looks.
    """
    step = max(1, len(looks) // 150)
    pairs = combinations(looks[::step], 2)
    slopes = [(of(b) - of(a)) / (b.at - a.at) for a, b in pairs if b.at > a.at]
    return statistics.median(slopes) * HOUR if slopes else 0.0
