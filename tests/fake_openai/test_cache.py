"""The prompt cache and the bills, by the rules of the real platform."""

from typing import Any

import openai
import pytest

from tests.fake_openai.calls import RULES, Caller, calling, plain
from tests.fakes.openai import KEY
from tests.fakes.openai_cache import Bill
from tests.fakes.openai_platform import as_openai
from tests.fakes.openai_tokens import count


def prefix() -> int:
    """Tokens of the rules, which stand before every post."""
    return count(RULES)


async def second_bill(caller: Caller, **changes: Any) -> Bill:
    """The bill of another post, asked after a first one."""
    await caller.ask("First post.", **changes)
    await caller.ask("Second post.", **changes)
    return caller.platform.bills[-1]


async def unmarked(caller: Caller, post: str, **changes: Any) -> Bill:
    """The bill of a post whose request marks no prefix, as it was done for older models."""
    await caller.ask(**(plain(post) | {"prompt_cache_options": None} | changes))
    return caller.platform.bills[-1]


async def test_a_marked_prefix_is_written_once_and_read_by_other_posts() -> None:
    async with calling(written=700) as caller:
        await second_bill(caller)
        cold, warm = caller.platform.bills
    assert cold.cached == warm.cache_written == 0
    assert cold.cache_written == warm.cached
    assert prefix() <= warm.cached < warm.prompt < prefix() + 40
    rest = warm.prompt - warm.cached
    assert cold.micro_dollars == pytest.approx(warm.cached * 0.125 + rest * 0.10 + 350)
    assert warm.micro_dollars == pytest.approx(warm.cached * 0.01 + rest * 0.10 + 350)


async def test_usage_says_what_was_billed() -> None:
    async with calling() as caller:
        await caller.ask("First post.")
        done = await caller.ask("Second post.")
    assert done.usage is not None
    details = done.usage.prompt_tokens_details
    assert details is not None
    bill = caller.platform.bills[1]
    assert (details.cached_tokens, details.cache_write_tokens) == (bill.cached, 0)
    assert done.usage.prompt_tokens == bill.prompt


async def test_an_implicit_breakpoint_misses_other_posts_and_pays_each_write() -> None:
    async with calling() as caller:
        await unmarked(caller, "First post.")
        missed = await unmarked(caller, "Second post.")
        again = await unmarked(caller, "Second post.")
    assert (missed.cached, missed.cache_written) == (0, missed.prompt - 3)
    assert (again.cached, again.cache_written) == (missed.cache_written, 0)


async def test_a_breakpoint_without_the_explicit_mode_also_pays_for_the_post() -> None:
    async with calling() as caller:
        bill = await second_bill(caller, prompt_cache_options=None)
    assert bill.cached >= prefix()
    assert bill.cache_written > 0


async def test_explicit_mode_without_a_breakpoint_does_without_the_cache() -> None:
    async with calling() as caller:
        await unmarked(caller, "First post.", prompt_cache_options={"mode": "explicit"})
        bill = await unmarked(caller, "First post.", prompt_cache_options={"mode": "explicit"})
    assert (bill.cached, bill.cache_written) == (0, 0)


@pytest.mark.parametrize("key", ["another", None])
async def test_another_key_or_none_finds_nothing(key: str | None) -> None:
    async with calling() as caller:
        await caller.ask()
        await caller.ask(prompt_cache_key=key)
        bill = caller.platform.bills[-1]
    assert bill.cached == 0
    assert bill.cache_written >= prefix()


async def test_another_model_or_another_schema_finds_nothing() -> None:
    form = {"name": "f", "schema": {"type": "object"}}
    async with calling() as caller:
        await caller.ask()
        await caller.ask(model="gpt-5.6-luna")
        await caller.ask(response_format={"type": "json_schema", "json_schema": form})
    assert [bill.cached for bill in caller.platform.bills] == [0, 0, 0]


async def test_a_prefix_lives_for_thirty_minutes_after_its_last_use() -> None:
    async with calling() as caller:
        await caller.ask()
        for minutes in (29, 29, 30):
            caller.clock.forward(minutes=minutes)
            await caller.ask()
    assert [bill.cached > 0 for bill in caller.platform.bills] == [False, True, True, False]


@pytest.mark.parametrize(("words", "kept"), [(1_000, False), (1_030, True)])
async def test_a_prefix_below_1024_tokens_is_not_kept(words: int, kept: bool) -> None:
    text = " word" * words
    part = {"type": "text", "text": text, "prompt_cache_breakpoint": {"mode": "explicit"}}
    async with calling() as caller:
        bill = await second_bill(caller, messages=[{"role": "system", "content": [part]}])
    assert (bill.cached > 0) is kept


async def test_older_models_read_the_longest_equal_prefix_and_pay_no_write() -> None:
    async with calling() as caller:
        changes: dict[str, Any] = {
            "model": "gpt-5-mini",
            "reasoning_effort": "low",
            "prompt_cache_key": None,
        }
        cold = await unmarked(caller, "First post.", **changes)
        warm = await unmarked(caller, "Second post.", **changes)
    assert "cache_write_tokens" not in warm.usage(0)["prompt_tokens_details"]
    assert (cold.cached, cold.cache_written, warm.cache_written) == (0, 0, 0)
    assert prefix() - 128 < warm.cached <= prefix()
    assert warm.cached % 128 == 0


async def test_the_platform_is_reached_by_its_own_address() -> None:
    async with calling() as caller:
        with as_openai(caller.fake.url) as address:
            sdk = openai.AsyncOpenAI(api_key=KEY, base_url=address, max_retries=0)
        async with sdk:
            found = await sdk.models.retrieve("gpt-6-luna")
    assert found.owned_by == "system"
    assert "api.openai.com" in str(sdk.base_url)


async def test_a_stream_carries_the_same_words_and_usage() -> None:
    async with calling() as caller:
        changes = {"stream": True, "stream_options": {"include_usage": True}}
        said, usage = "", []
        stream = await caller.sdk.chat.completions.create(
            model="gpt-6-luna",
            messages=[{"role": "user", "content": "?"}],
            extra_body=changes,
            stream=True,
        )
        async for chunk in stream:
            said += "".join(choice.delta.content or "" for choice in chunk.choices)
            usage += [chunk.usage] if chunk.usage else []
    assert said == '{"a": "some words of an answer"}'
    assert [each.prompt_tokens for each in usage] == [caller.platform.bills[0].prompt]
