"""Screens on a terminal: results to stdout, progress to stderr, ``NO_COLOR`` honoured."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from bot.model import Entity, Screen

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

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def show(screen: Screen) -> None:
    """Print a screen with its formatting; links are clickable where the terminal knows how."""
    out.print(styled(screen))


def styled(screen: Screen) -> Text:
    """A screen as rich text; Telegram's UTF-16 offsets become positions in the string."""
    text = Text(screen.text)
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
    """The index of the character at each UTF-16 offset, and the length at the end."""
    for index, char in enumerate(text):
        yield index
        if char > "\uffff":
            yield index
    yield len(text)
