"""A chat completion read from a body: one JSON object or a stream of events, of any server. Pure.

Fields are read leniently, because servers differ: content as a string or a list of parts, the
answer in a reasoning field or a tool call, usage that is missing, partial, fractional or a string.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from bot.extract.errors import TokenUsage

BYTES_PER_TOKEN = 3
"""Bytes of UTF-8 a token has at least on average: English has four to five, Russian five."""

_MOST_TOKENS = 50_000_000  # a larger figure is not a count
_EVENT = re.compile(r"^data:", re.MULTILINE)
_COMMENTS = re.compile(r"\A(?::[^\n]*\n\s*)+")
# Text inside an event may hold U+2028 and its kin, which ``splitlines`` takes for an end of line.
_LINE_END = re.compile(r"\r\n|\n|\r")
_CUT = frozenset({"length", "max_tokens", "max_output_tokens", "model_length"})
_FILTERED = re.compile(r"content_filter|safety|prohibited_content|blocklist|sensitive")


class NotACompletion(ValueError):
    """The body is something else."""


class Completion(NamedTuple):
    """What a model said: visible text, text of thoughts and calls, why it ended, counts."""

    text: str
    hidden: str
    finish: str | None
    refusal: str
    model: str
    usage: Mapping[str, object]
    tier: str
    choices: bool = True

    @property
    def cut(self) -> bool:
        """True where the answer ran into the cap."""
        return (self.finish or "").casefold() in _CUT

    @property
    def filtered(self) -> bool:
        """True where a filter stopped the answer."""
        return bool(_FILTERED.match((self.finish or "").casefold()))

    @property
    def answer(self) -> str:
        """Where the answer is: some servers leave the content empty and put it beside."""
        return self.text if "{" in self.text or "{" not in self.hidden else self.hidden


def completion_body(body: bytes) -> dict[str, object]:
    """The object in a body, one in a stream of events put together; ``NotACompletion``."""
    text = body.decode("utf-8-sig", "replace").strip()
    if _EVENT.search(text, 0, 4_000) and not text.startswith("{"):
        return _joined(_events(text))
    try:
        found = json.loads(_COMMENTS.sub("", text))
    except (ValueError, RecursionError):
        raise NotACompletion from None
    if not isinstance(found, dict):
        raise NotACompletion
    inner = found.get("result")  # Cloudflare's envelope
    return inner if isinstance(inner, dict) and "choices" in inner else found


def completion(body: Mapping[str, object]) -> Completion:
    """The completion in an object; ``NotACompletion`` where it is none."""
    choices, usage = body.get("choices"), body.get("usage")
    if not isinstance(choices, list):
        raise NotACompletion
    first = choices[0] if choices else {}
    if not isinstance(first, dict):
        raise NotACompletion
    message = first.get("message") or first.get("delta") or {}
    if not isinstance(message, dict) or not (message or first.get("finish_reason") or not choices):
        raise NotACompletion
    if not isinstance(message.get("content"), str | list | dict | None):
        raise NotACompletion
    return Completion(
        text=_text(message.get("content")),
        hidden="\n".join(filter(None, _hidden(message))),
        finish=_str(first.get("finish_reason")) or None,
        refusal=_str(message.get("refusal")),
        model=_str(body.get("model")),
        usage=usage if isinstance(usage, dict) else {},
        tier=_str(body.get("service_tier")),
        choices=bool(choices),
    )


def _text(content: object) -> str:
    """Visible text of a content, of its text parts where it is a list, of a form as an object."""
    if isinstance(content, str):
        return _str(content)
    if isinstance(content, dict):
        return json.dumps(content, ensure_ascii=False)
    parts = content if isinstance(content, list) else []
    texts = [part.get("text") for part in parts if isinstance(part, dict)]
    return "".join(map(_str, texts))


def _hidden(message: Mapping[str, object]) -> Iterator[str]:
    """Texts beside the content in which an answer may stand: calls, then thoughts."""
    calls = message.get("tool_calls")
    calls = [
        *(calls if isinstance(calls, list) else []),
        {"function": message.get("function_call")},
    ]
    for call in calls:
        function = call.get("function") if isinstance(call, dict) else None
        if isinstance(function, dict):
            yield _str(function.get("arguments"))
    for name in ("reasoning_content", "reasoning", "thinking"):
        yield _str(message.get(name))


def _str(value: object) -> str:
    """The value where it is a string, without halves of surrogate pairs."""
    return value.encode("utf-8", "ignore").decode() if isinstance(value, str) else ""


def _events(text: str) -> Iterator[dict[str, object]]:
    for line in _LINE_END.split(text):
        data = line.removeprefix("data:").strip()
        if line.startswith("data:") and data.startswith("{"):
            try:
                event = json.loads(data)
            except (ValueError, RecursionError):
                continue
            if isinstance(event, dict):
                yield event


def _joined(events: Iterator[dict[str, object]]) -> dict[str, object]:
    """The events of a stream as the object that would have come without one."""
    body: dict[str, object] = {}
    parts: dict[str, list[str]] = {}
    finish: object = None
    for event in events:
        body |= {k: v for k, v in event.items() if k != "choices" and v is not None}
        choices = event.get("choices")
        if not isinstance(choices, list):
            continue
        body.setdefault("choices", [])
        for choice in choices[:1]:
            if isinstance(choice, dict):
                finish = choice.get("finish_reason") or finish
                _take(choice.get("delta") or choice.get("message"), parts)
    if "choices" in body and (parts or finish):
        message: dict[str, object] = {name: "".join(said) for name, said in parts.items()}
        if "arguments" in message:
            message["tool_calls"] = [{"function": {"arguments": message.pop("arguments")}}]
        body["choices"] = [{"message": message, "finish_reason": finish}]
    if not body:
        raise NotACompletion
    return body


def _take(delta: object, parts: dict[str, list[str]]) -> None:
    if not isinstance(delta, dict):
        return
    for name in ("content", "refusal", "reasoning_content", "reasoning", "thinking"):
        value = delta.get(name)
        if text := value if isinstance(value, str) else _text(value):
            parts.setdefault(name, []).append(text)
    calls = delta.get("tool_calls")
    for call in calls if isinstance(calls, list) else []:
        function = call.get("function") if isinstance(call, dict) else None
        if isinstance(function, dict) and isinstance(function.get("arguments"), str):
            parts.setdefault("arguments", []).append(function["arguments"])


def estimated(sent: int, written: int) -> TokenUsage:
    """An upper estimate of one call from bytes sent and written."""
    return TokenUsage(
        prompt=math.ceil(sent / BYTES_PER_TOKEN),
        completion=math.ceil(written / BYTES_PER_TOKEN),
        calls=1,
    )


def usage_of(told: Mapping[str, object], estimate: TokenUsage) -> TokenUsage:
    """Tokens as a server counts them, by the estimate where it does not; never nothing.

    Thinking that a server counts in its total only is written, too.
    """
    prompt, written, total = (
        _count(told.get(name)) for name in ("prompt_tokens", "completion_tokens", "total_tokens")
    )
    if total and written is None:
        written = total - prompt if prompt and total > prompt else min(total, estimate.completion)
    prompt = prompt or (total - (written or 0) if total else None) or estimate.prompt
    written = estimate.completion if written is None else written
    if total:
        written = max(written, total - prompt)
    details = told.get("prompt_tokens_details")
    details = details if isinstance(details, dict) else {}
    cached = _count(details.get("cached_tokens")) or _count(told.get("prompt_cache_hit_tokens"))
    writes = _count(details.get("cache_write_tokens"))
    cached = min(cached or 0, prompt)
    return TokenUsage(
        prompt=prompt,
        completion=written,
        cached=cached,
        cache_writes=min(writes or 0, prompt - cached),
        calls=1,
    )


def thought_tokens(told: Mapping[str, object]) -> int:
    """Tokens of hidden thinking, where a server tells them."""
    details = told.get("completion_tokens_details")
    return _count(details.get("reasoning_tokens")) or 0 if isinstance(details, dict) else 0


def _count(value: object) -> int | None:
    """A count of tokens, fractions rounded up; None for what is none."""
    try:
        number = float(value) if isinstance(value, int | float | str) else math.nan
    except ValueError:
        return None
    if isinstance(value, bool) or not 0 <= number <= _MOST_TOKENS:
        return None
    return math.ceil(number)
