"""The store's clock: the one by which processes on different hosts agree what is due or late."""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from redis.asyncio import Redis

from bot.model import utc_now

Clock = Callable[[], Awaitable[datetime]]
"""Tells the instant by which something is decided; in the program it is ``Store.now``."""

MAX_SKEW = timedelta(seconds=5)  # between the clocks of this host and the store's server
SLOW_ANSWER = 2.0  # seconds; in a slower round trip the two instants lie too far apart


async def server_now(redis: Redis) -> datetime:
    """The server's TIME, in UTC."""
    seconds, microseconds = await redis.time()
    return datetime.fromtimestamp(int(seconds), UTC).replace(microsecond=int(microseconds))


async def clock_skew(redis: Redis) -> timedelta | None:
    """By how much this host's clock is ahead of the server's; None when the answer was slow."""
    began, before = time.monotonic(), utc_now()
    server = await server_now(redis)
    took = time.monotonic() - began
    return None if took > SLOW_ANSWER else before + timedelta(seconds=took / 2) - server


def describe_skew(skew: timedelta) -> str:
    """One line for a log, a probe or the doctor; empty for a skew that does no harm."""
    if abs(skew) <= MAX_SKEW:
        return ""
    seconds = abs(skew).total_seconds()
    return f"this host is {seconds:.0f} s {'ahead of' if skew > MAX_SKEW else 'behind'} the store"


def ms(span: timedelta) -> int:
    """A span as the whole milliseconds that Redis counts in."""
    return int(span / timedelta(milliseconds=1))
