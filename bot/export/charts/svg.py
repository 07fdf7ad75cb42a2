"""Shapes and words of a drawing as SVG, with the colours of a light and a dark one. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from importlib.resources import as_file, files
from typing import Literal

import resvg_py

from bot.text import clean, visible

Mode = Literal["light", "dark"]
Anchor = Literal["start", "middle", "end"]

FAMILY = "Open Sans"
_NARROW, _WIDE = set("fijlrtIгт.,:;'’!|()[]/ -·"), set("mwMWжмфшщыюдЖМФШЩЫЮДQO@%…—")
_DANGLING = re.compile(r"(?:\s+(?:и|&|and)|[\s,])+$")
# What the font has: Latin, Greek, Cyrillic and the punctuation between words.
_NO_GLYPH = re.compile(
    "[^ -~\u00a0-\u024f\u0370-\u03ff\u0400-\u0523\u2010-\u2026\u2030\u2116\u2212]"
)


@dataclass(frozen=True)
class Palette:
    """Colours by their part in a drawing; a meaning is never told by colour alone."""

    paper: str
    ink: str
    muted: str
    faint: str
    soft: str
    accent: str
    rise: str
    fall: str


THEMES: dict[Mode, Palette] = {
    "light": Palette(
        paper="#fcfbf8",
        ink="#1c2126",
        muted="#68707a",
        faint="#eeece6",
        soft="#a8d0d2",
        accent="#0b7a83",
        rise="#1a7f37",
        fall="#b04a12",
    ),
    "dark": Palette(
        paper="#15191e",
        ink="#eef2f5",
        muted="#98a3ae",
        faint="#232a31",
        soft="#2b5d64",
        accent="#4cc0cb",
        rise="#5cc47c",
        fall="#ee9a63",
    ),
}


def svg_text(
    x: float,
    y: float,
    text: str,
    *,
    size: float,
    fill: str,
    weight: int = 400,
    anchor: Anchor = "start",
    turn: float = 0,
) -> str:
    """A line of text whose baseline begins (or ends) at a point, turned by degrees."""
    turned = f' transform="rotate({turn:g} {x:g} {y:g})"' if turn else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-family="{FAMILY}" font-size="{size:g}" '
        f'font-weight="{weight}" fill="{fill}" text-anchor="{anchor}"{turned}>'
        f"{escape(drawable(text))}</text>"
    )


def rounded_box(
    x: float, y: float, width: float, height: float, fill: str, radius: float = 6
) -> str:
    """A filled rectangle with round corners."""
    round_by = min(radius, width / 2, height / 2)
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" '
        f'rx="{round_by:g}" fill="{fill}"/>'
    )


def drawing(width: float, height: float, paper: str, parts: Iterable[str]) -> str:
    """The whole picture."""
    size = f'width="{width:g}" height="{height:g}"'
    inside = "".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {width:g} {height:g}">'
        f'<rect {size} fill="{paper}"/>{inside}</svg>'
    )


def drawable(text: str) -> str:
    """The characters that the font has, on one line."""
    return " ".join(_NO_GLYPH.sub(" ", visible(clean(text))).split())


def span(text: str, size: float) -> float:
    """About how wide a line is, rather too much than too little."""
    return size * sum(_ems(char) for char in drawable(text))


def _ems(char: str) -> float:
    """Widths of the semi-bold face in steps."""
    if char in _NARROW:
        return 0.34
    return (0.9 if char in _WIDE else 0.62) + (0.06 if char.isupper() else 0)


def fitted(text: str, size: float, room: float) -> str:
    """The line, cut with an ellipsis where it is wider than the room."""
    line = drawable(text)
    if span(line, size) <= room:
        return line
    while line and span(f"{line}…", size) > room:
        line = line[:-1]
    whole = drawable(text)[: len(line) + 1].rpartition(" ")[0]
    return f"{_DANGLING.sub('', whole or line)}…"


def wrapped(text: str, size: float, room: float) -> list[str]:
    """One or two lines that fit the room."""
    first = ""
    rest = drawable(text).split()
    while rest and span(f"{first} {rest[0]}", size) <= room:
        first = f"{first} {rest.pop(0)}".strip()
    lines = [line for line in (first, " ".join(rest)) if line]
    return [fitted(line, size, room) for line in lines]


def readable_on(fill: str, *inks: str) -> str:
    """The ink with the most contrast on a fill (WCAG 2.2, contrast ratio)."""
    ground = _luminance(fill)

    def contrast(ink: str) -> float:
        low, high = sorted((ground, _luminance(ink)))
        return (high + 0.05) / (low + 0.05)

    return max(inks, key=contrast)


def _luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return sum(
        weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True)
    )


def mixed(one: str, other: str, share: float) -> str:
    """A colour between two ``#rrggbb`` ones, ``share`` of the way to the other."""
    pairs = ((int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


_FACES = ("Regular", "Italic", "SemiBold", "Bold")


class NotDrawn(Exception):
    """A drawing that did not become a picture; the text names the kind of error only."""


def to_png(drawing: str) -> bytes:
    """The picture of an SVG text, as large as it says, else ``NotDrawn``; takes 50 ms."""
    with as_file(files("ttf_opensans") / "ttf") as folder:
        try:
            return bytes(
                resvg_py.svg_to_bytes(
                    svg_string=drawing,
                    skip_system_fonts=True,
                    font_family=FAMILY,
                    font_files=[str(folder / f"OpenSans-{face}.ttf") for face in _FACES],
                )
            )
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a panic of compiled code is no Exception
            raise NotDrawn(type(error).__name__) from error
