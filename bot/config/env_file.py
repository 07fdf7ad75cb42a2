"""The text of a ``.env`` with other values, and all else of it as it was. Pure."""

import re
from collections.abc import Iterator, Mapping
from io import StringIO

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from bot.config.settings import Settings
from bot.config.sources import ConfigError, env_names

# What python-dotenv, systemd and Docker Compose take alike without quotes.
_PLAIN = re.compile(r"[\w@%+=:,./-]*", re.ASCII)
_LINE = re.compile(
    r"(?P<name>\s*(?:export[^\S\r\n]+)?[^=\s]+[^\S\r\n]*=)[^\S\r\n]*"
    r"(?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|[^\r\n]*?)"
    r"(?P<rest>[^\S\r\n]*(?:(?<=\s)#[^\r\n]*)?(?:\r\n|\r|\n|\Z))",
    re.DOTALL,
)


def with_values(text: str, values: Mapping[str, str]) -> str:
    """The text with these values, by preferred variable: in place, else at the end.

    Comments, other variables and the order of lines stay. ``ConfigError`` names a variable whose
    value no such file can hold.
    """
    known = dotenv_values(stream=StringIO(text))
    for name, note, value in _entries(values, known):
        text = _with_value(text, name, value, note)
        if (dotenv_values(stream=StringIO(text)).get(name) or "") != value:
            raise ConfigError(f"{name}: has letters that cannot stand in .env")
    return text


def _entries(
    values: Mapping[str, str], known: Mapping[str, str | None]
) -> Iterator[tuple[str, str, str]]:
    """The name under which each value stands or shall stand, what it is, and the value."""
    for field_name, field in Settings.model_fields.items():
        names = env_names(field_name, field)
        if names[0] in values:
            name = next((each for each in names if each in known), names[0])
            yield name, field.description or "", values[names[0]]


def _with_value(text: str, name: str, value: str, note: str) -> str:
    """The last line that sets it counts, as in the shell."""
    parts = [(each.key, each.original.string) for each in parse_stream(StringIO(text))]
    said = value if _PLAIN.fullmatch(value) else f"'{value}'"
    for place in reversed(range(len(parts))):
        key, original = parts[place]
        if key == name and (line := _LINE.fullmatch(original)):
            rest = f" {line['rest']}" if line["rest"].startswith("#") else line["rest"]
            parts[place] = key, f"{line['name']}{said}{rest}"
            return "".join(part for _, part in parts)
    end = "" if not text or text.endswith("\n") else "\n"
    gap = "\n" if text else ""
    return f"{text}{end}{gap}# {note}\n{name}={said}\n"
