"""Draws docs/pages anew: ``python -m tests.web [FOLDER]``; needs a Chromium, see ``devtools``."""

import asyncio
import logging
import sys
from pathlib import Path

import structlog

from bot.languages import LANGUAGES, Language
from tests.web.devtools import BrowserError, Tab, browsing, find_browser
from tests.web.samples import PLACES, launch, samples_served

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "pages"
SHOWN = {"day": "now", "story": "story", "paper": "paper"}
SAVED, TICKED = ("00e3b5863c00",), ("pretraining", "finetuning")
"""What the Mini App's reader saved, and his topics."""
SCREENS = {"phone": (390, 844, 1.5), "desktop": (1280, 900, 0.75)}
"""Width and height in CSS pixels, and the pixels of the picture for each of them."""


async def draw(folder: Path) -> None:
    """A picture of each shown page, on each screen, in light and dark, in both languages."""
    if not (program := find_browser()):
        raise BrowserError("no Chromium in PATH, and CHROMIUM names none")
    folder.mkdir(parents=True, exist_ok=True)
    async with samples_served() as url, browsing(program) as browser, browser.tab() as tab:
        for language in LANGUAGES:
            for name, place in SHOWN.items():
                await tab.open(f"{url}/{language}/{PLACES[place]}")
                for screen, (width, height, scale) in SCREENS.items():
                    for scheme, ending in (("light", ""), ("dark", "-dark")):
                        await tab.look(width, height, scale, scheme)
                        picture = await tab.picture(format="webp", quality=20)
                        (folder / f"{language}-{name}-{screen}{ending}.webp").write_bytes(picture)
            await _draw_mini_app(url, tab, language, folder)


async def _draw_mini_app(url: str, tab: Tab, language: Language, folder: Path) -> None:
    """What a reader has in Telegram on a telephone, with two stories saved."""
    await tab.look(*SCREENS["phone"])  # Telegram's theme need not be the system's
    for story in SAVED:
        await tab.launch(f"{url}/app/{language}/s/{story}{launch(language)}")
        await tab.tap("button[aria-pressed=false]")
        await tab.shows("button[aria-pressed=true]")
    for topic in TICKED:
        await tab.launch(f"{url}/app/{language}/own{launch(language)}")
        await tab.tap(f"fieldset:enabled [data-topic={topic}]")
        await tab.shows("#told:not(:empty)")
    for scheme, ending in (("light", ""), ("dark", "-dark")):
        await tab.launch(f"{url}/app/{language}/own{launch(language, scheme)}")
        await tab.shows("fieldset:enabled")
        picture = await tab.picture(format="webp", quality=20)
        (folder / f"{language}-app-phone{ending}.webp").write_bytes(picture)


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(draw(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
