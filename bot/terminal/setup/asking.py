"""Questions at a terminal: on stderr, one after the other, with an end at Ctrl-D."""

import sys
from collections.abc import Callable
from contextlib import suppress
from getpass import getpass

from bot.errors import CommandError
from bot.terminal.setup.draft import NOTHING_WRITTEN
from bot.terminal.show import err
from bot.terminal.sources.command import read_content

with suppress(ImportError):
    # Without it the kernel cuts a pasted line after 4,095 bytes: termios(3), canonical mode.
    import readline

    readline.set_auto_history(False)

_PROMPT = "> "


def at_terminal() -> bool:
    """True where somebody can be asked."""
    return sys.stdin.isatty()


def ask(question: str) -> str:
    """One line; what is only spaces is nothing."""
    err.print(question, markup=False)
    return _answered(lambda: input(_PROMPT)).strip()


def ask_secret(question: str) -> str:
    """One line that is not shown."""
    err.print(question, markup=False)
    return _answered(lambda: getpass(_PROMPT)).strip()


def ask_lines(question: str) -> str:
    """All lines up to an empty one."""
    err.print(question, markup=False)
    lines = list[str]()
    while line := _answered(lambda: input(_PROMPT)).strip():
        lines.append(line)
    return "\n".join(lines)


def read_secret(name: str) -> str:
    """The secret in a file, ``-`` for what is piped in; ``CommandError`` where there is none."""
    try:
        found = read_content(name).decode().strip()
    except UnicodeDecodeError:
        found = ""
    if not found:
        raise CommandError(f"setup: {name}: holds no text; {NOTHING_WRITTEN}")
    return found


def _answered(read: Callable[[], str]) -> str:
    try:
        return read()
    except EOFError:
        raise CommandError(f"setup: stopped; {NOTHING_WRITTEN}") from None
    except UnicodeDecodeError:
        return ""
