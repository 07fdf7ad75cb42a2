"""A reader's way through real posts, in both languages: what holds of every message shown."""

import importlib.util
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from string import Formatter
from types import ModuleType
from typing import Any

import pytest
from aiogram import Bot

from bot.collect.preview.page import parse_page
from bot.i18n import messages, owner_messages, panel_messages
from bot.languages import LANGUAGES
from bot.model import Language, Post
from bot.screens.callbacks.pages import parse_callback
from bot.screens.callbacks.settings import parse_panel
from bot.screens.rich_text import bare
from bot.store import Store
from bot.telegram.receive.intake import AskingRate
from bot.text import clean, visible
from tests.fakes.botapi import FakeBotApi
from tests.fakes.botapi_duties import Delivered
from tests.fakes.entries import NOON
from tests.telegram.seeding import read_all
from tests.telegram.strolling import Stroll, assert_keys_fit, leads_back
from tests.telegram.talk import carried, keys_of, talking, words_on

Json = dict[str, Any]
WEEKS = timedelta(days=8)  # of posts that are read
PER_SCREEN = 7  # buttons of a screen that are pressed beside those of the way
ONCE = ("xb:", "xm:")  # files; pictures have tests of their own
LEFT_ALONE = (
    "lang:",
    "o:",
    "unsub",
    "sub",
    "erase",
    "export",
    "xg:",
    "xc:",
    "loud:",
    "c:",
    "C:",
    "k",
)
"""What changes the reader, or takes a second: tests of their own have it."""

WORDS: dict[Language, tuple[str, str]] = {"ru": ("модель", "агенты"), "en": ("model", "agents")}
READERS: dict[Language, int] = {"ru": 100, "en": 200}


def _tool(shared: Path) -> ModuleType:
    """The program that lays real posts over weeks, for its pages."""
    path = shared.parent / "tools" / "real_weeks.py"
    if not path.is_file():
        pytest.skip("real weeks (../shared/tools/real_weeks.py) are not here")
    spec = importlib.util.spec_from_file_location("real_weeks", path)
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return tool


def _posts(tool: ModuleType) -> Iterator[Post]:
    """The posts of the last days, as the public pages show them."""
    for channel, posts in tool.laid_out(NOON).items():
        late = [post for post in posts if post["at"] > NOON - WEEKS]
        for start in range(0, len(late), 20):
            yield from parse_page(tool.page(channel, late[: start + 20], None)).posts


@pytest.fixture
async def stroll(api: FakeBotApi, line: Bot, store: Store, shared: Path) -> AsyncIterator[Stroll]:
    for post in _posts(_tool(shared)):
        await store.posts.ingest(await store.channels.adopt(post))
    await read_all(store)
    async with talking(api, line, store, AskingRate(10_000, 10_000)) as talk:
        yield Stroll(talk, store)


class Walk:
    """One reader's way; every message shown is looked at once."""

    def __init__(self, stroll: Stroll, language: Language) -> None:
        self._stroll, self.language = stroll, language
        self._pressed = set[str]()
        self.looks = set[str]()
        self._at: Delivered | None = None
        self._beside: Delivered | None = None

    async def say(self, text: str) -> Json:
        """Say something; the answer is where the way goes on."""
        self._beside = self._at or self._beside
        self._at = await self._stroll.talk.say(
            text, READERS[self.language], language=self.language
        )
        return await self._look(self._at.message)

    async def go(self, start: str) -> Json:
        """Press the first button that carries what begins so, on the message as it is."""
        shown = self._shown()
        found = [data for data in carried(shown) if data.startswith(start)]
        assert found, f"no button {start}: {carried(shown)}"
        return await self.press(found[0])

    async def press(self, data: str) -> Json:
        """Press a button of the way."""
        assert self._at is not None
        shown = await self._stroll.press(self._at, data, self.language)
        said = self._stroll.talk.toasts()[-1]
        assert said != messages(self.language).old_button, f"{data} leads nowhere"
        return await self._look(shown, data)

    def _shown(self) -> Json:
        assert self._at is not None
        shown: Json = self._stroll.api.chats.messages[
            self._at.chat_id, self._at.message["message_id"]
        ]
        return shown

    async def _look(self, shown: Json, data: str = "") -> Json:
        """Judge the screen, and what some of its other buttons show on an earlier message."""
        shown = dict(shown)
        if shown["text"] in self.looks:
            return shown
        self.looks.add(shown["text"])
        assert_reads_well(shown, self.language)
        assert data in ("", "p:home") or leads_back(shown), f"{data} leads on only"
        fresh = [each for each in carried(shown) if self._is_new(each)][:PER_SCREEN]
        for each in fresh if self._beside else ():
            self._pressed.add(each)
            assert self._beside is not None
            beside = await self._stroll.press(self._beside, each, self.language)
            said = self._stroll.talk.toasts()[-1]
            assert said != messages(self.language).old_button, f"{each} leads nowhere"
            if beside["text"] not in self.looks:
                assert_reads_well(beside, self.language)
                assert leads_back(beside), f"{each} leads on only"
        return shown

    def _is_new(self, data: str) -> bool:
        return data not in self._pressed and not data.startswith(LEFT_ALONE)


def assert_reads_well(shown: Json, language: Language) -> None:
    """Nothing unseen or unfilled, no button twice, each understood, numbers with their words."""
    text = bare(shown["text"])
    assert text == visible(clean(text)), ascii(text)
    assert not shown.get("lost_entities")
    every = "\n".join([text, *words_on(shown)])
    assert not [name for name in _FIELDS if f"{{{name}}}" in every], every
    assert "None" not in every.split(), every
    labels, data = words_on(shown), carried(shown)
    assert len(set(labels)) == len(labels), f"doubled: {labels}"
    assert len(set(data)) == len(data), f"doubled: {data}"
    assert not [each for each in data if not (parse_callback(each) or parse_panel(each))]
    assert_keys_fit(shown)
    assert not list(_wrong_plurals(_own_words(shown), language))


def _own_words(shown: Json) -> str:
    """What the bot says itself: the text without links and quotes, which are a post's words."""
    units = shown["text"].encode("utf-16-le")
    for entity in shown.get("entities") or ():
        if entity["type"] in ("text_link", "blockquote", "expandable_blockquote"):
            start, end = 2 * entity["offset"], 2 * (entity["offset"] + entity["length"])
            units = units[:start] + "…".encode("utf-16-le") * entity["length"] + units[end:]
    return "\n".join([units.decode("utf-16-le"), *words_on(shown)])


def _wrong_plurals(text: str, language: Language) -> Iterator[str]:
    """Counted things whose form is not the number's."""
    p = messages(language)
    for name in ("post", "channel", "story", "paper", "repeat"):
        forms: tuple[str, ...] = getattr(p, f"{name}_forms")
        others = {form for n in ("over_post", "of_channel") for form in getattr(p, f"{n}_forms")}
        for found in re.finditer(rf"(\d[\d\u00a0,]*) ({'|'.join(forms)})(?!\w)", text):
            count = int(re.sub(r"\D", "", found[1]))
            if found[2] not in (forms[p.words.plural(count)], *others - set(forms)):
                yield found[0]


_FIELDS = {
    name
    for language in LANGUAGES
    for texts in (messages(language), panel_messages(language), owner_messages(language))
    for field in fields(texts)
    if isinstance(text := getattr(texts, field.name), str)
    for _, name, _, _ in Formatter().parse(text)
    if name
}


@pytest.mark.slow
async def test_a_reader_s_way_over_real_posts(stroll: Stroll, store: Store) -> None:
    for language, (word, topic) in WORDS.items():
        walk = Walk(stroll, language)
        await walk.say("/help")
        await walk.say("/start")
        await walk.go("sub")
        await walk.go("d:day:")
        await walk.go("s:")
        await walk.go("ks:")
        await walk.go("D:day:")
        for text in ("/digest week", f"/topic {topic}", f"/search {word}", "/saved"):
            shown = await walk.say(text)
            assert "s:" in {data[:2] for data in carried(shown)}, shown["text"]
            for key in keys_of(shown):
                if key["text"] == "›":
                    await walk.press(key["callback_data"])
            await walk.go("s:")
        await walk.say("/settings")
        for panel in ("time", "zone", "often", "length", "language", "cards", "alerts", "pause"):
            await walk.go(f"p:{panel}")
            await walk.go("p:settings")
        assert len(walk.looks) > 20
    refused = [error.description for _, error in stroll.api.refused]
    assert not [text for text in refused if "not modified" not in text]
    assert await store.dead_letters.count() == 0
