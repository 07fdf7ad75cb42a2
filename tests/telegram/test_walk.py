"""Every button reachable from /start and /help: no dead end, no silence, no foreign word."""

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import structlog
from aiogram import Bot

from bot.model import Card
from bot.screens.callbacks.pages import (
    DigestPage,
    Follow,
    SavedPage,
    StoryCard,
    Subscribe,
    TopicList,
    TopicPage,
    Unsubscribe,
    parse_callback,
)
from bot.screens.callbacks.settings import (
    Erase,
    Export,
    File,
    Panel,
    Pick,
    Set,
    StoryAct,
    ZoneClock,
    parse_panel,
)
from bot.store import Store
from bot.taxonomy.topics import taxonomy
from bot.telegram.receive.intake import AskingRate
from bot.text import utf16_len
from tests.fakes.botapi import FakeBotApi
from tests.fakes.entries import make_entry
from tests.telegram.seeding import put
from tests.telegram.strolling import Stroll, assert_keys_fit, leads_back
from tests.telegram.talk import carried, talking

Json = dict[str, Any]
FILES = frozenset({"senddocument", "sendphoto"})
# What is the same in both languages: names, numbers, file formats, the other language.
NAMES = re.compile(
    r"English|BibTeX|Markdown|json|UTC|pane_\d|/(?:search|follow) lora|/\w+|\w+:\w+|30d|ML"
)
PERIODS = re.compile(r"(?<=/digest) (?:day|week|month)")
LATIN, CYRILLIC = re.compile(r"[A-Za-z]{2,}"), re.compile(r"[А-Яа-яЁё]+")
KINDS = {
    *(DigestPage, TopicPage, SavedPage, TopicList, StoryCard, Subscribe, Unsubscribe, Follow),
    *(Panel, Set, ZoneClock, Pick, StoryAct, File, Export, Erase),
}
LEAST_PRESSED, LEAST_LOOKS = 250, 60
log = structlog.get_logger()


@pytest.fixture
async def stroll(api: FakeBotApi, line: Bot, store: Store) -> AsyncIterator["Stroll"]:
    await put(store, *_news())
    unhurried = AskingRate(10_000, 10_000)
    async with talking(api, line, store, unhurried) as talk:
        yield Stroll(talk, store)


def _news() -> Iterator[Any]:
    for number, topic in enumerate(("quantization", "agents", "rl"), start=1):
        yield make_entry(
            f"pane_{number}",
            number,
            text=f"an invented text about {topic} number {number}",
            cards={
                "ru": Card(title=f"Заголовок {number}", tldr="Суть.", bullets=("Цифры.",)),
                "en": Card(title=f"Headline {number}", tldr="The gist.", bullets=("Numbers.",)),
            },
            topics=[topic],
            papers=[f"2611.0482{number}"],
            hours_ago=number,
        )


def foreign(shown: Json, language: str) -> list[str]:
    """Words of the other language in a message and on its buttons, names left out."""
    rows = (shown.get("reply_markup") or {}).get("inline_keyboard", [])
    text = "\n".join([shown["text"], *(button["text"] for row in rows for button in row)])
    for info in taxonomy().topics:
        text = text.replace(info.title("ru"), "").replace(info.title("en"), "")
    if language == "en":
        return CYRILLIC.findall(text.replace("Русский", ""))
    return LATIN.findall(NAMES.sub("", PERIODS.sub("", text)))


@pytest.mark.slow
@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("command", ["/start", "/help"])
async def test_every_button_leads_somewhere_and_on(
    stroll: Stroll, store: Store, language: str, command: str
) -> None:
    first = await stroll.talk.say(command, language=language)
    seen = await stroll.walk(first, language)
    kinds = {type(parse_callback(data) or parse_panel(data)) for data in seen if data}
    assert kinds == KINDS
    words = {data: foreign(shown, language) for data, shown in seen.items()}
    assert {data: found for data, found in words.items() if found} == {}
    for data, shown in seen.items():
        assert carried(shown), f"{data} is a dead end: {shown['text']}"
        assert utf16_len(shown["text"]) <= 4096
        assert len(shown.get("entities") or []) <= 100
        assert data in ("", "p:home") or leads_back(shown), f"{data} leads on only"
        assert_keys_fit(shown)
    looks = {shown["text"] for shown in seen.values()}
    log.info("walk", command=command, language=language, pressed=len(seen) - 1, looks=len(looks))
    assert len(seen) > LEAST_PRESSED
    assert len(looks) > LEAST_LOOKS
    refused = [error.description for _, error in stroll.api.refused]
    assert not [text for text in refused if "not modified" not in text]
    assert any(call.method in FILES for call in stroll.api.done)
    assert await store.dead_letters.count() == 0
