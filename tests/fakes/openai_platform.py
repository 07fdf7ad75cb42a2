"""OpenAI's platform behind the fake: it refuses, thinks, caches and bills as the real one does."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.fakes.openai_answers import Answer, Asked, completion, fails, reply
from tests.fakes.openai_cache import Bill, PromptCache, bill
from tests.fakes.openai_models import OWN_MODELS, OwnModel
from tests.fakes.openai_rules import Refusal, effort_of, no_such_model, refusal
from tests.fakes.openai_tokens import count

Json = dict[str, Any]

BASE_URL = "http://api.openai.com/v1"
"""The platform's address for a client whose proxy is the fake: nothing leaves this machine."""

THOUGHTS = {"none": 0, "minimal": 64, "low": 400, "medium": 1_600, "high": 3_200,
            "xhigh": 6_400, "max": 12_800}  # fmt: skip


def _now() -> datetime:
    return datetime.now(UTC)


class Platform:
    """What ``FakeOpenAI(platform=...)`` asks; ``bills`` are those of all calls, in order.

    ``thoughts`` are the tokens thought by effort, ``written`` those of an answer (counted where
    None), ``flex_refusals`` how many flexible calls are still turned away for want of machines.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime] = _now,
        thoughts: Mapping[str, int] | None = None,
        written: int | None = None,
        flex_refusals: int = 0,
    ) -> None:
        self._clock, self._cache = clock, PromptCache(clock)
        self.thoughts = {**THOUGHTS, **(thoughts or {})}
        self.written, self.flex_refusals = written, flex_refusals
        self.bills: list[Bill] = []
        self.refusals: list[Refusal] = []

    def objection(self, asked: Asked) -> Answer | None:
        """What the platform refuses, None for a call that its model answers."""
        found = refusal(asked.body, self._clock())
        if found is None and asked.body.get("service_tier") == "flex" and self.flex_refusals:
            self.flex_refusals -= 1
            said = "There are not enough resources for this request now. Please try again later."
            found = Refusal(said, None, "resource_unavailable", 429, "resource_unavailable")
        if found is None:
            return None
        self.refusals.append(found)
        return fails(
            found.status, found.message, code=found.code, kind=found.kind, param=found.param
        )

    def answered(self, asked: Asked, said: str) -> web.Response:
        """The answer with these words, as far as the cap lets it come; and its bill."""
        model = OWN_MODELS[asked.body["model"]]
        thoughts = self.thoughts[effort_of(asked.body, model)]
        cap = asked.cap or model.longest
        written = count(said) if self.written is None else self.written
        cut = thoughts + written > cap
        if cut:
            thoughts, text = min(thoughts, cap), _beginning(said, cap - min(thoughts, cap))
        else:
            text = said
        flex = asked.body.get("service_tier") == "flex"
        paid = bill(self._cache, model, asked.body, min(thoughts + written, cap), flex=flex)
        self.bills.append(paid)
        done = completion(asked, text, finish_reason="length" if cut else "stop")
        done |= {"usage": paid.usage(thoughts)}
        done |= {"service_tier": "flex" if flex else "default"}
        return reply(asked, done)

    def listed(self, name: str | None) -> web.Response:
        """All models, or one, with the day on which it shuts down."""
        now = self._clock()
        if name is None:
            models = [_shown(model) for model in OWN_MODELS.values() if not model.gone(now)]
            return web.json_response({"object": "list", "data": models})
        model = OWN_MODELS.get(name)
        if model is not None and not model.gone(now):
            return web.json_response(_shown(model))
        found = no_such_model(name)
        error = {"message": found.message, "type": found.kind, "param": "model"}
        return web.json_response({"error": error | {"code": found.code}}, status=404)


def platform_answer(platform: Platform, answer: Answer) -> Answer:
    """What the model says under its rules; answers that are no completion pass as they are."""

    async def limited(asked: Asked) -> web.StreamResponse:
        whole = Asked(asked.raw, {**asked.body, "stream": False}, asked.authorization, asked.http)
        response = await answer(whole)
        said = _said(response)
        return response if said is None else platform.answered(asked, said)

    return limited


@contextmanager
def as_openai(fake_url: str) -> Iterator[str]:
    """OpenAI's own address, which in this block leads every client of this process to the fake."""
    proxy = {"http_proxy": fake_url.removesuffix("/v1"), "no_proxy": ""}
    before = {name: os.environ.get(name) for name in proxy}
    os.environ.update(proxy)
    try:
        yield BASE_URL
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            os.environ.update({name: value} if value is not None else {})


def _said(response: web.StreamResponse) -> str | None:
    """The words of a plain completion."""
    if not isinstance(response, web.Response) or response.status != 200 or not response.text:
        return None
    choices = json.loads(response.text).get("choices") or [{}]
    said = (choices[0].get("message") or {}).get("content")
    return said if isinstance(said, str) else None


def _beginning(said: str, tokens: int) -> str:
    """About that many tokens of a text."""
    return said[: len(said) * tokens // max(count(said), 1)]


def _shown(model: OwnModel) -> Json:
    end = model.shutdown.date().isoformat() if model.shutdown else None
    return {"id": model.name, "object": "model", "created": 1_790_000_000,
            "owned_by": "system", "shutdown_date": end}  # fmt: skip
