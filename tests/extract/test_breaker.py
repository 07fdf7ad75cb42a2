"""The breaker before the model: open after failures, one call in five minutes."""

from datetime import timedelta

import pytest

from bot.extract.budget.breaker import FAILURES, PAUSE, Breaker
from bot.extract.budget.meter import Meter
from bot.extract.budget.paid_calls import ModelGate, Purpose, RetryLater
from bot.extract.errors import QuotaExceeded
from bot.store import Store
from tests.extract.work import NOW, TEXT, Clock, Open, Told, analyst, entry_of, take
from tests.fakes.entries import make_post
from tests.fakes.openai import FakeOpenAI
from tests.fakes.openai_answers import fails, flood, no_quota

DAY = NOW.date()


def test_the_breaker_opens_after_failures_in_a_row_and_lets_one_call_a_pause_through() -> None:
    breaker, now = Breaker(), NOW
    assert [breaker.failed(now) for _ in range(FAILURES)] == [False] * (FAILURES - 1) + [True]
    through = 0
    for _ in range(3 * 60):  # three hours, asked by many each minute
        now += timedelta(minutes=1)
        for _ in range(8):
            if not breaker.wait(now):
                through += 1
                breaker.failed(now)
    assert through == timedelta(hours=3) / PAUSE
    breaker.succeeded()
    assert not breaker.wait(now)
    assert not breaker.wait(now)


def test_failures_that_are_not_in_a_row_open_nothing() -> None:
    breaker = Breaker()
    for _ in range(5):
        assert not any(breaker.failed(NOW) for _ in range(FAILURES - 1))
        breaker.succeeded()
    assert not breaker.wait(NOW)


async def test_an_empty_account_is_asked_again_once_in_five_minutes(store: Store) -> None:
    clock, told = Clock(), Told()
    async with FakeOpenAI() as fake, analyst(store, fake, clock=clock, tell=told) as reader:
        fake.always = no_quota()
        for number in range(1, 61):  # an hour, a post a minute
            await reader.handle(await take(store, make_post(message_id=number, text=f"{TEXT}")))
            clock.now += timedelta(minutes=1)
        assert len(fake.requests) == 12
    assert told.kinds == ["no_quota"]
    assert await store.usage.spent(DAY) == 0


async def test_a_pause_that_the_server_names_holds_for_all_posts(store: Store) -> None:
    clock = Clock()
    async with FakeOpenAI() as fake, analyst(store, fake, clock=clock) as reader:
        fake.always = flood("600")
        for number in range(1, 6):
            await reader.handle(await take(store, make_post(message_id=number, text=TEXT)))
        assert len(fake.requests) == 1
        fake.always = None
        clock.now += timedelta(seconds=601)
        last = make_post(message_id=9, text=TEXT)
        await reader.handle(await take(store, last))
    assert (await entry_of(store, last)).engine == "llm"


async def test_one_post_that_the_model_refuses_shuts_nobody_out(store: Store) -> None:
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        fake.script(*[fails(400, code="content_filter")] * FAILURES)
        for number in range(1, FAILURES + 2):
            last = make_post(message_id=number, text=f"{TEXT} Number {number}.")
            await reader.handle(await take(store, last))
    assert (await entry_of(store, last)).engine == "llm"


async def test_a_fatal_failure_raises_not_now_and_frees_its_hold(store: Store) -> None:
    async def ask(meter: Meter) -> None:
        raise QuotaExceeded("no quota left")

    gate = ModelGate(store, 1_000, lambda: NOW)
    for _ in range(2):
        with pytest.raises(RetryLater):
            await gate.call(Open(), Purpose(900), ask)
    assert await store.usage.reserve(DAY, 1_000, 1_000)
