"""Text with entities → lines that fit a bubble."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from tests.screens.emoji import ems, is_drawn
from tests.screens.glyphs import face

Json = dict[str, Any]
FOLDED = 3
"""Lines that a folded quote shows."""

_UNSEEN = {"\u2060", "\u2068", "\u2069", "\ufe0f"}


@dataclass(frozen=True)
class Style:
    """How a character looks."""

    bold: bool = False
    italic: bool = False
    linked: bool = False
    quoted: bool = False

    @property
    def face(self) -> str:
        """The font's face."""
        return "SemiBold" if self.bold else "Italic" if self.italic else "Regular"


@dataclass(frozen=True)
class Piece:
    """Characters of one style, or a sign that is drawn; ``left`` is where it begins."""

    text: str
    style: Style
    left: float
    drawn: bool


@dataclass(frozen=True)
class Line:
    """Pieces in a row; ``folds`` marks the last one of a quote that goes on."""

    pieces: tuple[Piece, ...]
    width: float
    quoted: bool = False
    folds: bool = False


Styled = tuple[str, Style]


def lines_of(message: Json, size: float, room: float, inset: float) -> list[Line]:
    """The lines of a message; quotes are ``inset`` narrower and folded."""
    styled = list(_styled(message["text"], message.get("entities") or []))
    found: list[Line] = []
    for quoted, chunk in groupby(_paragraphs(styled), key=_is_quoted):
        space = room - inset if quoted else room
        wrapped = [line for paragraph in chunk for line in _wrapped(paragraph, size, space)]
        if quoted:
            wrapped = [replace(line, quoted=True) for line in wrapped]
            shown = wrapped[:FOLDED]
            wrapped = [*shown[:-1], replace(shown[-1], folds=len(wrapped) > FOLDED)]
        found += wrapped
    return found


def width_of(char: str, style: Style, size: float) -> float:
    """The width of one character."""
    if is_drawn(char):
        return size * ems(char)
    return face(style.face).span(char, size)


def _styled(text: str, entities: Sequence[Json]) -> Iterator[Styled]:
    unit = 0
    for char in text:
        over = {e["type"] for e in entities if e["offset"] <= unit < e["offset"] + e["length"]}
        unit += len(char.encode("utf-16-le")) // 2
        if char not in _UNSEEN:
            quoted = any("blockquote" in kind for kind in over)
            style = Style("bold" in over, "italic" in over, "text_link" in over, quoted)
            yield char, style


def _paragraphs(styled: Sequence[Styled]) -> Iterator[list[Styled]]:
    paragraph: list[Styled] = []
    for char, style in styled:
        if char == "\n":
            yield paragraph
            paragraph = []
        else:
            paragraph.append((char, style))
    yield paragraph


def _is_quoted(paragraph: Sequence[Styled]) -> bool:
    return bool(paragraph) and paragraph[0][1].quoted


def _wrapped(paragraph: Sequence[Styled], size: float, room: float) -> Iterator[Line]:
    line: list[Styled] = []
    for word in _words(paragraph):
        if line and _span([*line, *_trimmed(word)], size) > room:
            yield _line(line, size)
            line = []
        line += word
    yield _line(line, size)


def _words(paragraph: Sequence[Styled]) -> Iterator[list[Styled]]:
    """Words with the spaces after them."""
    word: list[Styled] = []
    for char, style in paragraph:
        word.append((char, style))
        if char == " ":
            yield word
            word = []
    if word:
        yield word


def _line(styled: Sequence[Styled], size: float) -> Line:
    kept = _trimmed(styled)
    pieces, left = [], 0.0
    for (style, drawn), run in groupby(kept, key=lambda item: (item[1], is_drawn(item[0]))):
        for text in _runs(run, apart=drawn):
            pieces.append(Piece(text, style, left, drawn))
            left += sum(width_of(char, style, size) for char in text)
    return Line(tuple(pieces), left)


def _runs(run: Iterable[Styled], *, apart: bool) -> list[str]:
    chars = [char for char, _ in run]
    return chars if apart else ["".join(chars)]


def _trimmed(styled: Sequence[Styled]) -> Sequence[Styled]:
    end = len(styled)
    while end and styled[end - 1][0] == " ":
        end -= 1
    return styled[:end]


def _span(styled: Sequence[Styled], size: float) -> float:
    return sum(width_of(char, style, size) for char, style in styled)
