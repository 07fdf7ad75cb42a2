"""The day's budget: never passed, never leaking, never a busy loop."""

import asyncio
import random
from collections.abc import Iterable
from datetime import timedelta

import pytest

from bot.extract.budget import pricing
from bot.extract.budget.meter import Meter
from bot.extract.budget.paid_calls import BUDGET, ModelGate, Purpose, RetryLater
from bot.extract.budget.pricing import Price
from bot.extract.errors import BadAnswer, ModelError, TokenUsage, Unavailable
from bot.model import Link
from bot.model.spend import forecast
from bot.store import Store, keys
from tests.extract.work import (
    NOW,
    ONE,
    TEXT,
    Clock,
    Open,
    Told,
    analyst,
    entry_of,
    following,
    take,
)
from tests.fakes.entries import make_post
from tests.fakes.openai import FakeOpenAI
from tests.fakes.openai_answers import cut_at

DAY = NOW.date()
WORKERS = 64


class Provider:
    """A model of random costs and failures that knows what it has really been paid."""

    def __init__(self, seed: int, most: int) -> None:
        self._random, self._most = random.Random(seed), most
        self.paid, self.calls = 0, 0

    async def ask(self, meter: Meter) -> str:
        """An answer, or a failure that was paid for, or one that was not."""
        self.calls += 1
        cost = self._random.randint(1, self._most)
        fate = self._random.random()
        with meter.call("m", "post", TokenUsage(cost=self._most)) as settle:
            await asyncio.sleep(0)
            if fate < 0.04:
                settle(TokenUsage(calls=1))
                raise Unavailable("made up")
            self.paid += cost
            settle(TokenUsage(prompt=cost, calls=1, cost=cost))
        if fate < 0.1:
            raise BadAnswer("made up")
        return "answer"


async def spend(
    store: Store, provider: Provider, cap: int, items: int, workers: int = WORKERS
) -> Iterable[str]:
    """What became of each item; the workers of one process share them."""
    gate = ModelGate(store, cap, lambda: NOW)
    left, ends = iter(range(items)), []

    async def work() -> None:
        for _ in left:
            try:
                ends.append(await gate.call(Open(), Purpose(1_000), provider.ask))
            except (RetryLater, ModelError) as error:
                ends.append(type(error).__name__)

    await asyncio.gather(*(work() for _ in range(workers)))
    return ends


@pytest.mark.parametrize("seed", range(5))
async def test_64_workers_with_random_failures_never_pass_the_cap(store: Store, seed: int) -> None:
    cap = random.Random(seed).randint(20_000, 200_000)
    provider = Provider(seed, 1_000)
    ends = list(await spend(store, provider, cap, 1_000))
    assert len(ends) == 1_000
    assert provider.paid <= cap
    assert provider.paid == await store.usage.spent(DAY)
    assert provider.paid > cap - 1_000 * WORKERS  # and it is used, not left
    assert "answer" in ends
    assert "RetryLater" in ends


async def test_two_processes_share_one_budget(store: Store) -> None:
    one, two = Provider(1, 1_000), Provider(2, 1_000)
    await asyncio.gather(*(spend(store, provider, 50_000, 400, 32) for provider in (one, two)))
    assert one.calls and two.calls
    assert one.paid + two.paid == await store.usage.spent(DAY) <= 50_000


async def planned(store: Store) -> str:
    """The one item that is put off."""
    [member] = await store.redis.zrange(keys.later(keys.POSTS), 0, -1)
    return str(member)


async def test_what_a_dead_worker_held_comes_back_after_its_lease(store: Store) -> None:
    brief = timedelta(milliseconds=1)
    assert await store.usage.reserve(DAY, 900, 1_000)
    assert not await store.usage.reserve(DAY, 900, 1_000)
    await store.redis.delete(keys.holds(DAY.isoformat()))
    hold = await store.usage.reserve(DAY, 900, 1_000, brief)
    assert hold  # and here its worker dies
    tries = [await store.usage.reserve(DAY, 900, 1_000) for _ in range(100)]
    assert sum(map(bool, tries)) == 1
    await store.usage.settle(hold, 50)  # it was only frozen: what it cost is booked all the same
    assert await store.usage.spent(DAY) == 950


async def test_a_failed_call_is_booked(store: Store) -> None:
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        fake.default = cut_at()
        await reader.handle(await take(store, make_post(text=TEXT)))
        asked = len(fake.requests)
    counted = await store.usage.of(DAY)
    assert counted["model_calls"] == asked > 1
    assert counted["failed_Truncated"] == 1
    assert await store.usage.spent(DAY) == counted["micro_dollars"] > 0


@pytest.mark.parametrize("hour", [0, 12, 23])
async def test_a_denied_post_waits_for_the_next_day_and_calls_nobody(
    store: Store, hour: int
) -> None:
    clock, told = Clock(NOW.replace(hour=hour)), Told()
    post = make_post(text=TEXT)
    cap = pricing.most(ONE, post) / 1_000_000 / 2
    async with (
        FakeOpenAI() as fake,
        analyst(store, fake, cap=cap, clock=clock, tell=told) as reader,
    ):
        await reader.handle(await take(store, post))
        assert fake.requests == []
    assert (await entry_of(store, post)).engine == "extractive"
    due = await store.redis.zscore(keys.later(keys.POSTS), await planned(store))
    assert due is not None
    seconds, _ = await store.redis.time()
    assert abs(due / 1000 - seconds - ((24 - hour) * 3600 + 5)) < 60
    assert told.kinds == [BUDGET]


async def test_the_next_day_has_a_new_budget(store: Store) -> None:
    clock, post = Clock(), make_post(text=TEXT)
    other = make_post("pane_two", 7, f"Another. {TEXT}")
    cap = pricing.most(ONE, other) / 1_000_000
    async with FakeOpenAI() as fake, analyst(store, fake, cap=cap, clock=clock) as reader:
        await reader.handle(await take(store, other))
        await reader.handle(await take(store, post))
        assert (await entry_of(store, post)).engine == "extractive"
        clock.now += timedelta(days=1)
        await store.redis.zadd(keys.later(keys.POSTS), {await planned(store): 0})
        await store.post_stream.promote()
        await reader.handle(await following(store))
    assert (await entry_of(store, post)).engine == "llm"


async def test_no_budget_turns_the_model_off(store: Store) -> None:
    told, post = Told(), make_post(text=TEXT)
    async with (
        FakeOpenAI() as fake,
        analyst(store, fake, cap=0, price=Price(0, 0), tell=told) as reader,
    ):
        await reader.handle(await take(store, post))
        assert fake.requests == []
    assert (await entry_of(store, post)).engine == "extractive"
    assert await store.redis.zcard(keys.later(keys.POSTS)) == 0
    assert told.notes == []


@pytest.mark.parametrize(
    "text", ["", "Слово о модели. " * 1_500, "词" * 20_000, "🌟" * 9_000, TEXT]
)
async def test_what_is_held_covers_two_whole_answers(store: Store, text: str) -> None:
    links = [Link(url=f"https://a.example/{n}{'x' * 300}", anchor="y" * 300) for n in range(90)]
    post = make_post(text=text, links=links)
    async with FakeOpenAI(takes=("object",)) as fake, analyst(store, fake, cap=9) as reader:
        fake.default = cut_at()
        await reader.handle(await take(store, post))
        answered = [asked for asked in fake.posts if asked.way == "object"]
        sent = [sum(len(m["content"].encode()) for m in asked.body["messages"])
                for asked in answered]  # fmt: skip
        caps = sum(asked.cap or 0 for asked in answered)
    assert len(sent) == 2
    assert pricing.most(ONE, post) >= sum(sent) // 4 + caps


async def test_what_reading_the_history_of_a_new_source_costs_is_no_forecast(store: Store) -> None:
    """A channel that was added at noon: yesterday's post, one of an hour later, an export's."""
    ref = await store.sources.add("pane_one")
    since = NOW - timedelta(hours=1)
    await store.channels.update(ref, {"since": int(since.timestamp())})
    old, new, exported = (make_post(message_id=n, text=f"{n} {TEXT}") for n in (1, 2, 3))
    old = old.model_copy(update={"published_at": since - timedelta(days=1)})
    new = new.model_copy(update={"published_at": NOW})
    channel = exported.channel.model_copy(update={"route": "import"})
    exported = exported.model_copy(update={"channel": channel, "published_at": NOW})
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        for post in (old, exported):
            await reader.handle(await take(store, post))
        (day,) = await store.usage.spends([DAY])
        assert 0 < day.history == day.total.micro_dollars
        assert forecast([day]) == 0
        await reader.handle(await take(store, new))
        (day,) = await store.usage.spends([DAY])
    assert day.history < day.total.micro_dollars
    assert forecast([day], 30) == 30 * (day.total.micro_dollars - day.history)
