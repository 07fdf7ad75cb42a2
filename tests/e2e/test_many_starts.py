"""A dozen starts that read sixty channels by a model while readers ask: none ends by itself."""

import asyncio
import json
import random
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.e2e.bot_process import BotProcess, bot, end_server, environment
from tests.fakes.botapi import TOKEN, FakeBotApi
from tests.fakes.openai import FakeOpenAI
from tests.fakes.pages import page, written
from tests.fakes.tme import FakeTme

pytestmark = pytest.mark.slow
STARTS, TOGETHER = 12, 4
CHANNELS = [f"pane_{number}" for number in range(60)]
POSTS = 8  # on the page of a channel
READ = 16  # posts before a start is told to end
QUESTIONS = (
    *("/digest week", "/topic quantization", "/search квантизация моделей", "/digest day"),
    *("/topic агенты", "/search fine-tuning adapters", "дообучение трансформеров", "/search ток"),
)
OWN_WORDS = 80  # of each post
RUSSIAN = ("квант", "ова", "дист", "илл", "ация", "ными", "ость", "труд", "вани", "ющий", "ами")
ENGLISH = ("quan", "tiz", "ation", "dist", "ill", "ing", "ness", "train", "edly", "able", "s")
READERS = range(100, 108)
TEXTS = (
    "Новая статья о квантизации больших языковых моделей: четыре бита вместо шестнадцати, потери "
    "качества незаметны, обучение адаптеров ускоряется вдвое. https://arxiv.org/abs/2505.2{:04}",
    "We fine-tuned adapters for retrieval on long contexts; quantized attention saves memory and "
    "training runs twice as fast. Code: https://github.com/pane/leaf{}",
)


@pytest.fixture
async def site() -> AsyncIterator[FakeTme]:
    async with FakeTme() as site:
        now = datetime.now(UTC).replace(microsecond=0)
        for place, handle in enumerate(CHANNELS):
            posts = [
                written(
                    number,
                    _text(100 * place + number),
                    hours_ago=POSTS + 1 - number,
                    at=now,
                )
                for number in range(1, POSTS + 1)
            ]
            site.serve(handle, page(handle, posts, channel_id=1_000_000 + place))
        yield site


def _text(number: int) -> str:
    """A post with words of its own: what was stemmed before is not stemmed again."""
    return f"{TEXTS[number % 2].format(number)} {_invented(random.Random(number), OWN_WORDS)}"


def _invented(source: random.Random, number: int) -> str:
    """So many words that nobody has written before, of both scripts."""
    parts = (source.choice((RUSSIAN, ENGLISH)) for _ in range(number))
    return " ".join("".join(source.choices(part, k=4)) for part in parts)


async def test_no_start_ends_by_itself_while_readers_ask(site: FakeTme) -> None:
    room, logs = asyncio.Semaphore(TOGETHER), list[list[str]]()

    async def start() -> None:
        async with room:
            logs.append(await _one_start(site))

    async with asyncio.TaskGroup() as tasks:
        for _ in range(STARTS):
            tasks.create_task(start())
    assert len(logs) == STARTS
    assert [line for log in logs for line in log if _is_bad(line)] == []


async def _one_start(site: FakeTme) -> list[str]:
    """A bot with an empty home until it has read and answered; its log."""
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ftk")))
        stack.callback(end_server, home)
        api = await stack.enter_async_context(FakeBotApi())
        model = await stack.enter_async_context(FakeOpenAI())
        env = environment(
            home,
            TELEGRAM_BOT_TOKEN=TOKEN,
            TELEGRAM_API_BASE=api.url,
            OPENAI_API_KEY="made-up",
            OPENAI_BASE_URL=model.url,
            OPENAI_PRICE="0.1,0.1",
            PREVIEW_BASE_URL=site.base_url,
            CHANNELS=",".join(CHANNELS),
        )
        process = await stack.enter_async_context(bot(env))
        await process.said('"event": "read"')
        while _read(process) < READ:
            await _ask(api)
        assert process.running
        assert await process.terminate() == 0
        assert api.refused == []
        return process.log


async def _ask(api: FakeBotApi) -> None:
    """All questions at once, each from a reader of its own, until all are answered."""
    expected = {reader: len(api.sent(reader)) + 1 for reader in READERS}
    source = random.Random(sum(expected.values()))
    for reader, question in zip(READERS, QUESTIONS, strict=True):
        own = _invented(source, 8) if question.startswith("/search") else ""
        api.say(f"{question} {own}".strip(), reader)
    await api.until(
        lambda fake: all(len(fake.sent(reader)) >= n for reader, n in expected.items())
    )


def _read(process: BotProcess) -> int:
    return sum('"event": "read"' in line for line in process.log)


def _is_bad(line: str) -> bool:
    """True for a failure, a trace, or what is no event at all."""
    try:
        event = json.loads(line)
    except ValueError:
        return True
    return event["level"] in ("error", "critical") or "exc_info" in event or "then" in event
