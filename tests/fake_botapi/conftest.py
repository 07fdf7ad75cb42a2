"""The fake server and a bare client that sees what is on the wire."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.fake_botapi.client import Bot
from tests.fakes.botapi import FakeBotApi


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi() as server:
        yield server


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def bot(api: FakeBotApi, client: aiohttp.ClientSession) -> Bot:
    return Bot(api, client)
