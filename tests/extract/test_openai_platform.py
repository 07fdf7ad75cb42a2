"""The client at OpenAI's own address: every model of it reads posts, and at which price."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.extract.budget import pricing
from bot.extract.budget.meter import Meter
from bot.extract.llm.model import Model
from bot.model import Post
from tests.extract.served import TEXT, WHO
from tests.fakes import openai_answers as answers
from tests.fakes.entries import make_post
from tests.fakes.openai import KEY, FakeOpenAI
from tests.fakes.openai_answers import form_text
from tests.fakes.openai_cache import Bill
from tests.fakes.openai_platform import Platform, as_openai
from tests.fakes.openai_rules import Refusal

POSTS = [make_post(message_id=n, text=TEXT.format(who=who)) for n, who in enumerate(WHO, 1)]
LUNA = "gpt-6-luna"


@dataclass
class Reader:
    """A model at OpenAI's own address, and the time there."""

    model: Model
    fake: FakeOpenAI
    platform: Platform
    now: datetime = datetime(2026, 11, 29, tzinfo=UTC)

    async def read(self, posts: Sequence[Post], *, flex: bool = False) -> None:
        """Read posts one by one; each must come to a card."""
        for post in posts:
            answer = await self.model.analyse(post, flex=flex)
            assert answer.analysis.cards["en"].tldr

    @property
    def bills(self) -> list[Bill]:
        """What was charged so far."""
        return self.platform.bills

    @property
    def refusals(self) -> list[Refusal]:
        """What was refused so far."""
        return self.platform.refusals


@asynccontextmanager
async def reading(
    name: str = LUNA, effort: str | None = "none", **options: int
) -> AsyncIterator[Reader]:
    """A reader without pauses."""
    clocks: list[Reader] = []

    async def at_once(_: float) -> None:
        return

    platform = Platform(clock=lambda: clocks[0].now, **options)  # type: ignore[arg-type]
    async with FakeOpenAI(platform=platform, key=KEY) as fake:
        with as_openai(fake.url) as address:
            async with Model(
                api_key=KEY, model=name, base_url=address, languages=("en",), effort=effort,
                price=pricing.price_of(name), sleep=at_once,
            ) as model:  # fmt: skip
                clocks.append(Reader(model, fake, platform))
                yield clocks[0]


async def test_the_default_model_is_asked_as_it_should_be_from_the_first_call_on() -> None:
    async with reading() as reader:
        await reader.read(POSTS[:3])
        assert len(reader.fake.requests) == 3
        assert reader.refusals == []
        body = reader.fake.requests[0].body
        cold, *warm = reader.bills
    assert body["reasoning_effort"] == "none"
    assert body["prompt_cache_options"] == {"mode": "explicit"}
    assert isinstance(body["prompt_cache_key"], str)
    assert "max_tokens" not in body
    [part] = body["messages"][0]["content"]
    assert part["prompt_cache_breakpoint"] == {"mode": "explicit"}
    assert cold.cached == 0
    assert cold.cache_written > 1_024
    for bill in warm:
        assert (bill.cached, bill.cache_written) == (cold.cache_written, 0)
        assert bill.prompt - bill.cached < 600


async def test_what_is_booked_is_what_is_charged() -> None:
    async with reading() as reader:
        meter = Meter()
        for post in POSTS[:3]:
            await reader.model.analyse(post, meter=meter)
        charged = sum(bill.micro_dollars for bill in reader.bills)
    assert charged <= meter.usage.cost <= charged + len(reader.bills)
    assert meter.usage.cached == sum(bill.cached for bill in reader.bills)
    assert meter.usage.cache_writes == sum(bill.cache_written for bill in reader.bills)


async def test_after_half_an_hour_of_silence_the_prefix_is_written_anew() -> None:
    async with reading() as reader:
        await reader.read(POSTS[:2])
        reader.now += timedelta(minutes=31)
        await reader.read(POSTS[2:4])
    assert [bill.cached > 0 for bill in reader.bills] == [False, True, False, True]


async def test_work_that_may_wait_costs_half_and_falls_back_when_it_is_turned_away() -> None:
    async with reading(flex_refusals=1) as reader:
        await reader.read(POSTS[:3], flex=True)
        asked = [each.body.get("service_tier") for each in reader.fake.requests]
    assert [refused.code for refused in reader.refusals] == ["resource_unavailable"]
    assert asked == ["flex", None, "flex", "flex"]
    assert [bill.flex for bill in reader.bills] == [False, True, True]


@pytest.mark.parametrize(
    ("name", "steps"),
    [("gpt-6.1-terra", 2), ("gpt-6.1-sol", 2), ("gpt-5.6-luna", 0), ("gpt-5-mini", 2),
     ("gpt-4.1-mini", 1)],
)  # fmt: skip
async def test_other_models_are_learned_once(name: str, steps: int) -> None:
    async with reading(name) as reader:
        await reader.read(POSTS[:4])
        told = [refused.message for refused in reader.refusals]
        assert len(told) <= steps, told
        assert len(reader.bills) == 4
    assert all(bill.cached for bill in reader.bills[1:])


@pytest.mark.parametrize("effort", ["medium", "high", None])
async def test_thinking_gets_its_room(effort: str | None) -> None:
    async with reading(effort=effort) as reader:
        await reader.read(POSTS[:4])
        assert len(reader.bills) <= 5  # one may be cut before the room is known
        thoughts = [bill.written for bill in reader.bills]
    assert min(thoughts) > 1_000


async def test_a_repair_reads_the_cached_prefix_and_changes_only_what_was_at_fault() -> None:
    """The schema stands in that prefix, so it stays whole; the words ask for the fields."""
    async with reading() as reader:
        before = await reader.model.analyse(POSTS[0])
        fine = json.loads(form_text(reader.fake.posts[0]))
        wrong = fine | {"en": fine["en"] | {"tldr": "It reached 99.7% on the test."}}
        again = fine | {"kind": "promo", "keywords": []}
        reader.fake.script(answers.says(wrong), answers.says(again))
        found = await reader.model.analyse(POSTS[0])
        asked = reader.fake.posts[-1]
        bills = reader.bills
    assert found.usage.repaired
    assert "Fill in only these fields again, from the same post: en." in str(asked.body)
    assert "Leave every other field as short as the form allows" in str(asked.body)
    assert bills[-1].cached == bills[0].cache_written
    assert found.analysis == before.analysis
