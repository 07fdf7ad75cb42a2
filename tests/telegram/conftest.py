"""A fake Bot API server and the bot's line to it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiogram import Bot

from bot.config import Settings
from bot.store import Store
from bot.telegram.send.session import connect_bot
from tests.fakes.botapi import FakeBotApi
from tests.telegram.talk import OWNER, Talk, talking


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Conversations wait for the bot's pace: a second and more between messages to a chat."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.slow)


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi() as server:
        yield server


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A bot that has an owner."""
    return settings.model_copy(update={"admin_ids": (OWNER,)})


@pytest.fixture
async def line(api: FakeBotApi) -> AsyncIterator[Bot]:
    bot = connect_bot(api.token, api.url)
    yield bot
    await bot.session.close()


@pytest.fixture
async def talk(api: FakeBotApi, line: Bot, store: Store) -> AsyncIterator[Talk]:
    async with talking(api, line, store) as conversation:
        yield conversation


@pytest.fixture
def stop() -> asyncio.Event:
    return asyncio.Event()
