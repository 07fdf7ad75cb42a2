"""Draws docs/pages anew: ``python -m tests.web [FOLDER]``; needs a Chromium, see ``devtools``."""

import asyncio
import logging
import sys
from pathlib import Path

import structlog

from tests.web.devtools import BrowserError, browsing, find_browser
from tests.web.samples import PLACES, samples_served

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "pages"
SHOWN = {"day": "now", "story": "story", "paper": "paper"}
SCREENS = {"phone": (390, 844, 1.5), "desktop": (1280, 900, 0.75)}
"""Width and height in CSS pixels, and the pixels of the picture for each of them."""


async def draw(folder: Path) -> None:
    """A picture of each shown page, on each screen, in light and dark, in both languages."""
    if not (program := find_browser()):
        raise BrowserError("no Chromium in PATH, and CHROMIUM names none")
    folder.mkdir(parents=True, exist_ok=True)
    async with samples_served() as url, browsing(program) as browser, browser.tab() as tab:
        for language in ("en", "ru"):
            for name, place in SHOWN.items():
                await tab.open(f"{url}/{language}/{PLACES[place]}")
                for screen, (width, height, scale) in SCREENS.items():
                    for scheme, ending in (("light", ""), ("dark", "-dark")):
                        await tab.look(width, height, scale, scheme)
                        picture = await tab.picture(format="webp", quality=20)
                        (folder / f"{language}-{name}-{screen}{ending}.webp").write_bytes(picture)


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(draw(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
