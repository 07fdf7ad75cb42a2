"""Where the file of all posts cannot be used, who asks is told so, and all else is answered."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiogram import Bot

from bot.store import Store
from bot.store.read_model.file import FILE
from tests.fakes.botapi import FakeBotApi
from tests.telegram.talk import Talk, talking


@pytest.fixture
async def talk(api: FakeBotApi, line: Bot, store: Store, tmp_path: Path) -> AsyncIterator[Talk]:
    """The bot at work with a home in which no file can be made."""
    (tmp_path / FILE).mkdir()
    broken = Store(store.redis, timedelta(days=1), tmp_path)
    async with talking(api, line, broken) as conversation:
        yield conversation


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "The posts cannot be looked through"),
        ("ru", "Посмотреть посты сейчас не получается"),
    ],
)
@pytest.mark.parametrize("question", ["/digest", "/topic quantization", "/search leaf"])
async def test_a_question_about_posts_is_answered_in_words(
    talk: Talk, question: str, language: str, words: str
) -> None:
    said = await talk.say(question, language=language)
    assert said.text.startswith(words)
    assert (await talk.say("/help")).text


async def test_a_tap_is_answered_by_a_word_and_changes_nothing(
    talk: Talk, api: FakeBotApi
) -> None:
    shown = await talk.say("/help")
    api.press(shown, "p:home")
    await api.until(lambda _: any("cannot be looked" in toast for toast in talk.toasts()))
