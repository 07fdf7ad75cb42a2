"""Templates of ``{{name}}``, ``{{#name}}…{{/name}}``, ``{{^name}}…{{/name}}``: part of Mustache.

Nothing is evaluated and what is put in is never read again, so a post cannot reach the template.
A section repeats for each mapping of a list and shows once for any other value that is not empty.
"""

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

_Value: TypeAlias = "str | int | Sequence[Mapping[str, _Value]] | None"
Values: TypeAlias = Mapping[str, "_Value"]

_TAG = re.compile(r"\{\{([#^/]?)([a-z_]+)\}\}")
# As Mustache has it: a section tag alone on its line takes the line with it.
_ALONE = re.compile(r"^[ \t]*(\{\{[#^/][a-z_]+\}\})[ \t]*\n", re.MULTILINE)


class TemplateError(Exception):
    """A template that is not well formed, or a variable that nobody gave."""


def fill_template(template: str, values: Values) -> str:
    """The template filled in; ``TemplateError`` for an unknown name or an unbalanced section."""
    template = _ALONE.sub(r"\1", template)
    if stray := re.search(r"\{\{.{0,30}", _TAG.sub("", template)):
        raise TemplateError(f"not a tag: {stray[0]}")
    parts = _TAG.split(template)
    text, rest = _fill(parts, 0, "", values)
    if rest < len(parts):
        raise TemplateError(f"section {parts[rest - 1]!r} was never opened")
    return text


def _fill(parts: list[str], at: int, section: str, values: Values | None) -> tuple[str, int]:
    """Fill from ``parts[at]`` to the end of the section; ``values`` None only finds that end."""
    out = [parts[at] if values is not None else ""]
    at += 1
    while at < len(parts):
        mark, name = parts[at], parts[at + 1]
        if mark == "/":
            if name != section:
                raise TemplateError(f"section {section!r} ends as {name!r}")
            return "".join(out), at + 2
        if mark:
            text, at = _section(parts, at, values)
            out.append(text)
        else:
            out.append("" if values is None else _text(name, values))
            at += 2
        out.append(parts[at] if values is not None else "")
        at += 1
    if section:
        raise TemplateError(f"section {section!r} has no end")
    return "".join(out), at


def _section(parts: list[str], at: int, values: Values | None) -> tuple[str, int]:
    mark, name = parts[at], parts[at + 1]
    end = _fill(parts, at + 2, name, None)[1]
    shown: list[Values] = []
    if values is not None:
        value = _value(name, values)
        if mark == "^":
            shown = [values] * (not value)
        elif isinstance(value, str | int | None):
            shown = [values] * bool(value)
        else:
            shown = [{**values, **item} for item in value]
    return "".join(_fill(parts, at + 2, name, each)[0] for each in shown), end


def _text(name: str, values: Values) -> str:
    value = _value(name, values)
    if not isinstance(value, str | int):
        raise TemplateError(f"{name!r} is not text")
    return str(value)


def _value(name: str, values: Values) -> _Value:
    if name not in values:
        raise TemplateError(f"no value for {name!r}")
    return values[name]
