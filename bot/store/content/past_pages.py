"""Which stories and papers once had a page, so that what is past is told from what never was.

A Bloom filter a month (https://doi.org/10.1145/362686.362692): a name that was noted is always
known; of others three in 100,000 are taken for one after a month of 10,000 names. No name can be
read from it.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from redis.asyncio import Redis

from bot.store.keys import pages as page_keys

_BITS = 2**19  # 64 kB a month
_HASHES = 4
_MONTHS = page_keys.PAST_PAGES_KEPT.days // 30


class PastPages:
    """Names of stories (their ids) and papers (theirs), noted when a post of them is published."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def note(self, names: Iterable[str], now: datetime) -> None:
        """Note names for longer than anything of them is kept; again changes nothing."""
        key = page_keys.past_pages(f"{now:%Y-%m}")
        writing = [part for name in names for bit in _bits(name) for part in ("SET", "u1", bit, 1)]
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.execute_command("BITFIELD", key, *writing)
        pipeline.expire(key, int(page_keys.PAST_PAGES_KEPT.total_seconds()))
        await pipeline.execute()

    async def has(self, name: str, now: datetime) -> bool:
        """True for a name that was noted, and for a few others."""
        reading = [part for bit in _bits(name) for part in ("GET", "u1", bit)]
        pipeline = self._redis.pipeline(transaction=False)
        for month in _months(now):
            pipeline.execute_command("BITFIELD", page_keys.past_pages(month), *reading)
        return any(all(found) for found in await pipeline.execute())


def _months(now: datetime) -> Sequence[str]:
    """This month and those before it, as far as they are kept."""
    last = now.year * 12 + now.month - 1
    return [f"{n // 12}-{n % 12 + 1:02}" for n in range(last, last - _MONTHS - 2, -1)]


def _bits(name: str) -> Sequence[int]:
    digest = hashlib.sha256(name.encode()).digest()
    return [int.from_bytes(digest[4 * n : 4 * n + 4], "big") % _BITS for n in range(_HASHES)]
