"""How loops wait and end, by an event and never by being cancelled alone; how long they pause.

redis-py may swallow a cancellation that arrives while it reads an answer.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeVar

LONGEST_RETRY_AFTER_S = 86_400.0
_MOST_DOUBLINGS = 30

_Span = TypeVar("_Span", float, timedelta)


async def until(event: asyncio.Event, seconds: float) -> bool:
    """Wait for the event; whether it came in time."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()


async def tick(event: asyncio.Event, seconds: float) -> bool:
    """Wait for the event, or for the next multiple of ``seconds`` on the loop's clock.

    Whether the event came in time. Looks that are taken in turns wake together this way: an idle
    process wakes once for all of them, and their questions to the store share a round trip
    (https://en.wikipedia.org/wiki/Timer_coalescing).
    """
    return await until(event, seconds - asyncio.get_running_loop().time() % seconds)


async def relay(event: asyncio.Event, to: asyncio.Event) -> None:
    """Set another event once this one is; the other may be set before, by itself."""
    await event.wait()
    to.set()


def backoff(failures: int, first: _Span, longest: _Span, chance: float = 1.0) -> _Span:
    """The pause after so many failures in a row, from 1: ``first``, doubled up to ``longest``.

    ``chance`` in [0, 1) takes up to a half off, so that those who failed together do not come
    back together; 1 takes nothing:
    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ ("equal jitter").
    """
    doublings = min(max(failures - 1, 0), _MOST_DOUBLINGS)
    return min(first * (1 << doublings), longest) * (0.5 + chance / 2)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that an answer asks to wait, at most a day; None where it says nothing readable.

    ``headers`` have lower-case names. Understood are ``retry-after-ms`` (OpenAI, Azure) and
    ``retry-after`` as seconds or as a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after.
    """
    try:
        if millis := headers.get("retry-after-ms"):
            return bounded_wait(float(millis) / 1000)
        value = headers.get("retry-after", "").strip()
        if value.replace(".", "", 1).isdecimal():
            return bounded_wait(float(value))
        moment = parsedate_to_datetime(value)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return bounded_wait((aware - now).total_seconds())
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def bounded_wait(seconds: float) -> float | None:
    """Seconds to wait within nothing and a day; None for what is no number."""
    return None if seconds != seconds else min(max(seconds, 0.0), LONGEST_RETRY_AFTER_S)
