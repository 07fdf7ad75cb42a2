"""A home for a real bot, a server of its own, and the Bot API that it talks to."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bench.chaos_server import OwnServer
from tests.e2e.bot_process import end_server
from tests.fakes.botapi import FakeBotApi


@pytest.fixture
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="ftk") as folder:
        yield Path(folder)
        end_server(Path(folder))


@pytest.fixture
async def server(home: Path) -> AsyncIterator[OwnServer]:
    async with OwnServer(home) as server:
        yield server


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi() as server:
        yield server
