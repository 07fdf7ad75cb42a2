"""Settings from the environment and ``.env``; a bad one names its variable, never its value."""

from pathlib import Path

from pydantic import ValidationError

from bot.config.advice import reason, slips
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
]


def load() -> Settings:
    """The settings; ``ConfigError`` with one line per bad variable."""
    try:
        return Settings()
    except ValidationError as error:
        lines = {f"{_variable(e['loc'])}: {reason(e)}" for e in error.errors()}
        raise ConfigError("\n".join(sorted(lines))) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(unreadable_env_file(error)) from None


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
