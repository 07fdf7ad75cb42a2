"""Settings from the environment and ``.env``; a bad one names its variable, never its value."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.config.advice import reason, slips
from bot.config.env_file import with_values
from bot.config.kinds import AccessMode, handle_of
from bot.config.settings import Settings
from bot.config.sources import ConfigError, env_names
from bot.prompt_files import unreadable_env_file

__all__ = [
    "AccessMode",
    "ConfigError",
    "Settings",
    "env_example",
    "env_names",
    "handle_of",
    "load",
    "slips",
    "with_values",
]


def load(values: Mapping[str, str] | None = None) -> Settings:
    """The settings; ``ConfigError`` with one line per bad variable.

    ``values``, by preferred variable, rank above everything; an empty one means the default.
    """
    try:
        return Settings(**_given(values or {}))
    except ValidationError as error:
        lines = {f"{_variable(e['loc'])}: {reason(e)}" for e in error.errors()}
        raise ConfigError("\n".join(sorted(lines))) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(unreadable_env_file(error)) from None


def _given(values: Mapping[str, str]) -> dict[str, Any]:
    """The same by the names that a ``Settings`` takes."""
    given = dict[str, Any]()
    for name, field in Settings.model_fields.items():
        variable = env_names(name, field)[0]
        if variable in values:
            taken = variable if field.validation_alias else name
            given[taken] = values[variable] or field.get_default()
    return given


def _variable(loc: tuple[int | str, ...]) -> str:
    return str(loc[0]).upper()


def env_example() -> str:
    """The text of ``.env.example``, made from the settings."""
    blocks = []
    for name, field in Settings.model_fields.items():
        default = _shown(field.default)
        blocks.append(f"# {field.description}\n{env_names(name, field)[0]}={default}\n")
    head = "# Settings of Fortochka. Two are enough: the token and a model key.\n\n"
    return head + "\n".join(blocks)


def _shown(default: object) -> str:
    if default is None or isinstance(default, Path):
        return ""
    return ",".join(map(str, default)) if isinstance(default, tuple) else str(default)
