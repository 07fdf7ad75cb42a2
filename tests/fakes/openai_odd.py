"""Answers of servers that speak the API in their own way: rules on requests, wrapped forms.

A test puts together what one server does: ``rules((sends("seed"), error(422, ...)))`` refuses a
parameter and is honest otherwise; ``odd(lambda form: f"<think>hm</think>{form}")`` wraps the form.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from aiohttp import web

from tests.fakes.openai_answers import (
    Answer,
    Asked,
    chunks,
    completion,
    form_text,
    honest,
    reply,
)

Json = dict[str, Any]
When = Callable[[Asked], bool]

NO_USAGE: Json = {}
"""For ``odd(usage=...)``: the field is left out."""


def rules(*pairs: tuple[When, Answer], otherwise: Answer = honest) -> Answer:
    """The answer of the first rule that holds."""

    async def answer(asked: Asked) -> web.StreamResponse:
        found = next((say for when, say in pairs if when(asked)), otherwise)
        return await found(asked)

    return answer


def always(_: Asked) -> bool:
    """Holds for every request."""
    return True


def sends(*names: str) -> When:
    """The request has one of these parameters."""
    return lambda asked: any(name in asked.body for name in names)


def value(name: str, wanted: object) -> When:
    """The request has this value of a parameter."""
    return lambda asked: asked.body.get(name) == wanted


def in_format(*kinds: str) -> When:
    """The response format is of one of these types."""
    return lambda asked: (asked.body.get("response_format") or {}).get("type") in kinds


def cap_over(tokens: int) -> When:
    """The cap is larger."""
    return lambda asked: (asked.cap or 0) > tokens


def cap_under(tokens: int) -> When:
    """There is a cap and it is smaller."""
    return lambda asked: 0 < (asked.cap or 0) < tokens


def roles(*names: str) -> When:
    """A message has one of these roles."""
    return lambda asked: any(each["role"] in names for each in asked.body["messages"])


def longer(characters: int) -> When:
    """All messages together are longer."""
    return lambda asked: len(json.dumps(asked.body["messages"], ensure_ascii=False)) > characters


def plain(asked: Asked) -> bool:
    """The request asks for no stream."""
    return not asked.streamed


def streamed(asked: Asked) -> bool:
    """The request asks for a stream."""
    return asked.streamed


def schema_has(keyword: str) -> When:
    """The schema of the answer uses a keyword."""
    return lambda asked: f'"{keyword}"' in json.dumps(asked.body.get("response_format"))


def every_other() -> When:
    """Holds for the first, third, ... request about each post."""
    seen: dict[str, int] = {}

    def holds(asked: Asked) -> bool:
        text = asked.post.text if asked.post else ""
        seen[text] = seen.get(text, 0) + 1
        return seen[text] % 2 == 1

    return holds


def error(status: int, body: object, **headers: str) -> Answer:
    """That body (JSON, or bytes as they are); ``$CAP`` and ``$NAME`` stand for the cap sent."""

    async def answer(asked: Asked) -> web.StreamResponse:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if isinstance(body, bytes):
            return web.Response(body=body, status=status, headers=sent, content_type="text/html")
        name = "max_tokens" if "max_tokens" in asked.body else "max_completion_tokens"
        text = json.dumps(body).replace("$CAP", str(asked.cap)).replace("$NAME", name)
        return web.Response(
            text=text, status=status, headers=sent, content_type="application/json"
        )

    return answer


def said(message: str, *, kind: str = "invalid_request_error", **more: Any) -> Json:
    """An error in the API's form."""
    return {"error": {"message": message, "type": kind, "param": None, "code": None} | more}


def odd(
    wrap: Callable[[str], Any] = lambda form: form,
    *,
    message: Callable[[str], Json] | None = None,
    usage: Json | bool | None = True,
    model: str | None = None,
    finish: str = "stop",
) -> Answer:
    """An honest form as ``wrap`` makes it the content, or ``message`` the whole message.

    ``usage`` True is an honest count, None a null, an empty object leaves it out.
    """

    async def answer(asked: Asked) -> web.StreamResponse:
        form = form_text(asked)
        told = message(form) if message else {"content": wrap(form)}
        done = completion(asked, form, finish_reason=finish)
        done["choices"][0]["message"] = {"role": "assistant", **told}
        if usage is not True:
            done["usage"] = usage
        if usage == NO_USAGE:
            del done["usage"]
        return reply(asked, done | ({"model": model} if model else {}))

    return answer


def cut_prompt(over: int, to: int) -> Answer:
    """Reads the end of a prompt of more tokens and says nothing of it, as Ollama does."""

    async def answer(asked: Asked) -> web.StreamResponse:
        done = completion(asked, form_text(asked))
        if done["usage"]["prompt_tokens"] > over:
            done["usage"] |= {"prompt_tokens": to}
        return reply(asked, done)

    return answer


async def unasked_stream(asked: Asked) -> web.StreamResponse:
    """A stream, whether it was asked for or not, with a comment to keep the line open."""
    done = completion(asked, form_text(asked))
    wanted = {"stream_options": {"include_usage": True}}
    lines = [f"data: {json.dumps(each)}\n\n" for each in chunks(done, wanted)]
    text = "".join([": keep-alive\n\n", *lines, "data: [DONE]\n\n"])
    return web.Response(text=text, content_type="text/event-stream")


def enveloped(wrap: Callable[[Json], str]) -> Answer:
    """An honest completion as ``wrap`` makes it the body."""

    async def answer(asked: Asked) -> web.StreamResponse:
        text = wrap(completion(asked, form_text(asked)))
        return web.Response(body=text.encode(), content_type="application/json")

    return answer


def breaks_with(event: Json) -> Answer:
    """A stream that begins honestly and ends in an event of another kind."""

    async def answer(asked: Asked) -> web.StreamResponse:
        begun = list(_lines(asked, 8))[:3]
        text = "".join([*begun, f"event: error\ndata: {json.dumps(event)}\n\n"])
        return web.Response(text=text, content_type="text/event-stream")

    return answer


async def keepalive_blanks(asked: Asked) -> web.StreamResponse:
    """Blank lines before the body."""
    text = f"\n   \n   \n{json.dumps(completion(asked, form_text(asked)))}"
    return web.Response(text=text, content_type="application/json")


def trickling(pieces: int, pause: float) -> Answer:
    """A stream whose chunks come one by one."""

    async def answer(asked: Asked) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(asked.http)
        async for line in _slowly(_lines(asked, pieces), pause):
            await response.write(line.encode())
        return response

    return answer


def _lines(asked: Asked, pieces: int) -> Iterator[str]:
    text = form_text(asked)
    done = completion(asked, text)
    for each in chunks(done, asked.body, size=max(1, len(text) // pieces)):
        yield f"data: {json.dumps(each)}\n\n"
    yield "data: [DONE]\n\n"


async def _slowly(lines: Iterator[str], pause: float) -> AsyncIterator[str]:
    for line in lines:
        yield line
        await asyncio.sleep(pause)
