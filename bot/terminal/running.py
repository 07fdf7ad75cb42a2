"""How a command runs: its failures in one line, its letters as the terminal takes them."""

import asyncio
import codecs
import io
import os
import sys
import unicodedata
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any


def run_command(command: Coroutine[Any, Any, None], *, quiet: bool = False) -> None:
    """Run a command that waits, as ``run_explained`` does."""
    run_explained(partial(asyncio.run, command), quiet=quiet)


def run_explained(command: Callable[[], None], *, quiet: bool) -> None:
    """Run to the end; an expected failure is one line on stderr and exit code 1."""
    from bot.app import logs
    from bot.errors import EXPECTED, expected, explain

    if quiet:
        logs.quiet()
    try:
        command()
    except (*EXPECTED, BaseExceptionGroup) as error:
        if not (causes := expected(error)):
            raise
        for line in dict.fromkeys(map(explain, causes)):
            sys.stderr.write(f"fortochka: {line}\n")
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def end_at_once() -> None:
    """End at once: all is closed, and to take Python apart costs seconds on a busy machine."""
    with suppress(OSError):  # nobody reads them any more
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(0)


_ASCII = {"✓": "+", "✗": "x", "→": "->", "←": "<-", "·": "-", "•": "*", "…": "...", "↳": ">"}
_ASCII |= dict.fromkeys("–—−", "-") | dict.fromkeys("«»“”„", '"') | dict.fromkeys("‘’", "'")


def fit_letters() -> None:
    """Write letters that stdout and stderr do not take as ones alike, or ``?``."""
    codecs.register_error("alike", _alike)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="alike")


def _alike(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    found = []
    for letter in error.object[error.start : error.end]:
        plain = unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode()
        found.append(_ASCII.get(letter) or plain or "?")
    return "".join(found), error.end
