"""R1 and R4 for the embedded server: it is started again when it dies, and never twice."""

import asyncio
import os
import signal
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.store.connection.embedded import embedded
from bot.store.errors import ServerError
from tests.waiting import EVENT_S


def _pid(home: Path) -> int:
    return int((home / "redis.pid").read_text())


@pytest.mark.slow
async def test_r1_a_server_that_dies_is_started_again_with_its_data(home: Path) -> None:
    async with embedded(home) as socket, Redis(unix_socket_path=socket) as redis:
        await redis.set("kept", "1")
        await redis.waitaof(1, 0, 5000)
        died = _pid(home)
        os.kill(died, signal.SIGKILL)
        async with asyncio.timeout(EVENT_S):
            while await _kept(socket) != b"1":  # noqa: ASYNC110 - another process tells nothing
                await asyncio.sleep(0.05)
        assert _pid(home) != died


async def _kept(socket: str) -> object:
    try:
        async with Redis(unix_socket_path=socket) as redis:
            return await redis.get("kept")
    except RedisError:
        return None


@pytest.mark.slow
async def test_r1_a_passer_by_does_not_stop_the_server_that_it_started_again(home: Path) -> None:
    async with embedded(home) as socket:
        os.kill(_pid(home), signal.SIGKILL)
        async with embedded(home):
            async with asyncio.timeout(EVENT_S):
                while await _present(socket) < 2:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
        assert await _present(socket) == 1


async def _present(socket: str) -> int:
    async with Redis(unix_socket_path=socket, decode_responses=True) as redis:
        names = [str(client["name"]) for client in await redis.client_list()]
    return sum(name.startswith("fortochka-present") for name in names)


@pytest.mark.slow
async def test_r4_beside_a_frozen_server_no_second_one_is_started(home: Path) -> None:
    async with embedded(home):
        frozen = _pid(home)
        os.kill(frozen, signal.SIGSTOP)
        try:
            with pytest.raises(ServerError):
                async with embedded(home):
                    pass
        finally:
            os.kill(frozen, signal.SIGCONT)
        assert _pid(home) == frozen


@pytest.mark.slow
async def test_r10_a_server_that_died_on_damaged_data_is_told_of_with_the_command(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with embedded(home) as socket, Redis(unix_socket_path=socket) as redis:
        await redis.set("kept", "1")
        await redis.waitaof(1, 0, 5000)
        os.kill(_pid(home), signal.SIGSTOP)  # it writes nothing more, and nobody starts another
        [file] = (home / "appendonlydir").glob("*.incr.aof")
        whole = file.read_bytes()
        file.write_bytes(whole + b"\x00" * 50)
        os.kill(_pid(home), signal.SIGKILL)
        async with asyncio.timeout(EVENT_S):
            while "run fortochka repair" not in capsys.readouterr().out:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            file.write_bytes(whole)
            while await _kept(socket) != b"1":  # noqa: ASYNC110
                await asyncio.sleep(0.05)
