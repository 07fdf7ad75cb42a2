"""How long to wait: after failures in a row, and as an answer's header asks."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wait import backoff, retry_after, tick

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failures", "seconds"), [(1, 2), (2, 4), (3, 8), (5, 30), (10**6, 30), (0, 2)]
)
def test_each_failure_doubles_the_pause_up_to_the_longest(failures: int, seconds: float) -> None:
    assert backoff(failures, 2.0, 30.0) == seconds
    assert backoff(failures, timedelta(seconds=2), timedelta(seconds=30)) == timedelta(
        seconds=seconds
    )


@given(st.integers(1, 100), st.floats(0, 1, exclude_max=True))
def test_chance_takes_up_to_a_half_off(failures: int, chance: float) -> None:
    whole = backoff(failures, 1.0, 60.0)
    assert whole / 2 <= backoff(failures, 1.0, 60.0, chance) <= whole


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 7.5 ", 7.5),
        ("0", 0),
        ("-5", None),
        ("315360000", 86_400),
        ("9" * 400, 86_400),
        ("soon", None),
        ("", None),
        (format_datetime(NOW + timedelta(minutes=10), usegmt=True), 600),
        ("Fri, 20 Nov 2026 00:10:00 -0000", 600),
        (format_datetime(NOW - timedelta(days=1), usegmt=True), 0),
        ("Fri, 99 Nov 2026 00:00:00 GMT", None),
    ],
)
def test_a_header_asks_for_seconds_or_names_a_moment(value: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": value}, NOW) == seconds


def test_milliseconds_say_it_more_exactly() -> None:
    assert retry_after({"retry-after": "2", "retry-after-ms": "1500"}, NOW) == 1.5
    assert retry_after({"retry-after-ms": "nan"}, NOW) is None
    assert retry_after({}, NOW) is None


async def test_a_turn_ends_with_its_event_or_with_its_span() -> None:
    event = asyncio.Event()
    assert not await tick(event, 0.01)
    event.set()
    assert await tick(event, 3600)


async def test_turns_that_began_apart_end_together() -> None:
    passes, ended = 0, list[int]()

    async def turn(span: float) -> None:
        await tick(asyncio.Event(), span)
        ended.append(passes)

    loop = asyncio.get_running_loop()
    await asyncio.sleep(0.51 - loop.time() % 0.5)  # so that all begin before the same multiple
    turns = [asyncio.create_task(turn(0.5)), asyncio.create_task(turn(0.25))]
    await asyncio.sleep(0)
    turns.append(asyncio.create_task(turn(0.5)))
    while not all(each.done() for each in turns):
        passes += 1
        await asyncio.sleep(0.001)
    assert ended[1] == ended[2] > ended[0]
