"""A drawing as PNG, with a font of our own: servers have none that knows Cyrillic."""

from importlib.resources import as_file, files

import resvg_py

from bot.publish.svg import FAMILY

_FACES = ("Regular", "Italic", "SemiBold", "Bold")


def to_png(drawing: str) -> bytes:
    """The picture of an SVG text, as large as it says; some 50 ms, so call it in a thread."""
    with as_file(files("ttf_opensans") / "ttf") as folder:
        return bytes(
            resvg_py.svg_to_bytes(
                svg_string=drawing,
                skip_system_fonts=True,
                font_family=FAMILY,
                font_files=[str(folder / f"OpenSans-{face}.ttf") for face in _FACES],
            )
        )
