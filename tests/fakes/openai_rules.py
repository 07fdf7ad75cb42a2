"""What OpenAI's platform refuses before a model sees anything, in its words, names and codes."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from tests.fakes import openai_schema
from tests.fakes.openai_models import EFFORTS, OWN_MODELS, OwnModel
from tests.fakes.openai_tokens import prompt_tokens

Json = dict[str, Any]

KNOWN = frozenset({
    "audio", "frequency_penalty", "function_call", "functions", "logit_bias", "logprobs",
    "max_completion_tokens", "max_tokens", "messages", "metadata", "modalities", "model",
    "moderation", "n", "parallel_tool_calls", "prediction", "presence_penalty",
    "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "reasoning_effort",
    "response_format", "safety_identifier", "seed", "service_tier", "stop", "store", "stream",
    "stream_options", "temperature", "tool_choice", "tools", "top_logprobs", "top_p", "user",
    "verbosity", "web_search_options",
})  # fmt: skip
_ROLES = ("system", "developer", "user", "assistant", "tool", "function")
_TIERS = ("auto", "default", "flex", "scale", "priority", "fast")
_LONGEST_KEY = 64
_TINY = 200
"""Tokens with which a model that thinks comes to no word at all."""


class Refusal(NamedTuple):
    """An error of the API."""

    message: str
    param: str | None = None
    code: str | None = None
    status: int = 400
    kind: str = "invalid_request_error"


def refusal(body: Json, now: datetime) -> Refusal | None:
    """The first reason to refuse this request; None for one that is answered."""
    name = body.get("model")
    if not isinstance(name, str) or not name:
        return Refusal("you must provide a model parameter")
    model = OWN_MODELS.get(name)
    if model is None:
        return no_such_model(name)
    if model.gone(now):
        said = f"The model `{name}` has been deprecated, learn more here: its deprecations"
        return Refusal(said, None, "model_not_found", 404)
    checks = (_names, _messages, _cap, _thought, _cache, _format, _rest, _length)
    return next((found for check in checks for found in check(body, model)), None)


def no_such_model(name: str) -> Refusal:
    """A model that was never there, or not for this account."""
    said = f"The model `{name}` does not exist or you do not have access to it."
    return Refusal(said, None, "model_not_found", 404)


def _names(body: Json, _: OwnModel) -> Iterator[Refusal]:
    for name in body:
        if name not in KNOWN:
            yield Refusal(f"Unknown parameter: '{name}'.", name, "unknown_parameter")


def _messages(body: Json, _: OwnModel) -> Iterator[Refusal]:
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        yield Refusal("Missing required parameter: 'messages'.", "messages",
                      "missing_required_parameter")  # fmt: skip
        return
    for number, message in enumerate(messages):
        where, role = f"messages[{number}]", message.get("role")
        if role not in _ROLES:
            yield _invalid(f"{where}.role", role, _ROLES)
        if not isinstance(message.get("content"), (str, list)):
            yield Refusal(
                f"Invalid value for 'content': expected a string, got {_kind(message)}.",
                f"{where}.content", "invalid_type",
            )  # fmt: skip


def _cap(body: Json, model: OwnModel) -> Iterator[Refusal]:
    if "max_tokens" in body and model.thinks:
        said = "Use 'max_completion_tokens' instead."
        yield _unsupported("max_tokens", f" {said}")
    if "max_tokens" in body and "max_completion_tokens" in body:
        said = "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported"
        yield Refusal(f"{said}.", None, "invalid_parameter_combination")
    for name in ("max_tokens", "max_completion_tokens"):
        value = body.get(name, 1)
        if not isinstance(value, int):
            yield _wrong_type(name, "an integer", value)
        elif value < 1:
            said = f"integer below minimum value. Expected a value >= 1, but got {value} instead."
            yield Refusal(f"Invalid '{name}': {said}", name, "integer_below_min_value")
        elif value > model.longest:
            said = f"This model supports at most {model.longest} completion tokens"
            yield Refusal(
                f"{name} is too large: {value}. {said}, whereas you provided {value}.",
                name, "invalid_value",
            )  # fmt: skip


def _thought(body: Json, model: OwnModel) -> Iterator[Refusal]:
    asked = body.get("reasoning_effort")
    if asked is not None and not model.thinks:
        yield _unsupported("reasoning_effort")
    elif asked is not None and asked not in EFFORTS:
        yield _invalid("reasoning_effort", asked, EFFORTS)
    elif asked is not None and asked not in model.efforts:
        yield Refusal(
            f"Unsupported value: 'reasoning_effort' does not support '{asked}' with this model. "
            f"Supported values are: {_listed(model.efforts)}.",
            "reasoning_effort", "unsupported_value",
        )  # fmt: skip
    elif effort_of(body, model) != "none":
        yield from _only_without_thought(body)


def _only_without_thought(body: Json) -> Iterator[Refusal]:
    if (value := body.get("temperature", 1)) != 1:
        yield Refusal(
            f"Unsupported value: 'temperature' does not support {value} with this model. "
            "Only the default (1) value is supported.",
            "temperature", "unsupported_value",
        )  # fmt: skip
    for name in ("top_p", "logprobs", "top_logprobs"):
        if body.get(name) not in (None, False):
            yield _unsupported(name)
    if "max_completion_tokens" in body and 0 < body["max_completion_tokens"] < _TINY:
        yield Refusal(
            "Could not finish the message because max_tokens or model output limit was reached. "
            "Please try again with higher max_tokens."
        )


def effort_of(body: Json, model: OwnModel) -> str:
    """The effort with which a request is answered; ``none`` for a model that does not think."""
    return body.get("reasoning_effort") or model.default or "none"


def _cache(body: Json, model: OwnModel) -> Iterator[Refusal]:
    key = body.get("prompt_cache_key", "")
    if not isinstance(key, str):
        yield _wrong_type("prompt_cache_key", "a string", key)
    elif len(key) > _LONGEST_KEY:
        said = f"Expected a string with maximum length {_LONGEST_KEY}, but got a string with"
        yield Refusal(
            f"Invalid 'prompt_cache_key': string too long. {said} length {len(key)} instead.",
            "prompt_cache_key", "string_above_max_length",
        )  # fmt: skip
    if "prompt_cache_options" in body:
        where, options = "prompt_cache_options", body["prompt_cache_options"]
        if not model.marked:
            yield _unsupported(where)
        else:
            yield from _options(where, options, ("implicit", "explicit"), ("30m",))
    for number, message in enumerate(body["messages"]):
        content = message["content"]
        for at, part in enumerate(content if isinstance(content, list) else ()):
            yield from _part(f"messages[{number}].content[{at}]", part, model)


def _part(where: str, part: Json, model: OwnModel) -> Iterator[Refusal]:
    if part.get("type") not in ("text", "image_url", "input_audio", "file", "refusal"):
        yield _invalid(f"{where}.type", part.get("type"), ("text", "image_url"))
    for name in part.keys() - {"type", "text", "prompt_cache_breakpoint"}:
        yield Refusal(f"Unknown parameter: '{where}.{name}'.", f"{where}.{name}",
                      "unknown_parameter")  # fmt: skip
    if "prompt_cache_breakpoint" in part:
        inner = f"{where}.prompt_cache_breakpoint"
        if not model.marked:
            yield _unsupported(inner)
        elif "mode" not in (part["prompt_cache_breakpoint"] or {}):
            yield Refusal(f"Missing required parameter: '{inner}.mode'.", f"{inner}.mode",
                          "missing_required_parameter")  # fmt: skip
        else:
            yield from _options(
                inner, part["prompt_cache_breakpoint"], ("explicit",), ("30m", "12h")
            )


def _options(
    where: str, options: object, modes: tuple[str, ...], lives: tuple[str, ...]
) -> Iterator[Refusal]:
    if not isinstance(options, dict):
        yield _wrong_type(where, "an object", options)
        return
    for name, value in options.items():
        known = {"mode": modes, "ttl": lives}.get(name)
        if known is None:
            yield Refusal(f"Unknown parameter: '{where}.{name}'.", f"{where}.{name}",
                          "unknown_parameter")  # fmt: skip
        elif value not in known:
            yield _invalid(f"{where}.{name}", value, known)


def _format(body: Json, _: OwnModel) -> Iterator[Refusal]:
    wanted = body.get("response_format") or {"type": "text"}
    if wanted.get("type") not in ("text", "json_object", "json_schema"):
        yield _invalid("response_format.type", wanted.get("type"),
                       ("text", "json_object", "json_schema"))  # fmt: skip
    if wanted.get("type") == "json_object" and "json" not in str(body["messages"]).casefold():
        said = "'messages' must contain the word 'json' in some form, to use 'response_format' of"
        yield Refusal(f"{said} type 'json_object'.", "messages")
    if wanted.get("type") == "json_schema":
        yield from _schema(wanted.get("json_schema") or {})


def _schema(named: Json) -> Iterator[Refusal]:
    name = str(named.get("name", ""))
    where = "response_format.json_schema.name"
    if not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name):
        said = "string does not match pattern. Expected a string that matches the pattern"
        yield Refusal(f"Invalid '{where}': {said} '^[a-zA-Z0-9_-]+$'.", where, "invalid_value")
    if named.get("strict") and (reason := openai_schema.refusal(named.get("schema") or {})):
        said = f"Invalid schema for response_format '{name}': {reason}"
        yield Refusal(said, "response_format", "invalid_json_schema")


def _rest(body: Json, model: OwnModel) -> Iterator[Refusal]:
    if "stream_options" in body and not body.get("stream"):
        said = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
        yield Refusal(said, "stream_options")
    tier = body.get("service_tier", "auto")
    if tier not in _TIERS:
        yield _invalid("service_tier", tier, _TIERS)
    elif tier == "flex" and not model.flex:
        yield Refusal("Invalid service_tier argument", "service_tier", "invalid_value")


def _length(body: Json, model: OwnModel) -> Iterator[Refusal]:
    read = prompt_tokens(body)
    if read > model.context - model.longest:
        yield Refusal(
            f"Input tokens exceed the configured limit of {model.context - model.longest} tokens. "
            f"Your messages resulted in {read} tokens. Please reduce the length of the messages.",
            "messages", "context_length_exceeded",
        )  # fmt: skip


def _unsupported(name: str, more: str = "") -> Refusal:
    said = f"Unsupported parameter: '{name}' is not supported with this model.{more}"
    return Refusal(said, name, "unsupported_parameter")


def _invalid(name: str, value: object, known: tuple[str, ...]) -> Refusal:
    said = f"Invalid value: '{value}'. Supported values are: {_listed(known)}."
    return Refusal(said, name, "invalid_value")


def _wrong_type(name: str, wanted: str, value: object) -> Refusal:
    said = f"Invalid type for '{name}': expected {wanted}, but got {type(value).__name__} instead."
    return Refusal(said, name, "invalid_type")


def _listed(values: tuple[str, ...]) -> str:
    *first, last = (f"'{value}'" for value in values)
    return f"{', '.join(first)}, and {last}" if first else last


def _kind(message: Json) -> str:
    return "null" if message.get("content") is None else type(message["content"]).__name__
