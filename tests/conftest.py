"""Fixtures that every test may ask for: real samples, a real server, an empty store."""

import asyncio
import contextlib
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.config import Settings, env_names
from bot.store import Store, open_store
from bot.store.server import embedded

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real samples beside the project; without it a test skips."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("real samples (../shared/data) are not here")
    return folder


@pytest.fixture(scope="session")
def server_home() -> Iterator[Path]:
    """The data directory of one embedded server that lives as long as the test run."""
    with tempfile.TemporaryDirectory(prefix="ftk") as folder, _running(Path(folder)):
        yield Path(folder)


@contextlib.contextmanager
def _running(home: Path) -> Iterator[None]:
    """Hold the server open from a loop of its own, because every test has a new one."""
    loop = asyncio.new_event_loop()
    server = embedded(home)
    loop.run_until_complete(server.__aenter__())
    try:
        yield
    finally:
        loop.run_until_complete(server.__aexit__(None, None, None))
        loop.close()


@pytest.fixture
def settings(server_home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a test, blind to the environment: the embedded server, no keys."""
    for name, field in Settings.model_fields.items():
        for variable in env_names(name, field):
            monkeypatch.delenv(variable, raising=False)
    return Settings(_env_file=None, fortochka_home=server_home)


@pytest.fixture
async def store(settings: Settings) -> AsyncIterator[Store]:
    """An empty store on a real server."""
    async with open_store(settings) as store:
        await store.redis.flushall()
        yield store


@pytest.fixture
def free_port() -> int:
    """A port of this machine that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
