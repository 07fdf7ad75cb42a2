"""Ways for a model server to answer, to be ordered in advance by a test."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
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
        """The schema that was sent, as a format or in words; empty where none was."""
        found: Json = self.body.get("response_format", {}).get("json_schema", {}).get("schema", {})
        return found or forms.schema_in(self.body.get("messages", []))

    @property
    def post(self) -> forms.Seen | None:
        """The post in the prompt; None for a probe."""
        return forms.seen(self.body.get("messages", []))

    @property
    def cards(self) -> list[Json]:
        """The cards in the prompt of a digest's opening."""
        return forms.seen_cards(self.body.get("messages", []))

    @property
    def earlier(self) -> list[str]:
        """The earlier posts that the prompt compares with."""
        return forms.seen_earlier(self.body.get("messages", []))

    @property
    def judged(self) -> bool:
        """True for a request that does nothing but compare."""
        return "reason" in self.schema.get("properties", {})

    @property
    def cap(self) -> int | None:
        """The cap of tokens under either of its names."""
        return self.body.get("max_completion_tokens") or self.body.get("max_tokens")

    @property
    def streamed(self) -> bool:
        """True where the answer is wanted as a stream."""
        return self.body.get("stream") is True


Answer = Callable[[Asked], Awaitable[web.StreamResponse]]


def says(content: str | Json, **choice: Any) -> Answer:
    """A completion with that content (a form is dumped in its order)."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)

    async def answer(asked: Asked) -> web.StreamResponse:
        return reply(asked, completion(asked, text, **choice))

    return answer


def makes(make: Callable[[forms.Seen], Json]) -> Answer:
    """A form made from the post of the prompt; a probe gets an honest beginning of one."""

    async def answer(asked: Asked) -> web.StreamResponse:
        text = form_text(asked, make)
        if (asked.cap or 10_000) < 64:
            return reply(asked, completion(asked, text[:40], finish_reason="length"))
        return reply(asked, completion(asked, text))

    return answer


def judging(rule: Callable[[list[str]], Json]) -> Answer:
    """An honest form, or that of the judge, with what a rule says of the earlier posts."""

    async def answer(asked: Asked) -> web.StreamResponse:
        said = rule(asked.earlier) if asked.earlier else {}
        body = {"reason": "", **said} if asked.judged else json.loads(form_text(asked)) | said
        return reply(asked, completion(asked, json.dumps(body, ensure_ascii=False)))

    return answer


honest = makes(forms.honest)
liar = makes(forms.liar)


def form_text(asked: Asked, make: Callable[[forms.Seen], Json] = forms.honest) -> str:
    """The form that was asked for, filled in as a model under its schema would."""
    blank = forms.Seen("", (), ("ru", "en"))
    body = forms.honest_overview(asked.cards) if asked.cards else make(asked.post or blank)
    return json.dumps(forms.fitted(body, asked.schema), ensure_ascii=False)


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
    sent = sum(len(forms.text_of(each)) for each in asked.body.get("messages", [])) // 4
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


def reply(asked: Asked, done: Json) -> web.Response:
    """A completion as it was asked for: whole or as a stream of chunks."""
    if not asked.streamed:
        return web.json_response(done)
    body = "".join(f"data: {json.dumps(each)}\n\n" for each in chunks(done, asked.body))
    return web.Response(text=f"{body}data: [DONE]\n\n", content_type="text/event-stream")


def chunks(done: Json, body: Json, size: int = 400) -> Iterator[Json]:
    """A completion cut into the chunks of a stream; usage last, where it was asked for."""
    head: Json = {name: done[name] for name in ("id", "created", "model") if name in done}
    head["object"] = "chat.completion.chunk"
    for choice in done["choices"]:
        index, message = choice.get("index", 0), choice.get("message") or {}
        for delta in _deltas(message, size):
            yield {**head, "choices": [{"index": index, "delta": delta, "finish_reason": None}]}
        end = {"index": index, "delta": {}, "finish_reason": choice.get("finish_reason")}
        yield {**head, "choices": [end]}
    if "usage" in done and (body.get("stream_options") or {}).get("include_usage"):
        yield {**head, "choices": [], "usage": done["usage"]}


def _deltas(message: Json, size: int) -> Iterator[Json]:
    """The role, then texts in pieces of ``size`` characters, everything else whole."""
    yield {"role": message.get("role", "assistant")}
    for name, value in message.items():
        if name != "role" and isinstance(value, str):
            yield from ({name: value[at : at + size]} for at in range(0, len(value), size))
        elif name != "role" and value is not None:
            yield {name: value}
