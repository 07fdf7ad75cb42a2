"""A morning on which many readers are due: when the last one has a digest. By the second, pure.

Digests are composed one after the other by each process of the publishing stage, handed on at the
pace of ``close_slot``, sent at the pace of the limiter.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.digest.slots import GRACE
from bot.store.delivery.outbox import BETWEEN_ANY
from bot.store.readers.subscriptions import BETWEEN_DIGESTS

Lot = tuple[float, float]
"""Seconds, and how many readers."""

LEAST = 1e-6  # of a reader; less is a rounding
SECOND = timedelta(seconds=1)
HANDED_ON, SENT = SECOND / BETWEEN_DIGESTS, SECOND / BETWEEN_ANY
"""Digests a second that the product hands on, messages a second that it sends."""

ZONES = {2: 0.15, 3: 0.55, 4: 0.06, 5: 0.1, 7: 0.06, 10: 0.03, 0: 0.05}
"""Shares of readers by hours from UTC: readers of Russian, mostly; an assumption."""


@dataclass(frozen=True)
class Wave:
    """Seconds that a reader waits, from the due minute; ``missed`` were not composed in time."""

    readers: int
    middle: float
    late: float
    last: float
    missed: int


def same_minute(readers: int) -> list[int]:
    """All at once."""
    return [readers]


def by_zone(readers: int) -> list[int]:
    """Everybody at nine of their own clock: by the second since nine in the first zone."""
    first = max(ZONES)
    found = [0] * (3600 * (first - min(ZONES)) + 1)
    for zone, share in ZONES.items():
        found[(first - zone) * 3600] += round(readers * share)
    return found


def jittered(due: Sequence[int], spread: int) -> list[int]:
    """The same, each put off by a part of so many seconds."""
    found = [0.0] * (len(due) + spread)
    for at, count in enumerate(due):
        if count:
            for later in range(spread):
                found[at + later] += count / spread
    whole, kept = list[int](), 0.0
    for part in found:
        kept += part
        whole.append(int(kept))
        kept -= int(kept)
    return whole


def wave(due: Sequence[int], *, compose: float, processes: int, paid: float | None = None) -> Wave:
    """First come, first served: ``compose`` seconds each; ``paid`` a second where one pays."""
    pace = paid or min(HANDED_ON, SENT)
    queue, composed, sent = _Queue(), _Queue(), list[Lot]()
    missed, at = 0.0, 0
    while at < len(due) or queue.left or composed.left:
        if at < len(due):
            queue.put(at, due[at])
        missed += queue.drop_before(at - GRACE / SECOND)
        for since, count in queue.take(processes / compose):
            composed.put(since, count)
        sent += [(at - since, count) for since, count in composed.take(pace)]
        at += 1
    return Wave(sum(due), *_shares(sent), round(missed))


class _Queue:
    """Readers in the order in which they are due, in lots."""

    def __init__(self) -> None:
        self._lots: deque[Lot] = deque()

    @property
    def left(self) -> bool:
        """True while somebody waits."""
        return bool(self._lots)

    def put(self, at: float, count: float) -> None:
        """These are due then."""
        if count:
            self._lots.append((at, count))

    def take(self, most: float) -> list[Lot]:
        """The first ones, at most so many."""
        found = list[Lot]()
        while self._lots and most > LEAST:
            at, count = self._lots.popleft()
            part = min(count, most)
            most -= part
            found.append((at, part))
            if count - part > LEAST:
                self._lots.appendleft((at, count - part))
        return found

    def drop_before(self, at: float) -> float:
        """How many were due before that, and are left out."""
        gone = 0.0
        while self._lots and self._lots[0][0] < at:
            gone += self._lots.popleft()[1]
        return gone


def _shares(lots: Sequence[Lot]) -> tuple[float, float, float]:
    """The waits that a half, that nearly all, and that all do not exceed."""
    ordered, total = sorted(lots), sum(count for _, count in lots)
    found, seen = list[float](), 0.0
    for waited, count in ordered:
        seen += count
        while len(found) < 2 and seen >= (0.5, 0.95)[len(found)] * total - LEAST:
            found.append(waited)
    last = ordered[-1][0] if ordered else 0.0
    middle, late = found or (last, last)
    return middle, late, last
