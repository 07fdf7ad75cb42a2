"""Reads an error body of any shape, and whether it stands in place of an answer. Pure.

Servers wrap errors as an object, a list of objects, a ``detail`` list (FastAPI), a message that is
an object or a string of JSON (Mistral), an upstream's body inside ``metadata.raw`` (OpenRouter),
or plain text. Everything is collected; ``failure`` decides what kind it is.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

BODY_READ = 65_536  # bytes of an error body that are looked at
_DEPTH = 6
_CODE_KEYS = frozenset({"code", "type", "status", "reason", "error_code", "errorcode"})
_TEXT_KEYS = (
    "message", "msg", "status_msg", "detail", "error", "error_description", "raw", "description",
)  # fmt: skip
_WRAPPERS = frozenset(
    {
        "errors",
        "details",
        "metadata",
        "inner_error",
        "innererror",
        "cause",
        "headers",
        "response",
        "base_resp",
    }
)

_HTML = re.compile(rb"^\s*(?:<!doctype html|<html|<head|<body)", re.IGNORECASE)


@dataclass(frozen=True)
class ErrorBody:
    """What a body says: codes and parameters it names, its words in one line, figures."""

    codes: tuple[str, ...] = ()
    params: tuple[str, ...] = ()
    words: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)
    html: bool = False

    @property
    def text(self) -> str:
        """Codes and words together, caseless, for patterns."""
        return " ".join((*self.codes, self.words)).casefold()


def read_error(body: bytes) -> ErrorBody:
    """Everything that an error body says, whatever its shape; never raises."""
    body = body[:BODY_READ]
    if _HTML.match(body):
        return ErrorBody(html=True)
    text = body.decode("utf-8", "replace").strip()
    found = _Collected()
    found.take(_parsed(text), 0)
    words = " ".join(dict.fromkeys(found.words)) if found.words else ""
    return ErrorBody(
        tuple(dict.fromkeys(found.codes)),
        tuple(dict.fromkeys(found.params)),
        " ".join(words.split()),
        found.figures,
    )


class _Collected:
    """Codes, parameters, words and figures as they are met, outermost first."""

    def __init__(self) -> None:
        self.codes: list[str] = []
        self.params: list[str] = []
        self.words: list[str] = []
        self.figures: dict[str, float] = {}

    def take(self, node: object, depth: int) -> None:
        """Collect from any JSON value."""
        if depth > _DEPTH:
            return
        if isinstance(node, str):
            inner = _parsed(node)
            if isinstance(inner, str):
                self.words.append(node[:2_000])
            else:
                self.take(inner, depth + 1)
        elif isinstance(node, list):
            for each in node[:20]:
                self.take(each, depth + 1)
        elif isinstance(node, dict):
            self._object(node, depth)

    def _object(self, node: Mapping[str, object], depth: int) -> None:
        for key, value in node.items():
            self._field(key.casefold(), value)
        for key in _TEXT_KEYS:
            if key in node:
                self.take(node[key], depth + 1)
        for key, value in node.items():
            if key.casefold() in _WRAPPERS:
                self.take(value, depth + 1)

    def _field(self, name: str, value: object) -> None:
        if name in _CODE_KEYS and isinstance(value, str | int):
            self.codes.append(str(value))
        elif name == "param" and isinstance(value, str):
            self.params += [value] * (value not in ("", "None", "null"))
        elif name == "loc" and isinstance(value, list):
            self.params += [str(part) for part in reversed(value) if part != "body"]
        elif isinstance(value, int | float) and not isinstance(value, bool):
            self.figures[name] = value
        elif name in ("failed_generation", "retrydelay", "x-ratelimit-reset"):
            self._odd(name, value)

    def _odd(self, name: str, value: object) -> None:
        """Google's ``retryDelay: 32s``, Groq's ``failed_generation``, a reset in milliseconds."""
        said = str(value)
        if name == "failed_generation":
            self.codes += ["max completion tokens reached"] * ("max completion" in said)
        elif number := re.fullmatch(r"\s*(\d+(?:\.\d+)?)s?\s*", said):
            self.figures[name] = float(number[1])


def _parsed(text: str) -> object:
    """The JSON in a text that is an object or a list, else the text itself."""
    if not text.lstrip().startswith(("{", "[")):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def error_in(body: Mapping[str, object]) -> tuple[int, bytes] | None:
    """The status (0 where none is named) and body of an error in place of a completion.

    It may also stand beside or inside a choice that it cut short (OpenRouter), or be all that a
    body without choices says (MiniMax, Cloudflare, FastChat).
    """
    choices = body.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    first = first if isinstance(first, dict) else {}
    error = body.get("error") or first.get("error")
    if first and (not error or first.get("finish_reason") in ("stop", "length")):
        return None
    if not error and (
        isinstance(choices, list) or not read_error(json.dumps(body).encode()).words
    ):
        return None
    codes = [code for code in _statuses(error or body) if 400 <= code < 600]
    told = {"error": error} if first else body
    return (codes[0] if codes else 0), json.dumps(told).encode()


def _statuses(error: object) -> Iterator[int]:
    if isinstance(error, dict):
        for name in ("code", "status", "status_code"):
            value = error.get(name)
            if isinstance(value, int) or (isinstance(value, str) and value.isdigit()):
                yield int(value)
