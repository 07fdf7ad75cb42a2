"""One call of an OpenAI-compatible server: bounded in time and size, its failures typed.

The body is read and parsed here: the SDK's ``parse()`` rebuilds the schema on each call, its
default timeout is per read and ten minutes long, and nothing limits what a server may send.
"""

import asyncio
import json
import re
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple, Protocol

import httpx2
import openai

from bot.extract.errors import (
    BadAnswer,
    Filtered,
    ModelError,
    Refused,
    TokenUsage,
    Truncated,
    Unauthorized,
    Unavailable,
    WrongAddress,
)
from bot.extract.llm.completion import (
    Completion,
    NotACompletion,
    completion,
    completion_body,
    estimated,
    thought_tokens,
    usage_of,
)
from bot.extract.llm.concurrency import MODEL_TIMEOUT
from bot.extract.llm.error_body import error_in
from bot.extract.llm.failure import failure

BODY_LIMIT = 1_000_000
"""Bytes of an answer, decoded."""

BETWEEN_CHUNKS = 30.0
"""Seconds between two chunks of an answer."""

CONNECT = 10.0  # seconds
_SCHEMA_BYTES = 6_000
_STREAM_END = b"data: [DONE]"
_KEEP_ALIVE = re.compile(rb"(?:\s|:[^\n]*(?:\n|$))*")  # blanks, comments of a stream

Request = Mapping[str, Any]
"""The JSON body of a call of ``chat.completions``."""


class ModelReply(NamedTuple):
    """What the model said and what it cost; ``model`` is who answered, as the server names it.

    ``cut`` is true where the answer ran into the cap, ``thought`` where thinking took its room.
    """

    text: str
    usage: TokenUsage
    model: str = ""
    cut: bool = False
    thought: bool = False
    told_prompt: bool = False
    tier: str = ""


class ChatClient(Protocol):
    """What answers calls: a connection to a server, or a recording of one."""

    async def complete(self, request: Request, patience: float) -> ModelReply:
        """The model's answer as text; raises ``ModelError``, with its usage where known.

        ``patience`` is added to the seconds that the first bytes may take.
        """

    async def close(self) -> None:
        """Give back what is held."""


class OpenAIClient:
    """A connection to one server.

    ``timeout`` is seconds to the first bytes of an answer, ``between`` from chunk to chunk.
    """

    def __init__(
        self,
        api_key: str,
        base_url: str | None,
        timeout: float = MODEL_TIMEOUT,
        between: float = BETWEEN_CHUNKS,
    ) -> None:
        self._key, self._base_url = api_key, base_url
        self._timeout, self._between = timeout, between
        self._client: openai.AsyncOpenAI | None = None

    async def close(self) -> None:
        """Give the connections back."""
        if self._client is not None:
            await self._client.close()

    async def complete(self, request: Request, patience: float = 0.0) -> ModelReply:
        """The model's answer as text; raises ``ModelError``, with its usage where known."""
        started, sent = time.perf_counter(), _sent_bytes(request)
        body = bytearray()
        try:
            await self._read(request, body, self._timeout + patience)
            return _reply(completion_body(bytes(body)), sent, request, started)
        except NotACompletion:
            error: ModelError = Unavailable("the body is not a completion" + _began(body))
        except openai.APIStatusError as refusal:
            error = await self._typed(refusal, request)
        except (openai.APIConnectionError, httpx2.HTTPError, httpx2.InvalidURL) as broken:
            error = _unreached(broken)
        except ModelError as known:
            error = known
        error.usage = _spent_on(error, sent, bytes(body), request, started)
        raise error from None  # the SDK's errors carry headers with the key

    def _connected(self) -> openai.AsyncOpenAI:
        """The client; ``ModelError`` where the key or the environment's proxy cannot be used."""
        if fault := key_fault(self._key):
            raise Unauthorized(f"OPENAI_API_KEY {fault}")
        if self._client is None:
            try:
                self._client = openai.AsyncOpenAI(
                    api_key=self._key,
                    base_url=self._base_url,
                    max_retries=0,
                    timeout=httpx2.Timeout(None, connect=CONNECT),
                )
            except (ImportError, ValueError, httpx2.InvalidURL) as error:
                raise WrongAddress(
                    f"the proxy of the environment or OPENAI_BASE_URL cannot be used: {error}"
                ) from None
        return self._client

    async def _read(self, request: Request, body: bytearray, first: float) -> None:
        """Fill in the body; the first bytes, each further chunk and the whole have a deadline."""
        call = self._connected().chat.completions.with_streaming_response.create(
            model=request["model"],
            messages=request["messages"],
            extra_body={k: v for k, v in request.items() if k not in ("model", "messages")},
        )
        loop = asyncio.get_running_loop()
        whole, begun = loop.time() + 2 * first, False
        try:
            async with asyncio.timeout(first) as deadline, call as response:
                async for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > BODY_LIMIT:
                        raise BadAnswer(f"the answer is longer than {BODY_LIMIT} bytes")
                    if _STREAM_END in body[-64:]:
                        break
                    # A server may say that it is alive while it reads, or has others to answer.
                    begun = begun or not _KEEP_ALIVE.fullmatch(body)
                    patience = self._between if begun else max(self._between, first)
                    deadline.reschedule(min(loop.time() + patience, whole))
        except TimeoutError:
            said = "the answer stopped coming" if begun else f"no answer in {first:g} s"
            raise Unavailable(f"{said} (MODEL_TIMEOUT)", late=True) from None

    async def _typed(self, refusal: openai.APIStatusError, request: Request) -> ModelError:
        response = refusal.response
        try:
            body = response.content
        except httpx2.ResponseNotRead:
            body = str(refusal.body or refusal.message).encode()
        sent = "" if refusal.status_code < 400 else prompt_text(request)
        return failure(refusal.status_code, response.headers, body, key=self._key, sent=sent)


def key_fault(key: str) -> str:
    """What is wrong with a key that no server could accept; empty when nothing is."""
    if not key.strip():
        return "is empty"
    if any(char.isspace() for char in key):
        return "has a space or a line break in it: copy it again"
    if not key.isascii() or not key.isprintable():
        at = next(at for at, char in enumerate(key, 1) if not (char.isascii() and char > " "))
        return f"has a letter that is not ASCII at place {at}: copy it again"
    return ""


def _unreached(broken: Exception) -> ModelError:
    if isinstance(broken, httpx2.InvalidURL | httpx2.UnsupportedProtocol):
        return WrongAddress("OPENAI_BASE_URL is no address")
    cause = broken.__cause__ or broken
    if isinstance(cause, httpx2.InvalidURL | httpx2.UnsupportedProtocol | httpx2.ProxyError):
        return WrongAddress(f"OPENAI_BASE_URL or the proxy cannot be used: {type(cause).__name__}")
    return Unavailable(f"connection failed: {type(cause).__name__}")


def _reply(body: Mapping[str, object], sent: int, request: Request, started: float) -> ModelReply:
    if embedded := error_in(body):
        error = failure(embedded[0], {}, embedded[1], sent=prompt_text(request))
        if body.get("choices"):  # broken off while it wrote: what was written is billed
            error.usage = estimated(sent, len(json.dumps(body["choices"])))
        raise error
    told = completion(body)
    hidden = thought_tokens(told.usage)
    written = len(told.text.encode()) + len(told.hidden.encode())
    usage = _timed(usage_of(told.usage, estimated(sent, written)), started)
    if told.refusal:
        raise Refused("the model refused", usage)
    if told.filtered:
        raise Filtered("the content filter stopped the answer", usage)
    if not told.choices:
        raise BadAnswer("no choices in the answer", usage)
    if told.finish == "error":
        raise Unavailable("the server broke the answer off", usage)
    cut, thought = _ended(told, hidden, usage)
    if not told.answer.strip() and not cut:
        raise BadAnswer("the answer is empty", usage)
    known = "prompt_tokens" in told.usage
    return ModelReply(told.answer, usage, told.model, cut, thought, known, told.tier)


def _ended(told: Completion, hidden: int, usage: TokenUsage) -> tuple[bool, bool]:
    """Whether the answer was cut, and whether thinking took its room."""
    mostly = hidden > usage.completion // 2
    return told.cut, told.cut and (mostly or not told.text.strip())


def _spent_on(
    error: ModelError, sent: int, body: bytes, request: Request, started: float
) -> TokenUsage:
    """What a failed call cost: as told, else by estimate where the server may have worked.

    A refusal before any work (4xx) is not billed; an answer that our deadline cut off is.
    """
    if error.usage.calls:
        return error.usage
    usage = TokenUsage(calls=1)
    if isinstance(error, BadAnswer | Refused | Filtered | Truncated) and body:
        usage = estimated(sent, min(len(body), 3 * _cap(request)))
    elif isinstance(error, Unavailable) and error.late:
        usage = estimated(sent, 3 * _cap(request))
    elif isinstance(error, Unavailable) and body and error.status is None:
        usage = estimated(sent, len(body))
    return _timed(usage, started)


def _cap(request: Request) -> int:
    return int(request.get("max_completion_tokens") or request.get("max_tokens") or 4_000)


def _timed(usage: TokenUsage, started: float) -> TokenUsage:
    return replace(usage, ms=round((time.perf_counter() - started) * 1000))


def _began(body: bytearray) -> str:
    """How a body that is none of the API's begins: enough to tell a login page from a proxy."""
    if re.match(rb"\s*<(?:!doctype|html)", bytes(body[:200]), re.IGNORECASE):
        return ": it is a web page; does OPENAI_BASE_URL end in /v1?"
    return "" if body.strip() else ": it is empty"


def prompt_text(request: Request) -> str:
    """The words of all messages of a request."""
    contents = (message["content"] for message in request["messages"])
    parts = (
        content if isinstance(content, str) else "".join(part["text"] for part in content)
        for content in contents
    )
    return "\n".join(parts)


def _sent_bytes(request: Request) -> int:
    """Bytes of the prompt, a schema counted as a long one."""
    schema = _SCHEMA_BYTES if "response_format" in request else 0
    return len(prompt_text(request).encode(errors="ignore")) + schema
