"""A server that only one test uses."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bench.chaos_server import OwnServer
from bot.store import Store
from tests.store.faulty import store_at


@pytest.fixture
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="ftk") as folder:
        yield Path(folder)


@pytest.fixture
async def server(home: Path) -> AsyncIterator[OwnServer]:
    async with OwnServer(home, enable_debug_command="yes") as server:
        yield server


@pytest.fixture
async def own(server: OwnServer) -> AsyncIterator[Store]:
    """A store on a server that only this test uses."""
    async with store_at(f"unix://{server.socket}") as store:
        yield store
