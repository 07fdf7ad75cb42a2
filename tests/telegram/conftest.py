"""A fake Bot API server and the bot's line to it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot

from bot.telegram.wire import connect
from tests.fakes.botapi import FakeBotApi


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi() as server:
        yield server


@pytest.fixture
async def line(api: FakeBotApi) -> AsyncIterator[Bot]:
    bot = connect(api.token, api.url)
    yield bot
    await bot.session.close()


@pytest.fixture
def stop() -> asyncio.Event:
    return asyncio.Event()
