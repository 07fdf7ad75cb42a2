"""One call of an OpenAI-compatible server: bounded in time and size, its failures typed.

The body is read and parsed here: the SDK's ``parse()`` rebuilds the schema on each call, its
default timeout is per read and ten minutes long, and nothing limits what a server may send.
"""

import asyncio
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import NamedTuple, Protocol, cast

import httpx2
import openai
from openai.types.chat import ChatCompletionMessageParam
from openai.types.chat.completion_create_params import ResponseFormat
from pydantic import BaseModel, ValidationError

from bot.extract.dialects import Schema
from bot.extract.failures import (
    BadAnswer,
    BadRequest,
    Filtered,
    ModelError,
    ModelNotFound,
    QuotaExceeded,
    RateLimited,
    Refused,
    Truncated,
    Unauthorized,
    Unavailable,
    Usage,
)
from bot.model import utc_now

BODY_LIMIT = 1_000_000
"""Bytes of an answer, decoded."""

_LONGEST_WAIT = 86_400.0
_NO_MONEY = ("insufficient_quota", "billing_hard_limit_reached", "billing_not_active")
_FILTERS = ("content_filter", "content_policy_violation", "moderation_blocked")


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Cached(BaseModel):
    cached_tokens: int | None = None


class _Tokens(BaseModel):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: _Cached | None = None


class _Completion(BaseModel):
    choices: list[_Choice]
    usage: _Tokens | None = None


class Reply(NamedTuple):
    """What the model said and what it cost."""

    text: str
    usage: Usage


class Talk(Protocol):
    """What answers calls: a connection to a server, or a recording of one."""

    async def complete(
        self,
        messages: Sequence[Mapping[str, str]],
        response_format: Schema,
        params: Mapping[str, str | int | float],
    ) -> Reply:
        """The model's answer as text; raises ``ModelError``, with its usage where known."""

    async def close(self) -> None:
        """Give back what is held."""


class Chat:
    """A connection to one server; ``deadline`` is seconds for a whole call."""

    def __init__(self, api_key: str, base_url: str | None, deadline: float) -> None:
        self._client = openai.AsyncOpenAI(
            api_key=api_key, base_url=base_url, max_retries=0, timeout=deadline
        )
        self._deadline = deadline

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.close()

    async def complete(
        self,
        messages: Sequence[Mapping[str, str]],
        response_format: Schema,
        params: Mapping[str, str | int | float],
    ) -> Reply:
        """The model's answer as text; raises ``ModelError``, with its usage where known."""
        started = time.perf_counter()
        try:
            async with asyncio.timeout(self._deadline):
                body = await self._body(messages, response_format, params)
        except TimeoutError:
            error: ModelError = Unavailable(f"no answer in {self._deadline:g} s")
        except openai.APIStatusError as refusal:
            error = _typed(refusal)
        except (openai.APIConnectionError, httpx2.HTTPError) as broken:
            error = Unavailable(f"connection failed: {type(broken).__name__}")
        except ModelError as known:
            error = known
        else:
            return _reply(body, _ms(started))
        error.usage = Usage(calls=1, ms=_ms(started))
        raise error from None  # the SDK's errors carry headers and the server's words

    async def _body(
        self,
        messages: Sequence[Mapping[str, str]],
        response_format: Schema,
        params: Mapping[str, str | int | float],
    ) -> bytes:
        call = self._client.chat.completions.with_streaming_response.create(
            model=str(params["model"]),
            messages=cast("list[ChatCompletionMessageParam]", list(messages)),
            response_format=cast("ResponseFormat", response_format),
            extra_body={name: value for name, value in params.items() if name != "model"},
        )
        body = bytearray()
        async with call as response:
            async for chunk in response.iter_bytes():
                body += chunk
                if len(body) > BODY_LIMIT:
                    raise BadAnswer(f"the answer is longer than {BODY_LIMIT} bytes")
        return bytes(body)


def _reply(body: bytes, ms: int) -> Reply:
    try:
        completion = _Completion.model_validate_json(body)
    except ValidationError:
        raise Unavailable("the body is not a completion", Usage(calls=1, ms=ms)) from None
    usage = _usage(completion.usage or _Tokens(), ms)
    if not completion.choices:
        raise BadAnswer("no choices in the answer", usage)
    choice = completion.choices[0]
    said = (choice.message.content or "").strip()
    if choice.message.refusal:
        raise Refused("the model refused", usage)
    if choice.finish_reason == "content_filter":
        raise Filtered("the content filter stopped the answer", usage)
    if choice.finish_reason == "length":
        raise Truncated("the answer ran into the cap of tokens", usage, said)
    if not said:
        raise BadAnswer("the answer is empty", usage)
    return Reply(said, usage)


def _usage(tokens: _Tokens, ms: int) -> Usage:
    cached = tokens.prompt_tokens_details.cached_tokens if tokens.prompt_tokens_details else 0
    figures = (tokens.prompt_tokens, tokens.completion_tokens, cached)
    prompt, completion, known = (max(figure or 0, 0) for figure in figures)
    return replace(Usage(calls=1, ms=ms), prompt=prompt, completion=completion, cached=known)


def _typed(refusal: openai.APIStatusError) -> ModelError:
    """The failure behind an HTTP status, by its status and the API's error code."""
    status, codes = refusal.status_code, {str(refusal.code), str(refusal.type)}
    if status == 402 or codes & set(_NO_MONEY):
        return QuotaExceeded(f"no quota left (HTTP {status})")
    if status == 429:
        return RateLimited(_retry_after(refusal.response.headers))
    if status in (401, 403):
        return Unauthorized(f"the key is refused (HTTP {status})")
    if status == 404:
        return ModelNotFound("the server does not know the model or the address (HTTP 404)")
    if codes & set(_FILTERS):
        return Filtered("the content filter stopped the request")
    if status in (408, 409, 425) or status >= 500 or status < 400:
        return Unavailable(f"the server failed (HTTP {status})")
    if "context_length_exceeded" in codes:
        return BadRequest("the prompt is too long for the model")
    return BadRequest(f"the request was refused (HTTP {status})", param=_param(refusal))


def _param(refusal: openai.APIStatusError) -> str | None:
    """The parameter that a server names, in its field or in its words."""
    said = f"{refusal.param} {refusal.message}"
    known = ("max_completion_tokens", "max_tokens", "temperature", "seed", "response_format")
    return next((name for name in known if name in said.split("instead")[0]), None)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait: milliseconds, seconds or an HTTP date; None for none or nonsense."""
    try:
        if millis := headers.get("retry-after-ms"):
            seconds = float(millis) / 1000
        elif (value := headers.get("retry-after")) is None:
            return None
        elif value.strip().replace(".", "", 1).isdigit():
            seconds = float(value)
        else:
            seconds = (parsedate_to_datetime(value) - utc_now()).total_seconds()
    except (ValueError, TypeError):
        return None
    return min(max(seconds, 0.0), _LONGEST_WAIT) if math.isfinite(seconds) else None


def _ms(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)
