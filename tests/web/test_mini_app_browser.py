"""The Mini App in a real browser, opened with the fragment that Telegram gives it."""

from collections.abc import AsyncIterator
from functools import partial

import pytest
import pytest_asyncio

from bot.collect.samples import NOW
from bot.languages import LANGUAGES
from tests.fakes.init_data import fragment, init_data
from tests.waiting import eventually
from tests.web.devtools import Tab
from tests.web.samples import PLACES, READERS, THEMES, launch
from tests.web.test_browser import Look, audit, axe, look, requested, troubles

__all__ = ["axe", "look"]

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

STORY = PLACES["story"]
SAVE, SAVED = "button[aria-pressed=false]", "button[aria-pressed=true]"
ROOM = "document.documentElement.scrollWidth <= innerWidth"


@pytest_asyncio.fixture(loop_scope="module")
async def tab(look: Look) -> AsyncIterator[Tab]:
    async with look.browser.tab() as tab:
        await tab.look(390, 844)
        yield tab


async def text(tab: Tab, selector: str) -> str:
    return str(await tab.evaluate(f"document.querySelector('{selector}').textContent"))


async def tells(tab: Tab, words: str) -> bool:
    return words in await text(tab, "#told")


async def answered(tab: Tab, status: int) -> None:
    """Return when the script was answered so."""

    async def has_come() -> bool:
        answers = [each["response"] for each in tab.of("Network.responseReceived")]
        return status in [each["status"] for each in answers if each["url"].endswith("/reader")]

    await eventually(has_come)


async def test_a_tap_saves_a_story_and_it_is_there_after_a_reload(look: Look, tab: Tab) -> None:
    await tab.open(f"{look.url}/app/en/{STORY}{launch('en')}")
    await tab.tap(SAVE)
    await tab.shows(SAVED)
    assert await text(tab, "#told") == "Saved."
    await tab.open(f"{look.url}/app/en/own")  # a link inside: there is no fragment any more
    await tab.shows("ul[data-list] li a")
    assert troubles(tab, "") == []
    assert await tab.evaluate("document.querySelector('ul[data-list] a').href") == (
        f"{look.url}/app/en/{STORY}"
    )
    await tab.tap(SAVED)
    await tab.shows("[data-empty]:not([hidden])")
    await tab.open(f"{look.url}/app/en/{STORY}")
    await tab.shows(SAVE)
    assert [url for url in requested(tab) if not url.startswith(f"{look.url}/")] == []


async def test_a_topic_is_ticked_and_stays_so(look: Look, tab: Tab) -> None:
    await tab.open(f"{look.url}/app/ru/own{launch('ru')}")
    await tab.tap("fieldset:enabled [data-topic=agents]")
    await tab.shows("#told:not(:empty)")
    await tab.open(f"{look.url}/app/ru/own")
    await tab.shows("fieldset:enabled [data-topic=agents]:checked")
    await tab.tap("[data-topic=agents]")
    await tab.shows("[data-topic=agents]:not(:checked)")


async def test_the_first_page_is_in_the_readers_language_and_leads_on(
    look: Look, tab: Tab
) -> None:
    await tab.open(f"{look.url}/app{launch('ru')}")
    await tab.shows("html[lang=ru]")
    await tab.shows("article button.save:not([hidden])")
    links = await tab.evaluate("[...document.links].map(each => [each.href, each.target])")
    inside = {href.partition("#")[0]: target for href, target in links}
    assert inside[f"{look.url}/app/ru/own"] == ""
    assert {target for href, target in links if href.startswith("https://t.me/")} == {"_blank"}


@pytest.mark.parametrize("scheme", sorted(THEMES))
async def test_it_has_the_theme_of_telegram(look: Look, tab: Tab, scheme: str) -> None:
    system = "dark" if scheme == "light" else "light"
    await tab.look(390, 844, scheme=system)
    await tab.open(f"{look.url}/en/")
    other = await tab.evaluate("getComputedStyle(document.body).backgroundColor")
    await tab.open(f"{look.url}/app/en/{launch('en', scheme)}")
    await tab.shows(f"html[data-theme={scheme}]")
    assert await tab.evaluate("getComputedStyle(document.body).backgroundColor") != other


async def test_outside_of_telegram_it_is_a_page_that_says_so(look: Look, tab: Tab) -> None:
    for disabled in (False, True):
        await tab.call("Emulation.setScriptExecutionDisabled", value=disabled)
        for path in ("", "own"):
            await tab.open(f"{look.url}/app/en/{path}")
            assert "in Telegram" in await text(tab, "#told")
            assert await tab.evaluate("!document.querySelector('button:not([hidden])')")
            assert f"{look.url}/app/reader" not in requested(tab)


async def test_who_is_not_known_is_told_in_words(look: Look, tab: Tab) -> None:
    stranger, forged = init_data(7, NOW), f"{init_data(READERS['en'], NOW)}0"
    for data, status, told in ((stranger, 403, "Press Start"), (forged, 401, "menu button")):
        await tab.launch(f"{look.url}/app/en/{fragment(data)}")
        await answered(tab, status)
        await eventually(partial(tells, tab, told))


async def test_what_a_fragment_says_is_never_markup(look: Look, tab: Tab) -> None:
    hostile = "#tgWebAppData=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&tgWebAppThemeParams=%7B%22"
    await tab.open(f"{look.url}/app/en/{hostile}")
    await answered(tab, 401)
    await eventually(partial(tells, tab, "menu button"))
    assert await tab.evaluate("document.images.length") == 0


async def test_axe_finds_nothing_in_the_mini_app(look: Look, tab: Tab, axe: str) -> None:
    await tab.call("Page.setBypassCSP", enabled=True)
    found = {}
    for language in LANGUAGES:
        for scheme in THEMES:
            for path in ("own", "", STORY):
                await tab.launch(f"{look.url}/app/{language}/{path}{launch(language, scheme)}")
                await tab.shows("fieldset:enabled, button.save:not([hidden])")
                for width in (320, 390):
                    await tab.look(width, 800)
                    assert await tab.evaluate(ROOM), (path, width)
                if violated := await audit(tab, axe):
                    found[language, scheme, path] = violated
    assert found == {}
