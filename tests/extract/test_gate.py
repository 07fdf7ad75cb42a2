"""How many calls a server is asked at once, by what is measured."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.extract.llm.concurrency import MOST, SLOW, START, ConcurrencyLimit
from tests.waiting import EVENT_S


@asynccontextmanager
async def crowd(gate: ConcurrencyLimit, number: int) -> AsyncIterator[None]:
    """So many that want to come in while the block runs; as many as may are inside."""
    leave, waiting = asyncio.Event(), 0
    reached = asyncio.Event()

    async def come() -> None:
        nonlocal waiting
        waiting += 1
        if waiting == number:
            reached.set()
        async with gate:
            await leave.wait()

    async with asyncio.TaskGroup() as tasks:
        for _ in range(number):
            tasks.create_task(come())
        await reached.wait()
        yield
        leave.set()


def opened(first: float = 1.0, fixed: int | None = None) -> ConcurrencyLimit:
    """A gate after a first answer that took so many seconds."""
    gate = ConcurrencyLimit(fixed)
    gate.answered(first)
    gate.open()
    return gate


async def test_one_at_a_time_until_a_form_is_filled_in() -> None:
    gate = ConcurrencyLimit()
    async with crowd(gate, 5):
        assert gate.under_way == 1
        gate.answered(1.0)
        gate.open()
        assert gate.under_way == START
    assert gate.under_way == 0


async def test_clean_rounds_let_more_in_up_to_a_bound() -> None:
    gate = opened()
    async with crowd(gate, 2 * MOST):
        for _ in range(10 * MOST):
            gate.answered(1.0)
        assert gate.under_way == gate.limit == MOST


async def test_calls_that_queue_inside_the_server_go_one_by_one() -> None:
    gate = opened(first=10.0)
    async with crowd(gate, START):
        for turn in range(1, START + 1):  # one slot answers them one after the other
            gate.answered(turn * 10.0)
    assert gate.limit == 1


async def test_answers_that_vary_by_seconds_are_no_queue() -> None:
    gate = opened()
    async with crowd(gate, START):
        for seconds in (1.0, 5.9, 3.0, 2.0):
            gate.answered(seconds)
    assert gate.limit > START


async def test_a_slow_server_is_asked_twice_at_once_at_first_and_never_more() -> None:
    gate = opened(first=SLOW)
    assert gate.limit == 2
    async with crowd(gate, 2):
        for _ in range(20):
            gate.answered(SLOW)
    assert gate.limit == 2


async def test_haste_that_is_refused_halves_it() -> None:
    gate = opened()
    gate.slow_down()
    assert gate.limit == START // 2


@pytest.mark.parametrize("fixed", [1, 7])
async def test_a_setting_is_kept(fixed: int) -> None:
    gate = opened(fixed=fixed)
    async with crowd(gate, 10):
        for seconds in (1.0, 100.0, 1.0):
            gate.answered(seconds)
        gate.slow_down()
        assert gate.under_way == gate.limit == fixed


async def test_who_stops_waiting_keeps_nobody_out() -> None:
    gate = ConcurrencyLimit()

    async def come() -> None:
        async with gate:
            pass

    async with gate:
        waits = [asyncio.create_task(come()) for _ in range(3)]
        await asyncio.sleep(0)
        waits[0].cancel()
    await asyncio.gather(*waits, return_exceptions=True)
    assert gate.under_way == 0
    await asyncio.wait_for(come(), EVENT_S)
