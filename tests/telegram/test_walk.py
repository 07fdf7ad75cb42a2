"""Every button reachable from /start and /help: no dead end, no silence, no foreign word."""

import re
from collections import deque
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
from bot.store import Store, keys
from bot.taxonomy.topics import taxonomy
from bot.telegram.receive.intake import AskingRate
from bot.text import utf16_len
from tests.fakes.botapi import FakeBotApi
from tests.fakes.botapi_duties import Delivered
from tests.fakes.entries import make_entry
from tests.telegram.seeding import put
from tests.telegram.talk import Talk, carried, keys_of, talking
from tests.waiting import eventually

Json = dict[str, Any]
DEEPEST = 6
MOST = 700  # taps; a loop that makes ever new screens would end here
FILES = frozenset({"senddocument", "sendphoto"})
# What is the same in both languages: names, numbers, file formats, the other language.
NAMES = re.compile(r"English|BibTeX|Markdown|json|UTC|pane_\d|/search lora|/\w+|\w+:\w+|30d|ML")
PERIODS = re.compile(r"(?<=/digest) (?:day|week|month)")
LATIN, CYRILLIC = re.compile(r"[A-Za-z]{2,}"), re.compile(r"[А-Яа-яЁё]+")
KINDS = {
    *(DigestPage, TopicPage, SavedPage, TopicList, StoryCard, Subscribe, Unsubscribe, Follow),
    *(Panel, Set, ZoneClock, Pick, StoryAct, File, Export, Erase),
}
LANGUAGE = ("lang:", "o:language:", "o:cards:")
HOME = {"p:help"}
"""What only the greeting carries."""
LEAST_PRESSED, LEAST_LOOKS = 250, 60
LONGEST_KEY = 48
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


class Stroll:
    """Presses buttons under one message, without waiting for Telegram's turns."""

    def __init__(self, talk: Talk, store: Store) -> None:
        self.talk, self.api, self._store = talk, talk.api, store

    async def press(self, message: Delivered, data: str, language: str) -> Json:
        """The message after a tap that was fully dealt with."""
        await self._store.redis.delete(keys.LIMIT_ALL, keys.chat_limit(message.chat_id))
        answered = len(self.api.answered)
        self.api.press(message, data, language=language)
        await self.api.until(lambda api: len(api.answered) > answered)

        async def done() -> bool:
            streams = self._store.update_stream, self._store.outbox_stream
            return not any([await stream.waiting() for stream in streams])

        await eventually(done)
        assert len(self.api.answered) == answered + 1, f"answered twice: {data}"
        found: Json = self.api.chats.messages[message.chat_id, message.message["message_id"]]
        return found

    async def walk(self, message: Delivered, language: str) -> dict[str, Json]:
        """All screens within reach by what led there; each look of a screen is left once."""
        seen: dict[str, Json] = {"": message.message}
        looks, pressed = {message.text}, set[str]()
        ahead = deque([(data, 1) for data in carried(message.message)])
        while ahead and len(pressed) < MOST:
            data, depth = ahead.popleft()
            if data in pressed or data.startswith(LANGUAGE):
                continue
            pressed.add(data)
            shown = dict(await self.press(message, data, language))
            seen[data] = shown
            if depth < DEEPEST and shown["text"] not in looks:
                looks.add(shown["text"])
                ahead += [(further, depth + 1) for further in carried(shown)]
        assert len(pressed) < MOST
        return seen


def foreign(shown: Json, language: str) -> list[str]:
    """Words of the other language in a message and on its buttons, names left out."""
    rows = (shown.get("reply_markup") or {}).get("inline_keyboard", [])
    text = "\n".join([shown["text"], *(button["text"] for row in rows for button in row)])
    for info in taxonomy().topics:
        text = text.replace(info.title("ru"), "").replace(info.title("en"), "")
    if language == "en":
        return CYRILLIC.findall(text.replace("Русский", ""))
    return LATIN.findall(NAMES.sub("", PERIODS.sub("", text)))


def leads_back(shown: Json) -> bool:
    """True for the greeting, and for a screen that has a button back or home."""
    return HOME & set(carried(shown)) != set() or any(
        key["text"].startswith("‹ ") for key in keys_of(shown)
    )


def assert_keys_fit(shown: Json) -> None:
    """Telegram's limits for buttons, and ours: nothing that a telephone would cut."""
    rows = (shown.get("reply_markup") or {}).get("inline_keyboard", [])
    assert sum(map(len, rows)) <= 100
    for row in rows:
        assert 1 <= len(row) <= 8
        for key in row:
            assert 1 <= len(key.get("callback_data", "x").encode()) <= 64
            assert len(key["text"]) <= LONGEST_KEY, key["text"]


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
