"""A screen as plain lines for a terminal: addresses in angle brackets, quotes indented. Pure."""

from bot.model import Screen
from bot.screens.rich_text import bare

_INDENT = "   "


def to_text(screen: Screen) -> str:
    """The screen's text with each link's address after its words."""
    units = screen.text.encode("utf-16-le")
    marks: list[tuple[int, str]] = []
    for entity in screen.entities:
        end = entity.offset + entity.length
        if entity.url:
            marks.append((end, f" <{entity.url}>"))
        elif entity.type == "expandable_blockquote":
            marks.append((entity.offset, _INDENT))
    return bare(_inserted(units, marks))


def _inserted(units: bytes, marks: list[tuple[int, str]]) -> str:
    """The text with a mark at each offset in UTF-16 units."""
    parts, start = [], 0
    for offset, mark in sorted(marks):
        parts += [units[2 * start : 2 * offset].decode("utf-16-le"), mark]
        start = offset
    return "".join([*parts, units[2 * start :].decode("utf-16-le")])
