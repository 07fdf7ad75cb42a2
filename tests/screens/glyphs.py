"""Widths of characters, read from the tables of the font that the product draws with."""

import struct
from functools import cache
from importlib.resources import files
from typing import NamedTuple

FACES = ("Regular", "Italic", "SemiBold", "Bold")


class Face(NamedTuple):
    """Advance widths in ems by code point."""

    widths: dict[int, float]

    def knows(self, char: str) -> bool:
        """True when the font draws it."""
        return ord(char) in self.widths

    def span(self, text: str, size: float) -> float:
        """The width of a line without kerning."""
        return size * sum(self.widths[ord(char)] for char in text)


@cache
def face(name: str) -> Face:
    """One of ``FACES``; reads ``head``, ``hhea``, ``hmtx`` and the ``cmap`` of the BMP.

    Layouts: OpenType 1.9, https://learn.microsoft.com/typography/opentype/spec/cmap
    """
    data = (files("ttf_opensans") / "ttf" / f"OpenSans-{name}.ttf").read_bytes()
    tables = _tables(data)
    (per_em,) = struct.unpack_from(">H", data, tables["head"] + 18)
    (measured,) = struct.unpack_from(">H", data, tables["hhea"] + 34)
    advances = [
        struct.unpack_from(">H", data, tables["hmtx"] + 4 * glyph)[0] for glyph in range(measured)
    ]
    glyphs = _glyphs(data, tables["cmap"])
    widths = {char: advances[min(glyph, measured - 1)] / per_em for char, glyph in glyphs.items()}
    return Face(widths)


def _tables(data: bytes) -> dict[str, int]:
    (count,) = struct.unpack_from(">H", data, 4)
    found = (struct.unpack_from(">4sLLL", data, 12 + 16 * number) for number in range(count))
    return {tag.decode(): offset for tag, _, offset, _ in found}


def _glyphs(data: bytes, cmap: int) -> dict[int, int]:
    """Glyph numbers by code point, from the table for Windows and the BMP (format 4)."""
    (count,) = struct.unpack_from(">H", data, cmap + 2)
    records = (struct.unpack_from(">HHL", data, cmap + 4 + 8 * n) for n in range(count))
    start = next(cmap + at for platform, kind, at in records if (platform, kind) == (3, 1))
    (double,) = struct.unpack_from(">H", data, start + 6)
    half = double // 2
    ends = struct.unpack_from(f">{half}H", data, start + 14)
    starts = struct.unpack_from(f">{half}H", data, start + 16 + double)
    deltas = struct.unpack_from(f">{half}H", data, start + 16 + 2 * double)
    ranges_at = start + 16 + 3 * double
    found: dict[int, int] = {}
    for number, (first, last) in enumerate(zip(starts, ends, strict=True)):
        here = ranges_at + 2 * number
        (jump,) = struct.unpack_from(">H", data, here)
        for char in range(first, min(last, 0xFFFE) + 1):
            glyph = char
            if jump:
                (glyph,) = struct.unpack_from(">H", data, here + jump + 2 * (char - first))
            found[char] = (glyph + deltas[number]) % 0x10000
    return {char: glyph for char, glyph in found.items() if glyph}
