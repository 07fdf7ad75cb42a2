"""Where the files of a field of knowledge are: its taxonomy, its wordings, its prompts."""

import os
import tomllib
from pathlib import Path
from typing import Any

from dotenv import dotenv_values


class PromptFileError(ValueError):
    """A file of the prompts that cannot be read; one line says which, where in it, and why."""


def own_prompts_dir() -> Path:
    """The prompts that ship with the program."""
    package = Path(__file__).parent
    inside = package / "prompts"  # of an installed program; a checkout has them beside the package
    return inside if inside.is_dir() else package.parent / "prompts"


def prompts_dir() -> Path:
    """Where prompts live: ``PROMPTS_DIR``, else inside the wheel, else in the checkout.

    Topics are types, which exist before any settings do: hence a look of its own at ``.env``.
    Raises ``PromptFileError`` where there is no such folder.
    """
    if (named := os.environ.get("PROMPTS_DIR")) is None:
        try:
            named = dotenv_values(".env").get("PROMPTS_DIR")
        except (OSError, UnicodeDecodeError) as error:
            raise PromptFileError(unreadable_env_file(error)) from None
    if not named:
        return own_prompts_dir()
    if not (folder := Path(named).expanduser()).is_dir():
        raise PromptFileError(f"PROMPTS_DIR: there is no folder {named}")
    return folder


def unreadable_env_file(error: OSError | UnicodeDecodeError) -> str:
    """One line with what helps."""
    why = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
    return f".env: cannot be read ({why}); let this user read it, or run elsewhere"


def prompt_file(name: str) -> Path:
    """The operator's file of that name, else the one that ships with the program."""
    path = prompts_dir() / name
    return path if path.is_file() else own_prompts_dir() / name


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a file; raises ``PromptFileError`` with the line of a slip."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PromptFileError(f"{path}: {error}") from None
