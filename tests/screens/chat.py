"""Messages → a picture of a chat, as a telephone shows it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Any, Literal

from bot.export.charts.svg import FAMILY, rounded_box
from tests.screens.emoji import drawn, is_drawn
from tests.screens.lines import Line, Piece, Style, lines_of, width_of

Json = dict[str, Any]
Mode = Literal["light", "dark"]

WIDTH, SCALE = 440, 1.5
SIZE, LEADING, KEY_SIZE = 15.5, 21.0, 14.5
_EDGE, _PAD, _INSET, _KEY, _GAP = 10.0, 13.0, 22.0, 40.0, 5.0
_QUOTE_PAD, _CLOCK_ROOM = 4.0, 48.0
_ROOM = WIDTH - 2 * _EDGE - 2 * _PAD
_TOP = 66.0


@dataclass(frozen=True)
class Look:
    """Colours by their part in the picture."""

    ground: str
    bar: str
    bubble: str
    mine: str
    ink: str
    muted: str
    accent: str
    quote: str
    key: str
    key_ink: str


LOOKS: dict[Mode, Look] = {
    "light": Look(
        "#cfe0e3", "#ffffff", "#ffffff", "#e1f8cf", "#15191e", "#8a949e",
        "#1f78c1", "#eaf3fb", "#6f8fa6", "#ffffff",
    ),
    "dark": Look(
        "#10171e", "#1c2733", "#1c2733", "#2f5c46", "#f2f5f7", "#8593a0",
        "#6ab7f5", "#223445", "#2a3a49", "#ffffff",
    ),
}  # fmt: skip


def draw(messages: Sequence[Json], name: str, note: str, clock: str, mode: Mode) -> str:
    """The chat as SVG: the bot's name on top, then what was said at that time of day."""
    look = LOOKS[mode]
    parts, y = [], _TOP
    for message in messages:
        if "said" in message:
            part, y = _said(message["said"], y, look)
        else:
            part, y = _sent(message, clock, y, look)
        parts.append(part)
        y += 8
    height = 2 * round(y / 2 + 3)  # even, so that no pixel is shared by the picture and its end
    size = f'width="{WIDTH * SCALE:g}" height="{height * SCALE:g}" viewBox="0 0 {WIDTH} {height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
        f"{rounded_box(0, 0, WIDTH, height, look.ground, 0)}"
        f"{''.join(parts)}{_bar(name, note, look)}</svg>"
    )


def _bar(name: str, note: str, look: Look) -> str:
    """The bot's name with a small pane as its face."""
    pane = (
        '<circle cx="70" cy="28" r="19" fill="#1f9aa5"/>'
        '<path d="M60.5 18.500h19v19h-19zM60.5 28h19M70 18.500v19" fill="none" stroke="#fff" '
        'stroke-width="2" stroke-linejoin="round"/>'
        '<path d="M70 18.500l6.5-4v9.500l-6.5 4z" fill="#d5f1f3" stroke="#fff" '
        'stroke-width="1.6" stroke-linejoin="round"/>'
    )
    back = f'<path d="M26 19l-9 9 9 9" fill="none" stroke="{look.accent}" stroke-width="2.5"/>'
    return (
        f"{rounded_box(0, 0, WIDTH, 56, look.bar, 0)}{back}{pane}"
        f"{_words(100, 25, name, 17, look.ink, Style(bold=True))}"
        f"{_words(100, 44, note, 13, look.muted, Style())}"
    )


def _said(text: str, y: float, look: Look) -> tuple[str, float]:
    """What the reader said, on the right."""
    (line,) = lines_of({"text": text}, SIZE, _ROOM, 0)
    width = line.width + 2 * _PAD
    left = WIDTH - _EDGE - width
    bubble = rounded_box(left, y, width, LEADING + 14, look.mine, 15)
    return bubble + _drawn_line(line, left + _PAD, y + 7, look), y + LEADING + 14


def _sent(message: Json, clock: str, y: float, look: Look) -> tuple[str, float]:
    """A message of the bot with its buttons."""
    lines = lines_of(message, SIZE, _ROOM, _INSET)
    parts = list(_text(lines, y + 9, look))
    bottom = y + 18 + _height(lines) + (12 if lines[-1].width > _ROOM - _CLOCK_ROOM else 0)
    bubble = rounded_box(_EDGE, y, WIDTH - 2 * _EDGE, bottom - y, look.bubble, 16)
    parts.append(_words(WIDTH - _EDGE - 44, bottom - 8, clock, 11.5, look.muted, Style()))
    rows = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    keys = [
        _row(row, bottom + _GAP + number * (_KEY + _GAP), look) for number, row in enumerate(rows)
    ]
    return bubble + "".join(parts + keys), bottom + len(rows) * (_KEY + _GAP)


def _height(lines: Sequence[Line]) -> float:
    quotes = sum(kind for kind, _ in groupby(line.quoted for line in lines))
    return sum(map(_leading, lines)) + 2 * _QUOTE_PAD * quotes


def _leading(line: Line) -> float:
    """Empty lines are lower, as they only part things."""
    return LEADING if line.pieces else LEADING * 0.55


def _text(lines: Sequence[Line], y: float, look: Look) -> Iterator[str]:
    for quoted, run in groupby(lines, key=lambda line: line.quoted):
        part = list(run)
        if quoted:
            yield _quote(part, y, look)
        for line in part:
            left = _EDGE + _PAD + (11 if quoted else 0)
            yield _drawn_line(line, left, y + (_QUOTE_PAD if quoted else 0), look)
            y += _leading(line)
        y += 2 * _QUOTE_PAD if quoted else 0


def _quote(lines: Sequence[Line], y: float, look: Look) -> str:
    """The ground of a quote, its bar, and the sign that there is more."""
    left, width, height = _EDGE + _PAD, _ROOM, _height(lines) - 3
    ground = rounded_box(left, y + 2, width, height, look.quote, 5)
    bar = rounded_box(left, y + 2, 3.2, height, look.accent, 1.6)
    x, at = left + width - 16, y + height - 9
    fold = (
        f'<path d="M{x:g} {at:g}l4.5 4.5 4.5-4.5" fill="none" '
        f'stroke="{look.accent}" stroke-width="1.8"/>'
    )
    return ground + bar + (fold if lines[-1].folds else "")


def _drawn_line(line: Line, left: float, top: float, look: Look) -> str:
    return "".join(_piece(piece, left, top, SIZE, look) for piece in line.pieces)


def _piece(piece: Piece, left: float, top: float, size: float, look: Look) -> str:
    ink = look.accent if piece.style.linked else look.ink
    if piece.drawn:
        side = size * 1.2
        return drawn(piece.text, left + piece.left + 0.5, top + (LEADING - side) / 2, side, ink)
    return _words(left + piece.left, top + 15.8, piece.text, size, ink, piece.style)


def _words(x: float, y: float, text: str, size: float, fill: str, style: Style) -> str:
    weight = 600 if style.bold else 400
    slant = ' font-style="italic"' if style.italic and not style.bold else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-family="{FAMILY}" font-size="{size:g}" '
        f'font-weight="{weight}"{slant} fill="{fill}" font-kerning="none" '
        f'xml:space="preserve">{escape(text)}</text>'
    )


def _row(row: Sequence[Json], y: float, look: Look) -> str:
    """Buttons of equal width, their words in the middle."""
    width = (WIDTH - 2 * _EDGE - _GAP * (len(row) - 1)) / len(row)
    return "".join(
        _button(button, _EDGE + number * (width + _GAP), y, width, look)
        for number, button in enumerate(row)
    )


def _button(button: Json, left: float, y: float, width: float, look: Look) -> str:
    (line,) = lines_of({"text": button["text"]}, KEY_SIZE, 10_000, 0)
    style, room = Style(bold=True), width - 12
    text = "".join(piece.text for piece in line.pieces)
    span = sum(width_of(char, style, KEY_SIZE) for char in text)
    size = KEY_SIZE * min(1, room / span)
    at, parts = left + (width - span * size / KEY_SIZE) / 2, []
    for char in text:
        if is_drawn(char):
            side = size * 1.2
            parts.append(drawn(char, at, y + (_KEY - side) / 2, side, look.key_ink))
        else:
            parts.append(_words(at, y + _KEY / 2 + size * 0.36, char, size, look.key_ink, style))
        at += width_of(char, style, size)
    corner = ""
    if "url" in button or "switch_inline_query" in button:
        x = left + width - 12
        corner = (
            f'<path d="M{x:g} {y + 12:g}l4-4m-3.5 0h3.500v3.5" fill="none" '
            f'stroke="{look.key_ink}" stroke-width="1.2"/>'
        )
    return rounded_box(left, y, width, _KEY, look.key, 10) + "".join(parts) + corner
