"""Screens on a terminal: results to stdout, progress to stderr, ``NO_COLOR`` honoured."""

import json
import time
from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from bot.model import Entity, Screen
from bot.screens.rich_text import bare

STYLES = {
    "bold": "bold",
    "italic": "italic dim",
    "underline": "underline",
    "strikethrough": "strike",
    "code": "cyan",
    "pre": "cyan",
    "blockquote": "green",
    "expandable_blockquote": "green",
}


def _console(*, stderr: bool = False) -> Console:
    """A console that wraps lines between words on a terminal, and leaves them alone elsewhere."""
    console = Console(stderr=stderr, highlight=False)
    console.soft_wrap = not console.is_terminal
    return console


out, err = _console(), _console(stderr=True)


class ProgressLine:
    """How far a slow command is, as one line on stderr: ``3 of 34, about 40 s each``.

    On a terminal the line is drawn over; elsewhere it appears at most every ten seconds.
    """

    EVERY = 10.0  # seconds between two lines where nothing can be drawn over

    def __init__(self, what: str, total: int) -> None:
        self._what, self.total, self.done = what, total, 0
        self._began = self._said = time.monotonic()

    def step(self) -> None:
        """One more is done."""
        self.done += 1
        now, last = time.monotonic(), self.done >= self.total
        if err.is_terminal:
            err.print(self._line(now), end="\n" if last else "\r", markup=False)
        elif now - self._said >= self.EVERY:
            self._said = now
            err.print(self._line(now), markup=False)

    def _line(self, now: float) -> str:
        each = (now - self._began) / self.done
        pace = f", about {each:.0f} s each" if each >= 1 else ""
        return f"{self._what} {self.done} of {max(self.total, self.done)}{pace}"


class CountLine:
    """How much a command has done whose end it does not know, as one line on stderr.

    It is drawn over on a terminal; elsewhere it appears at most every ten seconds.
    """

    OFTEN, EVERY = 0.2, 10.0  # seconds between two lines on a terminal, and elsewhere

    def __init__(self, what: str) -> None:
        self._what, self._said = what, time.monotonic()

    def show(self, done: int) -> None:
        """So much is done by now."""
        now = time.monotonic()
        if now - self._said >= (self.OFTEN if err.is_terminal else self.EVERY):
            self._said = now
            err.print(
                f"{self._what} {done:,}", end="\r" if err.is_terminal else "\n", markup=False
            )


def print_text(text: str) -> None:
    """Print text for programs, whose lines are its own."""
    out.print(text, markup=False, soft_wrap=True)


def print_json(found: object) -> None:
    """Print what a program reads."""
    print_text(json.dumps(found, ensure_ascii=False, indent=1))


def show(screen: Screen) -> None:
    """Print a screen with its formatting; links are clickable where the terminal knows how."""
    out.print(styled(screen))


def styled(screen: Screen) -> Text:
    """A screen as rich text; Telegram's UTF-16 offsets become positions in the string.

    What is unseen and only for Telegram is left out: it would be copied.
    """
    text = Text(bare(screen.text))
    positions = list(_positions(screen.text))
    for entity in screen.entities:
        start, end = positions[entity.offset], positions[entity.offset + entity.length]
        text.stylize(_style(entity), start, end)
    return text


def _style(entity: Entity) -> str:
    if entity.type == "text_link" and entity.url:
        return f"link {entity.url}"
    return STYLES.get(entity.type, "none")


def _positions(text: str) -> Iterator[int]:
    """The index in the bare text of what is at each UTF-16 offset, and its length at the end."""
    index = 0
    for char in text:
        yield index
        if char > "\uffff":
            yield index
        index += len(bare(char))
    yield index
