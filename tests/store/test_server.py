"""The embedded server and the check of a foreign one."""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.config import Settings
from bot.store import open_store
from bot.store.connection.connect import problems
from bot.store.connection.embedded import embedded, socket_path
from bot.store.errors import StoreError

HOLDER = """
import asyncio, sys
from pathlib import Path
from bot.store.connection.embedded import embedded

async def main():
    async with embedded(Path(sys.argv[1])):
        print("up", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="ftk") as folder:
        yield Path(folder)


async def test_it_is_private_durable_and_ends_with_its_last_user(home: Path) -> None:
    async with embedded(home) as first, embedded(home) as second:
        assert first == second
        assert (Path(first).stat().st_mode & 0o777) == 0o600
        async with Redis(unix_socket_path=first, decode_responses=True) as redis:
            config = await redis.config_get("*")
            await redis.set("kept", "1")
        assert (config["port"], config["appendonly"]) == ("0", "yes")
        assert config["maxmemory-policy"] == "noeviction"
    assert not (home / "redis.sock").exists()
    async with embedded(home) as again, Redis(unix_socket_path=again) as redis:
        assert await redis.get("kept") == b"1"


async def test_what_was_accepted_survives_a_killed_owner_and_a_killed_server(home: Path) -> None:
    owner = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDER, str(home), stdout=asyncio.subprocess.PIPE
    )
    assert owner.stdout is not None
    assert await owner.stdout.readline() == b"up\n"
    async with Redis(unix_socket_path=str(socket_path(home))) as redis:
        await redis.set("kept", "1")
        await redis.waitaof(1, 0, 5000)
    owner.kill()
    await owner.wait()
    os.kill(int((home / "redis.pid").read_text()), signal.SIGKILL)
    async with embedded(home) as socket, Redis(unix_socket_path=socket) as redis:
        assert await redis.get("kept") == b"1"


async def test_a_data_directory_with_a_long_path_works(home: Path) -> None:
    deep = home / ("d" * 90) / "data"
    async with embedded(deep) as socket, Redis(unix_socket_path=socket) as redis:
        assert len(socket) <= 100
        assert await redis.ping()
        assert (Path(socket).parent.stat().st_mode & 0o777) == 0o700
    Path(socket).parent.rmdir()


@pytest.mark.parametrize(
    ("info", "says"),
    [
        ({"redis_version": "6.2.1"}, "7.0 or newer"),
        ({"redis_version": "7.2.4", "maxmemory_policy": "allkeys-lru"}, "noeviction"),
        ({"redis_version": "7.2.4", "aof_enabled": 0}, "appendonly yes"),
        ({"redis_version": "7.2.4", "aof_enabled": 0, "loading": 1}, "still loading"),
    ],
)
def test_a_server_that_would_lose_data_is_named_with_the_fix(
    info: dict[str, object], says: str
) -> None:
    [problem] = problems(info, "redis.example")
    assert problem.startswith("REDIS_URL: redis.example")
    assert says in problem


def test_a_good_server_has_no_problem() -> None:
    assert problems({"redis_version": "7.2.4", "aof_enabled": 1}, "x") == []


@pytest.mark.parametrize("url", ["redis://:secret@127.0.0.1:1/0", "http://nonsense"])
async def test_an_unreachable_server_is_one_line_without_the_secret(
    settings: Settings, url: str
) -> None:
    bad = Settings(_env_file=None, redis_url=url)
    with pytest.raises(StoreError) as caught:
        async with open_store(bad):
            pass
    assert "REDIS_URL" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_a_real_server_that_evicts_is_refused(home: Path) -> None:
    async with embedded(home) as socket:
        async with Redis(unix_socket_path=socket) as redis:
            await redis.config_set("maxmemory-policy", "allkeys-lru")
        with pytest.raises(StoreError, match="noeviction"):
            async with open_store(Settings(_env_file=None, redis_url=f"unix://{socket}")):
                pass


async def test_newer_data_is_refused(home: Path) -> None:
    async with embedded(home) as socket, Redis(unix_socket_path=socket) as redis:
        await redis.set("ftk:schema:version", "99")
        with pytest.raises(StoreError, match="layout 99"):
            async with open_store(Settings(_env_file=None, fortochka_home=home)):
                pass
