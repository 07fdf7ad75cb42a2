"""Maps an HTTP status and an error body of any shape to a typed failure. Pure.

Codes decide before words and words before the status, because one status means many things: a
retired model is a 400 at Groq, a 403 or 404 at OpenAI, a bad key a 400 at Gemini, an empty budget
a 400 at LiteLLM.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

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
from bot.extract.llm.error_body import ErrorBody, read_error
from bot.model import utc_now
from bot.text import shorten
from bot.wait import bounded_wait, retry_after

WORDS_LIMIT = 200
"""Characters of a server's own words that go into a reason."""

_CAPS = ("max_tokens", "max_completion_tokens")
_ROOM_FOR_ANSWER = 256  # tokens: with fewer no answer fits
_NO_MONEY = re.compile(
    r"insufficient_quota|insufficient[ _]balance|insufficient[ _](?:funds|credit)|billing_|"
    r"budget_exceeded|budget has been exceeded|exceeded[\w ]{0,20} budget|credit_?balance|"
    r"credit balance|key limit exceeded|requires? more credits|payment required|out of credits|"
    r"account is not active|check your plan and billing|arrearage|account is in good standing"
)
_BAD_KEY = re.compile(
    r"invalid_api_key|api_key_invalid|api key not valid|incorrect api key|invalid api key|"
    r"api key (?:is )?(?:expired|missing|invalid)|authentication_?error|unauthenticated|"
    r"invalid_authentication|no auth credentials|invalid token"
)
_NOT_HERE = re.compile(
    r"unsupported_country|(?:country|region|location)[^.]{0,40} not (?:supported|available)|"
    r"not available in your (?:country|region)"
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
    r"failed to load model\s*[\"'“`]|no models? loaded|try pulling it|"
    r"llm provider not provided|model_access_denied"
)
_FILTERED = re.compile(
    r"content_filter|content_policy|moderation|responsibleaipolicy|data_?inspection_?failed|"
    r"prohibited_content|safety_block|was flagged|content management policy|unsafe_content|"
    r"inappropriate content|content exists risk|不安全|敏感"
)
_LONG = re.compile(
    r"context_length_exceeded|exceed_context_size|context_window_exceeded|string_above_max|"
    r"context (?:length|size|window)|maximum context|\bn_ctx\b|prompt is too long|"
    r"input is too long|too many (?:input |prompt )?tokens|maximum prompt length|"
    r"exceeds? the (?:model'?s )?(?:max|maximum|token)|reduce the length|prompt too long|"
    r"input (?:length|tokens?)[^.]{0,40}exceed"
)
# Groq and OpenAI count the cap of the answer, too; no wait lets such a request through.
_OVER_A_MINUTE = re.compile(r"request too large[^.]*?tokens per min|limit (\d+), requested (\d+)")
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
    r"capacity[_ ]exceeded|throttl|requests per (?:minute|day)|tokens per (?:minute|day)"
)
_NO_PLACE = re.compile(
    r"page not found|file not found|unexpected endpoint|invalid url|no route|cannot post|"
    r"not found: /|path not found|unknown (?:path|endpoint|request url)|unsupported path|"
    r"/chat/completions is not supported|\bresource not found|required query parameter"
)
_NO_SUCH_ROUTE = re.compile(r"no endpoints found that (?:can handle|support)")  # OpenRouter
_CRASHED = re.compile(r"model has crashed")  # LM Studio says so by a 400
_FIREWALL = re.compile(r"error code: 1\d{3}")  # Cloudflare
_LIMITS = (
    re.compile(
        r"(?:less than or equal to|at most|maximum (?:value|of|is|allowed)[^0-9]{0,60}?|"
        r"supports at most|no more than|cannot exceed|must be <=?|limit (?:is|of)|up to|"
        r"\[1, ?|between 1 and|range of \[\d+, ?)[`'\"( ]*(\d{2,7})",
    ),
    re.compile(r"(\d{2,7})\)? (?:completion |output )?tokens? (?:is|at) (?:the )?max"),
)
_ROOM = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r"maximum context length (?:is|of) (?P<most>\d+)(?: tokens)?.{0,120}?"
        r"(?P<used>\d+) (?:input|prompt) tokens",
        r"maximum context length (?:is|of) (?P<most>\d+).{0,160}?"
        r"(?P<used>\d+) (?:tokens from|in) the (?:input )?messages",
        r"passed (?P<used>\d+) input tokens.{0,160}?context length is only (?P<most>\d+)",
        r"must be <= (?P<most>\d+)\. given: (?P<used>\d+) `?inputs",
    )
)
_WAIT = re.compile(
    r"(?:try again|retry|wait)(?: in| after)? (?:(\d{1,4})h)?(?:(\d{1,5})m(?!s))?"
    r"(?:(\d{1,7}(?:\.\d{1,9})?) ?(ms|s|sec|seconds?|minutes?|hours?)\b)?"
)
_SECONDS = {"ms": 0.001, "m": 60, "h": 3600}
_SECRET = re.compile(r"\b(?:sk|gsk|xai|key|pk|hf|AIza)[-_][\w*.-]{6,}|AIza[\w-]{20,}|Bearer\s+\S+")


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
    if _one_over_a_minute(text):
        return TooLong(f"one request is more than the account may use in a minute{http}")
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
    if _NOT_HERE.search(text):
        return Unauthorized(f"the key is refused: the server does not serve this country{http}")
    if _CRASHED.search(text):
        return Unavailable(f"the server failed{http}")
    if _NO_PLACE.search(text) and not _GONE.search(text):
        return _no_place(http)
    room = next((found for each in _ROOM if (found := each.search(text))), None)
    if room:  # the answer's cap is counted as a part of the context
        left = int(room["most"]) - int(room["used"])
        named = replace(said, params=(*said.params, *_CAPS))
        return _refused(named, http, left) if left >= _ROOM_FOR_ANSWER else _long(http)
    limit = _limit(text)
    if limit and any(_is_cap(name) for name in _named(said)):
        return _refused(said, http, limit)
    if status == 413 or _LONG.search(text):
        return _long(http)
    if _NO_SUCH_ROUTE.search(text):
        return _refused(said, http, None)
    if _GONE.search(text) and not set(said.params) - {"model"}:
        return ModelNotFound(f"the server does not have the model{http}")
    return None


def _by_status(status: int, said: ErrorBody, words: str, headers: Mapping[str, str]) -> ModelError:
    http = _http(status, words)
    if status == 403 and (said.html or _FIREWALL.search(said.text)):
        return Unavailable(f"a proxy or a firewall before the server refuses{http}", status=403)
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
    return name.rpartition(".")[2] in (*_CAPS, "maxOutputTokens")


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


def _one_over_a_minute(text: str) -> bool:
    found = _OVER_A_MINUTE.search(text)
    return found is not None and (found[1] is None or int(found[2]) > int(found[1]))


def _named_wait(said: ErrorBody) -> float | None:
    """Seconds until a limit ends, as some bodies say it: in a field, or in words."""
    if (delay := said.figures.get("retrydelay")) or (delay := said.figures.get("retry_after")):
        return bounded_wait(delay)
    reset = said.figures.get("x-ratelimit-reset")
    if reset and reset > 1e12:
        return bounded_wait(reset / 1000 - utc_now().timestamp())
    for hours, minutes, number, unit in _WAIT.findall(said.text):
        if hours or minutes or number:
            rest = float(number or 0) * _SECONDS.get(unit if unit == "ms" else unit[:1], 1)
            return bounded_wait(3600 * int(hours or 0) + 60 * int(minutes or 0) + rest)
    return None
