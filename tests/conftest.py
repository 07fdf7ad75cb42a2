"""Fixtures that every test may ask for: real samples, a real server, an empty store."""

import asyncio
import contextlib
import os
import re
import signal
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest
import structlog
from pydantic import SecretStr
from redis import Redis

import bot.telegram  # noqa: F401 - before a test imports aiogram, so that its types are built when used
from bot.config import Settings, env_names
from bot.store import Store, open_store
from bot.store.connection.embedded import embedded

ROOT = Path(__file__).resolve().parent.parent

# A busy machine is no fault of the code: no test asserts a time.
hypothesis.settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("untimed")


# Traces with the values of all locals take the loop for seconds, and leases end meanwhile.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)


def pytest_configure() -> None:
    """A shell's background job ignores Ctrl-C, and so would every process that a test starts."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Deal the slow tests out: each process begins with its share of them, in their order.

    `worksteal` gives each process a piece of the order and lets an idle one take from the end of
    another's. By files, one process had all tests that wait for a minute, and waited last.
    """
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    slow = [item for item in items if item.get_closest_marker("slow")]
    quick = [item for item in items if not item.get_closest_marker("slow")]
    dealt: list[pytest.Item] = []
    for place in range(processes):  # the pieces are cut as the scheduler cuts them
        own = slow[place::processes]
        rest = (len(items) - len(dealt)) // (processes - place) - len(own)
        dealt += [*own, *quick[:rest]]
        del quick[:rest]
    items[:] = dealt


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real samples beside the project; without it a test skips."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("real samples (../shared/data) are not here")
    return folder


@pytest.fixture(scope="session")
def server_home() -> Iterator[Path]:
    """The data directory of the tests; its embedded server lives as long as the test run."""
    with contextlib.ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ftk")))
        if not _given():
            stack.enter_context(_running(home))
        yield home


@pytest.fixture(scope="session")
def server_url() -> str | None:
    """The server of ``TEST_REDIS_URL``, a database of it for each test process; None: embedded.

    These databases, counted from the one in the address, are emptied by the tests.
    """
    if not (url := _given()):
        return None
    with Redis.from_url(url) as redis:
        first = int(redis.get_connection_kwargs().get("db") or 0)
        most = int(redis.config_get("databases")["databases"])
    number = int(re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "")) or 0)
    if number >= most:
        raise pytest.UsageError(f"TEST_REDIS_URL: {most} databases are too few for the processes")
    return f"{url}{'&' if '?' in url else '?'}db={(first + number) % most}"


def _given() -> str:
    return os.environ.get("TEST_REDIS_URL", "")


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
def settings(
    server_home: Path, server_url: str | None, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """Settings of a test, blind to the environment: the server of the tests, no keys."""
    for name, field in Settings.model_fields.items():
        for variable in env_names(name, field):
            monkeypatch.delenv(variable, raising=False)
    redis_url = SecretStr(server_url) if server_url else None
    return Settings(_env_file=None, fortochka_home=server_home, redis_url=redis_url)


@pytest.fixture
async def store(settings: Settings) -> AsyncIterator[Store]:
    """An empty store on a real server."""
    async with open_store(settings) as store:
        await store.redis.flushdb()
        yield store


@pytest.fixture
def free_port() -> int:
    """A port of this machine that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
