"""Ways for a model server to answer, to be ordered in advance by a test."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.fakes import openai_forms as forms

Json = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """One request as it came over the wire; ``raw`` keeps the order of its fields."""

    raw: bytes
    body: Json
    authorization: str
    http: web.Request

    @property
    def way(self) -> str:
        """``strict``, ``schema``, ``object`` or ``text``."""
        wanted = self.body.get("response_format", {})
        if wanted.get("type") == "json_schema":
            return "strict" if wanted["json_schema"].get("strict") else "schema"
        return "object" if wanted.get("type") == "json_object" else "text"

    @property
    def schema(self) -> Json:
        """The schema that was sent, empty where none was."""
        found: Json = self.body.get("response_format", {}).get("json_schema", {}).get("schema", {})
        return found

    @property
    def post(self) -> forms.Seen | None:
        """The post in the prompt; None for a probe."""
        return forms.seen(self.body.get("messages", []))

    @property
    def cards(self) -> list[Json]:
        """The cards in the prompt of a digest's opening."""
        return forms.seen_cards(self.body.get("messages", []))

    @property
    def cap(self) -> int | None:
        """The cap of tokens under either of its names."""
        return self.body.get("max_completion_tokens") or self.body.get("max_tokens")


Answer = Callable[[Asked], Awaitable[web.StreamResponse]]


def says(content: str | Json, **choice: Any) -> Answer:
    """A completion with that content (a form is dumped in its order)."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)

    async def answer(asked: Asked) -> web.StreamResponse:
        return web.json_response(completion(asked, text, **choice))

    return answer


def makes(make: Callable[[forms.Seen], Json]) -> Answer:
    """A form made from the post of the prompt; a probe gets an honest beginning of one."""

    async def answer(asked: Asked) -> web.StreamResponse:
        blank = forms.Seen("", (), ("ru", "en"))
        body = forms.honest_overview(asked.cards) if asked.cards else make(asked.post or blank)
        text = json.dumps(body, ensure_ascii=False)
        if (asked.cap or 10_000) < 64:
            return web.json_response(completion(asked, text[:40], finish_reason="length"))
        return web.json_response(completion(asked, text))

    return answer


honest = makes(forms.honest)
liar = makes(forms.liar)


def refuses(reason: str = "I'm sorry, I can't help with that.") -> Answer:
    """200 with a refusal instead of content."""
    return says("", message={"role": "assistant", "content": None, "refusal": reason})


def cut_at(content: str = '{"language":"ru"') -> Answer:
    """200 that ran out of tokens."""
    return says(content, finish_reason="length")


def filtered() -> Answer:
    """200 stopped by the content filter."""
    return says("", finish_reason="content_filter")


def fails(
    status: int,
    message: str = "made up",
    *,
    code: str | None = None,
    kind: str = "invalid_request_error",
    param: str | None = None,
    headers: dict[str, str] | None = None,
) -> Answer:
    """An error in the API's form."""
    body = {"error": {"message": message, "type": kind, "param": param, "code": code}}

    async def answer(asked: Asked) -> web.StreamResponse:
        return web.json_response(body, status=status, headers=headers)

    return answer


def flood(retry_after: str | None = None, header: str = "retry-after") -> Answer:
    """429 with or without the pause in a header."""
    pause = {} if retry_after is None else {header: retry_after}
    return fails(429, code="rate_limit_exceeded", kind="requests", headers=pause)


def no_quota(*, by_code: bool = True) -> Answer:
    """429 for an empty account, told by code or by type."""
    code = "insufficient_quota" if by_code else None
    return fails(429, code=code, kind="insufficient_quota" if not by_code else "requests")


def raw(body: bytes, *, status: int = 200, content_type: str = "application/json") -> Answer:
    """Bytes as they are: HTML, no JSON, five megabytes."""

    async def answer(asked: Asked) -> web.StreamResponse:
        return web.Response(body=body, status=status, content_type=content_type)

    return answer


async def hangs(asked: Asked) -> web.StreamResponse:
    """Never answers; ends with the connection."""
    await asyncio.Event().wait()
    raise AssertionError("unreachable")


async def drips(asked: Asked) -> web.StreamResponse:
    """A space now and then for ever: no read times out, the whole never ends."""
    response = web.StreamResponse(headers={"content-type": "application/json"})
    await response.prepare(asked.http)
    while True:
        await response.write(b" ")
        await asyncio.sleep(0.01)


async def breaks_off(asked: Asked) -> web.StreamResponse:
    """Half of a body, then the connection is cut."""
    response = web.StreamResponse(
        headers={"content-type": "application/json", "content-length": "5000"}
    )
    await response.prepare(asked.http)
    await response.write(b'{"choices": [{"message"')
    if asked.http.transport is not None:
        asked.http.transport.abort()
    return response


def completion(asked: Asked, text: str, **choice: Any) -> Json:
    """A chat completion as the API sends it, with made-up but plausible counts of tokens."""
    sent = sum(len(each["content"]) for each in asked.body.get("messages", [])) // 4
    return {
        "id": "chatcmpl-made-up",
        "object": "chat.completion",
        "created": 1_790_000_000,
        "model": asked.body.get("model"),
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text, "refusal": None},
                "finish_reason": "stop",
                "logprobs": None,
            }
            | choice
        ],
        "usage": {
            "prompt_tokens": sent,
            "completion_tokens": len(text) // 4,
            "total_tokens": sent + len(text) // 4,
            "prompt_tokens_details": {"cached_tokens": sent // 256 * 128},
        },
    }
