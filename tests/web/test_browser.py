"""The archive in a real browser: what it loads, how wide it is, what axe-core says of it."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio

from bot.collect.samples import NOW
from bot.digest.cluster import story_id
from bot.languages import LANGUAGES
from tests.fakes.entries import make_entry, make_paper
from tests.web.devtools import Browser, Tab, browsing, find_browser
from tests.web.samples import PLACES, samples_served

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

LARGEST = 60_000
WIDTHS = (320, 360, 390, 1280)
"""CSS pixels; the first is what WCAG 2.2 asks of reflow (1.4.10)."""
WIDE = "Pneumono" * 40
TROUBLES = ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Audits.issueAdded")
AUDIT = """axe.run().then(({violations}) => Object.fromEntries(violations.map(
    each => [each.id, each.nodes.map(node => node.html)])))"""
HOSTILE = make_entry(
    "pane_wide",
    1,
    title=WIDE,
    tldr=f"https://news.example/{WIDE} <b>{WIDE}</b>",
    papers=[make_paper("doi:10.1000/" + "long." * 30, WIDE)],
    at=NOW,
)


PATHS = (*PLACES.values(), f"s/{story_id(HOSTILE)}", "c/pane_wide")


class Look(NamedTuple):
    """A browser, and the address of the archive that it looks at."""

    browser: Browser
    url: str

    @property
    def pages(self) -> list[str]:
        return [f"{self.url}/{language}/{path}" for language in LANGUAGES for path in PATHS]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def look() -> AsyncIterator[Look]:
    program = find_browser()
    if not program:
        pytest.skip("no Chromium in PATH, and CHROMIUM names none")
    async with samples_served(HOSTILE) as url, browsing(program) as browser:
        yield Look(browser, url)


@pytest.fixture(scope="module")
def axe() -> str:
    """The code of axe-core, which is ``AXE/axe.min.js``."""
    if not (folder := os.environ.get("AXE")):
        pytest.skip("AXE names no folder of axe-core")
    return (Path(folder) / "axe.min.js").read_text("utf-8")


async def test_a_page_asks_nobody_else_and_breaks_no_rule_of_its_own(look: Look) -> None:
    async with look.browser.tab() as tab:
        for page in look.pages:
            await tab.open(page)
            assert [url for url in requested(tab) if not url.startswith(f"{look.url}/")] == []
            assert troubles(tab, page) == [], page
            loaded = tab.of("Network.loadingFinished")
            assert 0 < sum(each["encodedDataLength"] for each in loaded) <= LARGEST, page


async def test_no_page_is_wider_than_its_screen(look: Look) -> None:
    wide = []
    async with look.browser.tab() as tab:
        for page in look.pages:
            await tab.open(page)
            for width in WIDTHS:
                await tab.look(width, 800)
                if await tab.evaluate("document.documentElement.scrollWidth") > width:
                    wide.append((page, width))
    assert wide == []


async def test_what_a_page_must_not_do_would_be_seen(look: Look) -> None:
    picture = "document.body.append(Object.assign(new Image(), {src: 'https://pane.example/'}))"
    async with look.browser.tab() as tab:
        await tab.open(look.pages[0])
        await tab.evaluate(f"document.body.style.minWidth = '2000px'; {picture}")
        await tab.until("Audits.issueAdded")
        assert troubles(tab, look.pages[0])
        assert await tab.evaluate("document.documentElement.scrollWidth") >= 2000


async def test_search_works_from_the_keyboard_without_scripts(look: Look) -> None:
    async with look.browser.tab() as tab:
        await tab.call("Emulation.setScriptExecutionDisabled", value=True)
        await tab.open(f"{look.url}/ru/search")
        await tab.enter("#q", "HalfBit & <b>")
        assert requested(tab)[0] == f"{look.url}/ru/search?q=HalfBit+%26+%3Cb%3E"
        assert troubles(tab, "") == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(look: Look, axe: str, scheme: str) -> None:
    found = {}
    async with look.browser.tab() as tab:
        await tab.call("Page.setBypassCSP", enabled=True)
        await tab.look(390, 844, scheme=scheme)
        for page in look.pages:
            await tab.open(page)
            if violated := await audit(tab, axe):
                found[page] = violated
        assert found == {}
        await tab.evaluate("document.body.style.color = 'gray'; document.body.append(new Image())")
        assert {"color-contrast", "image-alt"} <= {*await audit(tab, axe)}


async def audit(tab: Tab, axe: str) -> dict[str, list[str]]:
    """The rules of axe-core that a page violates, each with the elements that do."""
    await tab.evaluate(f"{axe}; 0")
    return dict(await tab.evaluate(AUDIT))


def requested(tab: Tab) -> list[str]:
    return [each["request"]["url"] for each in tab.of("Network.requestWillBeSent")]


def troubles(tab: Tab, page: str) -> list[object]:
    """What the browser complains of, but for a page that is said not to be there."""
    found: list[object] = [each for kind in TROUBLES for each in tab.of(kind)]
    entries = [each["entry"] for each in tab.of("Log.entryAdded")]
    return found + [
        each for each in entries if (each["source"], each.get("url")) != ("network", page)
    ]
