"""Watchers that look at channels in turns: how late posts are seen. Discrete events, pure.

The rules are the product's: the wait after a look by ``bot.collect.preview.polling_interval``, one
channel at a time, a pause between two looks of a watcher.
"""

import heapq
import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from bench.measure import quantile
from bot.collect.preview.polling_interval import interval
from bot.collect.preview.watch import BETWEEN

ZERO = datetime(2026, 1, 1, tzinfo=UTC)
REMEMBERED = 10  # posts that the pace is taken from
MOST_A_DAY = 200.0


@dataclass(frozen=True)
class Polls:
    """What came of some hours: looks a second, seconds from a post to the look that sees it.

    ``behind`` is how many seconds late looks were in the end.
    """

    channels: int
    watchers: int
    hours: float
    looks: float
    wanted: float
    behind: float
    middle: float
    late: float


class _Channel:
    """Posts at random times, so many a day."""

    def __init__(self, rate: float, chance: random.Random) -> None:
        self.rate, self._chance = rate, chance
        gaps = [self._gap() for _ in range(REMEMBERED)]
        self.published = deque((-at for at in reversed([*accumulate(gaps)])), REMEMBERED)
        self.next = self._gap()

    def _gap(self) -> float:
        return self._chance.expovariate(self.rate / 86_400)

    def until(self, now: float) -> Iterator[float]:
        """Posts since the last look."""
        while self.next <= now:
            yield self.next
            self.published.append(self.next)
            self.next += self._gap()

    def wait(self, now: float) -> float:
        """Seconds till the next look, by the product's rule."""
        published = [ZERO + timedelta(seconds=at) for at in self.published]
        moment = ZERO + timedelta(seconds=now)
        return interval(published, moment, self._chance.random()).total_seconds()


def rates(count: int, mean: float, chance: random.Random) -> list[float]:
    """Posts a day of each channel: few write much (log-normal, σ = 1.2), at most 200."""
    drawn = [min(chance.lognormvariate(0, 1.2), MOST_A_DAY) for _ in range(count)]
    scale = mean * count / sum(drawn)
    return [max(0.02, each * scale) for each in drawn]


def polled(
    channels: int, watchers: int, *, hours: float, page: float, mean: float, seed: int = 1
) -> Polls:
    """So many hours of looking; ``page`` seconds each page takes, ``mean`` posts a day."""
    chance = random.Random(seed)
    known = [_Channel(rate, chance) for rate in rates(channels, mean, chance)]
    due = [(chance.uniform(0, each.wait(0)), n) for n, each in enumerate(known)]
    heapq.heapify(due)
    free = [chance.random() for _ in range(watchers)]
    heapq.heapify(free)
    end, looks, seen, late = hours * 3600, 0, list[float](), 0.0
    wanted = sum(1 / each.wait(0) for each in known)
    while True:
        at, number = heapq.heappop(due)
        begun = max(at, heapq.heappop(free))
        now, late = begun + page, begun - at
        if now > end:
            break
        looks += 1
        seen += [now - post for post in known[number].until(now)]
        heapq.heappush(due, (now + known[number].wait(now), number))
        heapq.heappush(free, now + chance.uniform(*BETWEEN))
    middle, most = (quantile(seen or [0.0], share) for share in (0.5, 0.95))
    return Polls(channels, watchers, hours, looks / end, wanted, late, middle, most)
