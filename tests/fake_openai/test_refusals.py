"""What the real platform refuses, the fake refuses in the same words."""

from typing import Any

import pytest

from tests.fake_openai.calls import FORM, calling, plain

THOUGHT = {"reasoning_effort": None}
OLD = {**plain(), "prompt_cache_options": None, "reasoning_effort": None}


def schema(**named: Any) -> dict[str, Any]:
    """A response format with a strict schema, changed."""
    json_schema = {"name": "form", "strict": True, "schema": FORM} | named
    return {"response_format": {"type": "json_schema", "json_schema": json_schema}}


REFUSED: list[tuple[dict[str, Any], str | None, str | None, str]] = [
    ({"max_tokens": 900, "max_completion_tokens": None}, "max_tokens", "unsupported_parameter",
     "Unsupported parameter: 'max_tokens' is not supported with this model. "
     "Use 'max_completion_tokens' instead."),
    ({"max_completion_tokens": 128_001}, "max_completion_tokens", "invalid_value",
     "at most 128000 completion tokens"),
    ({"max_completion_tokens": 0}, "max_completion_tokens", "integer_below_min_value", ">= 1"),
    (THOUGHT | {"temperature": 0}, "temperature", "unsupported_value",
     "'temperature' does not support 0 with this model. Only the default (1) value"),
    (THOUGHT | {"top_p": 0.5}, "top_p", "unsupported_parameter", "'top_p' is not supported"),
    (THOUGHT | {"logprobs": True}, "logprobs", "unsupported_parameter", "'logprobs'"),
    ({"reasoning_effort": "low", "temperature": 0}, "temperature", "unsupported_value", "0"),
    ({"reasoning_effort": "minimal"}, "reasoning_effort", "unsupported_value",
     "does not support 'minimal' with this model. Supported values are: 'none', 'low'"),
    ({"reasoning_effort": "tiny"}, "reasoning_effort", "invalid_value", "Invalid value: 'tiny'"),
    ({"model": "gpt-6.1-terra"}, "reasoning_effort", "unsupported_value", "support 'none'"),
    ({"model": "gpt-6.1-sol", "reasoning_effort": "minimal"}, "reasoning_effort",
     "unsupported_value", "'low', 'medium', 'high', 'xhigh', and 'max'"),
    (THOUGHT | {"max_completion_tokens": 16}, None, None,
     "Could not finish the message because max_tokens or model output limit was reached."),
    ({"seeed": 7}, "seeed", "unknown_parameter", "Unknown parameter: 'seeed'."),
    ({"cache_prompt": True}, "cache_prompt", "unknown_parameter", "Unknown parameter"),
    (schema(schema={"type": "object", "properties": {}}), "response_format",
     "invalid_json_schema", "Invalid schema for response_format 'form': In context="),
    (schema(name="post form"), "response_format.json_schema.name", "invalid_value", "pattern"),
    ({"response_format": {"type": "json_object"}, "messages": [{"role": "user", "content": "?"}]},
     "messages", None, "must contain the word 'json'"),
    ({"response_format": {"type": "grammar"}}, "response_format.type", "invalid_value", "grammar"),
    ({"stream_options": {"include_usage": True}}, "stream_options", None, "only allowed when"),
    ({"service_tier": "cheap"}, "service_tier", "invalid_value", "cheap"),
    ({"prompt_cache_options": {"mode": "always"}}, "prompt_cache_options.mode", "invalid_value",
     "Supported values are: 'implicit', and 'explicit'"),
    ({"prompt_cache_options": {"ttl": "24h"}}, "prompt_cache_options.ttl", "invalid_value", "30m"),
    ({"prompt_cache_options": "explicit"}, "prompt_cache_options", "invalid_type", "an object"),
    ({"prompt_cache_options": {"kind": 1}}, "prompt_cache_options.kind", "unknown_parameter", ""),
    ({"prompt_cache_key": "k" * 65}, "prompt_cache_key", "string_above_max_length", "length 65"),
    ({"prompt_cache_key": 5}, "prompt_cache_key", "invalid_type", "a string"),
    ({"model": "gpt-5-mini", "reasoning_effort": "low", **plain()}, "prompt_cache_options",
     "unsupported_parameter", "not supported with this model"),
    ({"model": "gpt-5-mini", "reasoning_effort": "low", "prompt_cache_options": None},
     "messages[0].content[0].prompt_cache_breakpoint", "unsupported_parameter", "not supported"),
    ({"model": "gpt-5-mini", **OLD, "temperature": 0}, "temperature", "unsupported_value", "(1)"),
    ({"model": "gpt-4.1-mini", **plain(), "prompt_cache_options": None}, "reasoning_effort",
     "unsupported_parameter", "'reasoning_effort' is not supported with this model"),
    ({"messages": [{"role": "assistent", "content": "?"}]}, "messages[0].role", "invalid_value",
     "assistent"),
    ({"messages": [{"role": "user", "content": None}]}, "messages[0].content", "invalid_type",
     "expected a string"),
    ({"messages": [{"role": "user", "content": "word " * 930_000}]}, "messages",
     "context_length_exceeded", "reduce the length"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "param", "code", "words"), REFUSED)
async def test_what_is_refused_and_how(
    changes: dict[str, Any], param: str | None, code: str | None, words: str
) -> None:
    async with calling() as caller:
        error = await caller.refused(**changes)
        assert caller.platform.bills == []
    assert (error.status_code, error.param, error.code) == (400, param, code)
    assert words in error.message


@pytest.mark.parametrize("changes", [
    {},
    {"temperature": 0, "top_p": 0.5, "seed": 7},
    {"max_completion_tokens": 16},
    {"reasoning_effort": "max", "max_completion_tokens": 20_000},
    {"model": "gpt-6.1-terra", "reasoning_effort": "low"},
    {"model": "gpt-5.6-luna"},
    {"model": "gpt-5-mini", **OLD, "temperature": 1},
    {"model": "gpt-4.1-mini", **OLD, "temperature": 0, "max_tokens": 9,
     "max_completion_tokens": None},
    {"service_tier": "flex"},
    schema(),
])  # fmt: skip
async def test_what_is_answered(changes: dict[str, Any]) -> None:
    async with calling() as caller:
        done = await caller.ask(**changes)
        assert len(caller.platform.bills) == 1
    assert done.usage is not None
    assert (
        done.usage.total_tokens == caller.platform.bills[0].prompt + done.usage.completion_tokens
    )


async def test_a_wrong_key_is_refused_before_anything_else() -> None:
    async with calling() as caller:
        caller.fake.key = "another"
        error = await caller.refused(max_tokens=1)
    assert (error.status_code, error.code) == (401, "invalid_api_key")


async def test_thoughts_count_against_the_cap() -> None:
    async with calling(thoughts={"medium": 1_600}) as caller:
        cut = await caller.ask(reasoning_effort=None, max_completion_tokens=1_000)
        whole = await caller.ask(reasoning_effort=None)
    [choice], usage = cut.choices, cut.usage
    assert (choice.finish_reason, choice.message.content) == ("length", "")
    assert usage is not None
    assert usage.completion_tokens == 1_000
    assert usage.completion_tokens_details is not None
    assert usage.completion_tokens_details.reasoning_tokens == 1_000
    assert whole.choices[0].finish_reason == "stop"
    assert caller.platform.bills[1].written > 1_600


async def test_an_answer_longer_than_its_cap_is_cut() -> None:
    async with calling() as caller:
        done = await caller.ask(max_completion_tokens=4)
    assert done.choices[0].finish_reason == "length"
    assert 0 < len(done.choices[0].message.content or "") < len('{"a": "some words of an answer"}')


async def test_models_end_on_their_day() -> None:
    async with calling() as caller:
        mini = await caller.sdk.models.retrieve("gpt-5-mini")
        luna = await caller.sdk.models.retrieve("gpt-6-luna")
        assert (mini.shutdown_date, luna.shutdown_date) == ("2026-12-11", None)
        assert "gpt-5-mini" in [model.id async for model in caller.sdk.models.list()]
        await caller.ask(model="gpt-5-mini", **OLD)
        caller.clock.forward(days=30)
        error = await caller.refused(model="gpt-5-mini", **OLD)
        assert (error.status_code, error.code) == (404, "model_not_found")
        assert "gpt-5-mini" not in [model.id async for model in caller.sdk.models.list()]
        never = await caller.refused(model="gpt-7")
    assert (never.status_code, never.code) == (404, "model_not_found")
    assert "`gpt-7` does not exist or you do not have access to it" in never.message


async def test_flexible_calls_may_be_turned_away_and_cost_half() -> None:
    async with calling(flex_refusals=1) as caller:
        error = await caller.refused(service_tier="flex")
        assert (error.status_code, error.code) == (429, "resource_unavailable")
        flexible = await caller.ask(service_tier="flex", prompt_cache_key=None)
        await caller.ask(prompt_cache_key=None)
    half, whole = caller.platform.bills
    assert flexible.service_tier == "flex"
    assert half.micro_dollars * 2 == pytest.approx(whole.micro_dollars)
