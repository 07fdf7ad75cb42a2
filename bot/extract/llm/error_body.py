"""Maps an HTTP status and an error body of any shape to a typed failure. Pure.

Servers wrap errors as an object, a list of objects, a ``detail`` list (FastAPI), a message that is
an object or a string of JSON (Mistral), an upstream's body inside ``metadata.raw`` (OpenRouter),
or plain text. Everything is collected first; the kind is then decided by codes before words,
because one status means many things: a retired model is a 400 at Groq, a 403 or 404 at OpenAI, a
bad key a 400 at Gemini, an empty budget a 400 at LiteLLM.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.extract.errors import (
    BadAnswer,
    BadRequest,
    Filtered,
    ModelError,
    ModelNotFound,
    QuotaExceeded,
    RateLimited,
    TooLong,
    Truncated,
    Unauthorized,
    Unavailable,
    WrongAddress,
)
from bot.model import utc_now
from bot.text import shorten
from bot.wait import bounded_wait, retry_after

WORDS_LIMIT = 200
"""Characters of a server's own words that go into a reason."""

_ROOM_FOR_ANSWER = 256  # tokens: with fewer no answer fits
BODY_READ = 65_536  # bytes of an error body that are looked at
_DEPTH = 6
_CODE_KEYS = frozenset({"code", "type", "status", "reason", "error_code", "errorcode"})
_TEXT_KEYS = ("message", "msg", "detail", "error", "error_description", "raw", "description")
_WRAPPERS = frozenset(
    {"errors", "details", "metadata", "inner_error", "innererror", "cause", "headers", "response"}
)

_NO_MONEY = re.compile(
    r"insufficient_quota|insufficient[ _]balance|insufficient[ _](?:funds|credit)|billing_|"
    r"budget_exceeded|budget has been exceeded|exceeded[\w ]{0,20} budget|credit_?balance|"
    r"credit balance|key limit exceeded|requires? more credits|payment required|out of credits|"
    r"account is not active|check your plan and billing"
)
_BAD_KEY = re.compile(
    r"invalid_api_key|api_key_invalid|api key not valid|incorrect api key|invalid api key|"
    r"api key (?:is )?(?:expired|missing|invalid)|authentication_?error|unauthenticated|"
    r"invalid_authentication|no auth credentials|invalid token"
)
_GONE = re.compile(
    r"model_not_found|model_decommissioned|\binvalid_model\b|model_not_available|"
    r"model_terminated|deployment_?not_?found|unknown_model|model not exist|modelnotfound|"
    r"not a valid model|no such model|unknown model|invalid model|"
    r"(?:model|deployment|engine)\b[^.]{0,120}?\b(?:does not exist|doesn't exist|not found|"
    r"is not available|decommissioned|no longer (?:supported|available)|has been (?:retired|"
    r"deprecated|removed)|was (?:retired|removed|deprecated)|is (?:retired|deprecated)|"
    r"not exist)|model\s*:?\s*[\"'`]?[\w./:-]+[\"'`]? is not (?:supported|available)|"
    r"no endpoints found for|does not have access to (?:the )?model|"
    r"failed to load model\s*[\"'“`]|no models? loaded|try pulling it"
)
_FILTERED = re.compile(
    r"content_filter|content_policy|moderation|responsibleaipolicy|data_?inspection_?failed|"
    r"prohibited_content|safety_block|was flagged|content management policy|unsafe_content|"
    r"inappropriate content"
)
_LONG = re.compile(
    r"context_length_exceeded|exceed_context_size|context_window_exceeded|string_above_max|"
    r"context (?:length|size|window)|maximum context|\bn_ctx\b|prompt is too long|"
    r"input is too long|too many (?:input |prompt )?tokens|maximum prompt length|"
    r"exceeds? the (?:model'?s )?(?:max|maximum|token)|reduce the length|prompt too long|"
    r"input (?:length|tokens?)[^.]{0,40}exceed"
)
_CUT_BY_CAP = re.compile(
    r"max_?tokens or model output limit was reached|max completion tokens reached|"
    r"output limit was reached|max_tokens was reached"
)
_WENT_WRONG = re.compile(
    r"json_validate_failed|json_generate|failed to (?:validate|generate) json|"
    r"does not match the expected schema|tool_use_failed|output_parse_failed|"
    r"structured_output_failed"
)
_BUSY = re.compile(
    r"rate.?limit|too many requests|resource_exhausted|resource_unavailable|slow_down|"
    r"capacity[_ ]exceeded|requests per (?:minute|day)|tokens per (?:minute|day)"
)
_NO_PLACE = re.compile(
    r"page not found|file not found|unexpected endpoint|invalid url|no route|cannot post|"
    r"not found: /|path not found|unknown (?:path|endpoint|request url)|unsupported path"
)
_HTML = re.compile(rb"^\s*(?:<!doctype html|<html|<head|<body)", re.IGNORECASE)
_LIMITS = (
    re.compile(
        r"(?:less than or equal to|at most|maximum (?:value|of|is|allowed)[^0-9]{0,60}?|"
        r"supports at most|no more than|cannot exceed|must be <=?|limit (?:is|of)|up to|"
        r"\[1, ?|between 1 and|range of \[\d+, ?)[`'\"( ]*(\d{2,7})",
    ),
    re.compile(r"(\d{2,7})\)? (?:completion |output )?tokens? (?:is|at) (?:the )?max"),
)
_ROOM = re.compile(
    r"maximum context length (?:is|of) (\d+)(?: tokens)?.{0,120}?(\d+) (?:input|prompt) tokens|"
    r"maximum context length (?:is|of) (\d+).{0,160}?\((\d+) in the messages",
    re.DOTALL,
)
_SECRET = re.compile(r"\b(?:sk|gsk|xai|key|pk|hf|AIza)[-_][\w*.-]{6,}|AIza[\w-]{20,}|Bearer\s+\S+")


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
            self.params.append(value)
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


def failure(
    status: int, headers: Mapping[str, str], body: bytes, *, key: str = "", sent: str = ""
) -> ModelError:
    """The typed failure of an answer with an error; ``sent`` is the prompt, never to be quoted."""
    said = read_error(body)
    words = _quotable(said.words, key, sent)
    by_words = _by_words(status, said, words, headers)
    return by_words or _by_status(status, said, words, headers)


def _by_words(
    status: int, said: ErrorBody, words: str, headers: Mapping[str, str]
) -> ModelError | None:
    """What codes and words make sure of, whatever the status."""
    text, http = said.text, _http(status, words)
    if status == 402 or (_NO_MONEY.search(text) and not _named_wait(said)):
        return QuotaExceeded(f"no quota left{http}")
    if _FILTERED.search(text):
        return Filtered(f"the content filter stopped the request{http}")
    if _CUT_BY_CAP.search(text):
        return Truncated(f"the answer ran into the cap of tokens{http}", thought=True)
    if _WENT_WRONG.search(text):
        return BadAnswer(f"the server could not make the form{http}")
    if status in (429, 498) or (status < 500 and _BUSY.search(text)):
        wait = retry_after(headers, utc_now())
        return RateLimited(_named_wait(said) if wait is None else wait, words=words)
    return _about_request(status, said, http) if status < 500 else None


def _about_request(status: int, said: ErrorBody, http: str) -> ModelError | None:
    """What the words of a refusal say of the key, the address, the length and the model."""
    text = said.text
    if _BAD_KEY.search(text):
        return Unauthorized(f"the key is refused{http}")
    if _NO_PLACE.search(text) and not _GONE.search(text):
        return _no_place(http)
    limit, room = _limit(text), _ROOM.search(text)
    if limit and any(_is_cap(name) for name in _named(said)):
        return _refused(said, http, limit)
    if room:  # vLLM counts the answer's cap as a part of the context
        most, used = (int(figure) for figure in room.groups() if figure)
        return (
            _refused(said, http, most - used) if most - used >= _ROOM_FOR_ANSWER else _long(http)
        )
    if status == 413 or _LONG.search(text):
        return _long(http)
    if _GONE.search(text) and not set(said.params) - {"model"}:
        return ModelNotFound(f"the server does not have the model{http}")
    return None


def _by_status(status: int, said: ErrorBody, words: str, headers: Mapping[str, str]) -> ModelError:
    http = _http(status, words)
    if status in (401, 403, 407):
        return Unauthorized(f"the key is refused{http}")
    if status in (404, 405):
        # A body without a code is a web server's or a framework's, not one about a model.
        if said.codes and status == 404:
            return ModelNotFound(f"the server does not have the model{http}")
        return _no_place(http)
    if 300 <= status < 400:
        return _no_place(http)
    if status in (408, 409, 425) or status >= 500 or status < 300:
        wait = retry_after(headers, utc_now())
        if status == 503 and wait:
            return RateLimited(wait, words=words)
        return Unavailable(f"the server failed{http}", status=status)
    return _refused(said, http, _limit(said.text))


def _refused(said: ErrorBody, http: str, limit: int | None) -> BadRequest:
    named = f" [{said.params[0]}]" if said.params and said.params[0] not in http else ""
    return BadRequest(
        f"the request was refused{http}{named}",
        params=_named(said),
        words=said.words,
        limit=limit,
    )


def _long(http: str) -> TooLong:
    return TooLong(
        f"the prompt is too long for the model's context{http}; give it a larger one "
        "(Ollama: num_ctx, llama.cpp: -c, vLLM: --max-model-len)"
    )


def _no_place(http: str) -> WrongAddress:
    return WrongAddress(
        f"no chat completions at OPENAI_BASE_URL{http}; most such addresses end in /v1"
    )


def _named(said: ErrorBody) -> tuple[str, ...]:
    """Parameters as the body names them: in its fields, then in the order of its words."""
    # "Use 'max_completion_tokens' instead" names what to send, not what was refused.
    text = re.sub(r"(?i)\buse\b[^.]{0,60}\binstead\b", " ", said.words)
    quoted = re.findall(r"[A-Za-z_][A-Za-z0-9_]{3,}(?:\.[A-Za-z_]+)*", text)
    return tuple(dict.fromkeys([*said.params, *quoted]))


def _is_cap(name: str) -> bool:
    return name.rpartition(".")[2] in ("max_tokens", "max_completion_tokens", "maxOutputTokens")


def _limit(text: str) -> int | None:
    """The largest number of tokens that a refusal allows."""
    for pattern in _LIMITS:
        if found := pattern.search(text):
            return int(found[1])
    return None


def _http(status: int, words: str) -> str:
    return (f" (HTTP {status})" if status else "") + (f": {words}" if words else "")


def _quotable(words: str, key: str, sent: str) -> str:
    """A server's words, short, without secrets and without what we have sent."""
    if len(words) > 40 and any(
        words[at : at + 40] in sent for at in range(0, len(words) - 40, 20)
    ):
        words = re.split(r"[:{\[]", words, maxsplit=1)[0]
        if len(words) > 120:
            return ""
    words = words.replace(key, "***") if key else words
    return shorten(_SECRET.sub("***", words), WORDS_LIMIT).rstrip(" .")


def _named_wait(said: ErrorBody) -> float | None:
    """Seconds until a limit ends, as some bodies say it (Google, OpenRouter)."""
    if (delay := said.figures.get("retrydelay")) or (delay := said.figures.get("retry_after")):
        return bounded_wait(delay)
    reset = said.figures.get("x-ratelimit-reset")
    if reset and reset > 1e12:
        return bounded_wait(reset / 1000 - utc_now().timestamp())
    return None


def _parsed(text: str) -> object:
    """The JSON in a text that is an object or a list, else the text itself."""
    if not text.lstrip().startswith(("{", "[")):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def error_in(body: Mapping[str, object]) -> tuple[int, bytes] | None:
    """The status (0 where none is named) and body of an error in place of a completion."""
    error = body.get("error")
    if not error or body.get("choices"):
        return None
    codes = [code for code in _statuses(error) if 400 <= code < 600]
    return (codes[0] if codes else 0), json.dumps(body).encode()


def _statuses(error: object) -> Iterator[int]:
    if isinstance(error, dict):
        for name in ("code", "status", "status_code"):
            value = error.get(name)
            if isinstance(value, int) or (isinstance(value, str) and value.isdigit()):
                yield int(value)
