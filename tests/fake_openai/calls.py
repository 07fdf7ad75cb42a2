"""Calls of the fake by the SDK of the real one, as its users write them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import openai
from openai.types.chat import ChatCompletion

from tests.fakes.openai import KEY, FakeOpenAI
from tests.fakes.openai_answers import says
from tests.fakes.openai_platform import Platform

Json = dict[str, Any]

LUNA = "gpt-6-luna"
FORM = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"],
        "additionalProperties": False}  # fmt: skip
RULES = "Fill in the form for one post and nothing else. " * 150
"""Somewhat more than 1,024 tokens."""


class Clock:
    """The time as a test sets it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)


class Caller:
    """One user of the platform."""

    def __init__(self, fake: FakeOpenAI, platform: Platform, clock: Clock) -> None:
        self.fake, self.platform, self.clock = fake, platform, clock
        self.sdk = openai.AsyncOpenAI(api_key=KEY, base_url=fake.url, max_retries=0)

    async def ask(self, post: str = "A post.", **changes: Any) -> ChatCompletion:
        """A call as it should be made, with changes; None leaves a parameter out."""
        body = request(post) | changes
        sent = {name: value for name, value in body.items() if value is not None}
        rest = {name: sent.pop(name) for name in list(sent) if name not in ("model", "messages")}
        done = await self.sdk.chat.completions.create(**sent, extra_body=rest)
        assert isinstance(done, ChatCompletion)
        return done

    async def refused(self, **changes: Any) -> openai.APIStatusError:
        """The refusal of a call."""
        try:
            done = await self.ask(**changes)
        except openai.APIStatusError as error:
            return error
        raise AssertionError(f"answered: {done}")


def request(post: str) -> Json:
    """The body of a call with an explicit breakpoint behind the rules."""
    system = [{"type": "text", "text": RULES, "prompt_cache_breakpoint": {"mode": "explicit"}}]
    return {
        "model": LUNA,
        "messages": [
            {"role": "system", "content": system},
            {"role": "user", "content": post},
        ],
        "max_completion_tokens": 2_400,
        "reasoning_effort": "none",
        "prompt_cache_key": "rules-1",
        "prompt_cache_options": {"mode": "explicit"},
    }


def plain(post: str = "A post.") -> Json:
    """The messages without a breakpoint."""
    return {"messages": [{"role": "system", "content": RULES}, {"role": "user", "content": post}]}


@asynccontextmanager
async def calling(**options: Any) -> AsyncIterator[Caller]:
    """A caller of a platform of its own, whose model always says the same."""
    clock = Clock()
    platform = Platform(clock=clock, **options)
    async with FakeOpenAI(platform=platform, key=KEY) as fake:
        fake.default = says({"a": "some words of an answer"})
        caller = Caller(fake, platform, clock)
        async with caller.sdk:
            yield caller
