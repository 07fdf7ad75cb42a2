"""The first whole form in what a model said, however it is wrapped. Pure.

Models put thoughts, fences, words, chat-template tokens or a second copy round the object that was
asked for. Each ``{`` outside of what was already read is tried as the beginning of an object;
thoughts are left out by their closing marks, but only by marks outside of an object, because a
post may be about such marks.
"""

import json
import re
from collections.abc import Iterator
from typing import Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

_F = TypeVar("_F", bound=BaseModel)

_THOUGHT_ENDS = re.compile(
    r"</(?:think(?:ing)?|thought|reasoning|reflection)>|\[/THINK\]|◁/think▷|<\|/think(?:ing)?\|>"
    r"|<\|channel\|>\s*final[^{]{0,40}?<\|message\|>",
    re.IGNORECASE,
)
_MOST_STARTS = 300  # braces tried: a text of nothing but braces must not take a second
_DECODER = json.JSONDecoder(strict=False)  # raw line breaks inside strings are common


class FoundForm(NamedTuple, Generic[_F]):
    """The form, or what is nearest to it with its faults by field."""

    form: _F | None
    faults: tuple[tuple[str, str], ...] = ()
    fields: dict[str, object] | None = None


class _Object(NamedTuple):
    start: int
    end: int
    fields: dict[str, object]


def find_form(text: str, form: type[_F]) -> FoundForm[_F]:
    """The first object of a text that is the form, one behind all thoughts first."""
    objects = list(_objects(text))
    thoughts_end = _thoughts_end(text, objects)
    nearest: FoundForm[_F] | None = None
    for found in sorted(objects, key=lambda each: each.start < thoughts_end):
        tried = fit_form(found.fields, form)
        if tried.form is not None:
            return tried
        if nearest is None or len(tried.faults) < len(nearest.faults):
            nearest = tried
    return nearest or FoundForm(None, (("the form", "no JSON object in the answer"),))


def fit_form(fields: dict[str, object], form: type[_F]) -> FoundForm[_F]:
    """An object as the form, or where it leaves it; never what it said there."""
    try:
        return FoundForm(form.model_validate(fields), (), fields)
    except ValidationError as error:
        return FoundForm(None, tuple(_faults(error)), fields)


def _faults(error: ValidationError) -> Iterator[tuple[str, str]]:
    for fault in error.errors(include_url=False, include_input=False):
        yield ".".join(map(str, fault["loc"])) or "the form", fault["msg"]


def _objects(text: str) -> Iterator[_Object]:
    """Whole JSON objects of a text that do not stand in each other, from left to right."""
    at = text.find("{")
    for _ in range(_MOST_STARTS):
        if at < 0:
            return
        try:
            value, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            if isinstance(value, dict) and value:
                yield _Object(at, end, value)
        at = text.find("{", end)


def _thoughts_end(text: str, objects: list[_Object]) -> int:
    """Where the last thought ends; 0 without one."""
    ends = (mark.end() for mark in _THOUGHT_ENDS.finditer(text))
    outside = [end for end in ends if not any(o.start < end <= o.end for o in objects)]
    return max(outside, default=0)
