"""R10: a real server's files, broken in many ways, named at start and mended by a command."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.store.connection.embedded import embedded
from tests.e2e.bot_process import end_server
from tests.e2e.command import Ended, command

pytestmark = pytest.mark.slow

BEFORE, AFTER = 50, 50
"""Keys in the base file and in the increment."""

TS = 1_764_403_200_000  # ms; 2025-11-29 08:00:00 UTC
ADVICE = "run fortochka repair"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    end_server(tmp_path)


@pytest.fixture
async def folder(home: Path) -> Path:
    """The files of a server that has written some data twice over."""
    async with embedded(home / "data") as socket, Redis(unix_socket_path=socket) as redis:
        for number in range(BEFORE):
            await redis.set(f"before:{number}", "x" * 40)
        await redis.bgrewriteaof()
        while (await redis.info("persistence"))["aof_rewrite_in_progress"]:
            await redis.wait(0, 10)
        await redis.xadd("times", {"a": "1"}, id=f"{TS}-0")
        for number in range(AFTER - 1):
            await redis.set(f"after:{number}", "x" * 40)
    return home / "data" / "appendonlydir"


def _one(folder: Path, pattern: str) -> Path:
    [found] = folder.glob(pattern)
    return found


async def _keys(home: Path) -> int:
    async with embedded(home / "data") as socket, Redis(unix_socket_path=socket) as redis:
        return int(await redis.dbsize())


async def _fails_with_the_advice(home: Path) -> str:
    ended = await command(home, "dead")
    assert ended.code == 1
    [line] = ended.err.splitlines()
    assert line.startswith("fortochka: FORTOCHKA_HOME: ")
    assert line.endswith(ADVICE)
    return line


def _aside(home: Path) -> dict[str, bytes]:
    [kept] = (home / "data").glob("damaged-*")
    assert kept.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in kept.iterdir()} == {0o600}
    return {path.name: path.read_bytes() for path in kept.iterdir()}


def _garbage_tail(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"\x00" * 50)


def _words_tail(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"nothing that a server says\r\n")


@pytest.mark.parametrize("spoil", [_garbage_tail, _words_tail], ids=["zeros", "words"])
async def test_a_spoilt_tail_is_cut_and_all_before_it_is_back(
    home: Path, folder: Path, spoil: Callable[[Path], None]
) -> None:
    file = _one(folder, "*.incr.aof")
    size = file.stat().st_size
    spoil(file)
    spoilt = file.read_bytes()
    assert f"is damaged at byte {size}" in await _fails_with_the_advice(home)
    ended = await command(home, "repair", "--yes")
    assert (ended.code, ended.err) == (0, "")
    shown, lost, repaired, following = ended.out.splitlines()
    assert shown == f"{file.name} is damaged at byte {size}"
    assert f"the last {len(spoilt) - size} of {len(spoilt)} bytes of {file.name}" in lost
    assert "written after 2025-11-29 08:00:00 UTC" in lost
    assert repaired.startswith(f"repaired: {BEFORE + AFTER} keys are back")
    assert following == "next: fortochka run"
    assert _aside(home)[file.name] == spoilt
    assert await _keys(home) == BEFORE + AFTER


async def test_a_cut_tail_loses_the_last_command_alone(home: Path, folder: Path) -> None:
    file = _one(folder, "*.incr.aof")
    file.write_bytes(file.read_bytes()[:-3])
    ended = await command(home, "repair", "--yes")
    assert ended.code == 0
    assert await _keys(home) == BEFORE + AFTER - 1


async def test_an_unfinished_transaction_is_a_tail(home: Path, folder: Path) -> None:
    file = _one(folder, "*.incr.aof")
    begun = b"*1\r\n$5\r\nMULTI\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n"
    file.write_bytes(file.read_bytes() + begun)
    ended = await command(home, "repair", "--yes")
    assert f"the last {len(begun)} of " in ended.out
    assert ended.code == 0
    assert await _keys(home) == BEFORE + AFTER


def _spoil_middle(file: Path) -> None:
    data = bytearray(file.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 60] = b"?" * 60
    file.write_bytes(data)


async def test_whole_commands_behind_the_damage_are_lost_only_on_a_second_word(
    home: Path, folder: Path
) -> None:
    file = _one(folder, "*.incr.aof")
    _spoil_middle(file)
    spoilt = file.read_bytes()
    await _fails_with_the_advice(home)
    refused = await command(home, "repair", "--yes")
    assert refused.code == 1
    assert "whole commands stand behind the damage and are lost, too" in refused.out
    assert refused.err.splitlines()[-1].endswith("nothing was changed; agree by --yes --lose-rest")
    assert file.read_bytes() == spoilt
    assert not [*(home / "data").glob("damaged-*")]
    assert (await command(home, "repair", "--yes", "--lose-rest")).code == 0
    assert BEFORE < await _keys(home) < BEFORE + AFTER - 5
    assert _aside(home)[file.name] == spoilt


async def test_it_asks_and_without_a_yes_changes_nothing(home: Path, folder: Path) -> None:
    file = _one(folder, "*.incr.aof")
    _garbage_tail(file)
    spoilt = file.read_bytes()
    for answer in (b"", b"n\n"):
        ended = await command(home, "repair", stdin=answer)
        assert ended.code == 1
        assert ended.err.splitlines()[-1].endswith("repair: nothing was changed; agree by --yes")
    assert file.read_bytes() == spoilt
    assert (await command(home, "repair", stdin=b"y\n")).code == 0
    assert await _keys(home) == BEFORE + AFTER


@pytest.mark.parametrize("text", ["", "garbage\n", None], ids=["empty", "garbage", "missing"])
async def test_a_broken_list_of_the_files_is_written_anew(
    home: Path, folder: Path, text: str | None
) -> None:
    listed = folder / "appendonly.aof.manifest"
    if text is None:
        listed.unlink()
    else:
        listed.write_text(text)
    assert "appendonly.aof.manifest is " in await _fails_with_the_advice(home)
    ended = await command(home, "repair", "--yes")
    assert ended.code == 0
    assert "this would be lost: nothing" in ended.out
    assert await _keys(home) == BEFORE + AFTER


async def test_a_missing_increment_is_left_out_on_a_second_word(home: Path, folder: Path) -> None:
    _one(folder, "*.incr.aof").unlink()
    await _fails_with_the_advice(home)
    assert (await command(home, "repair", "--yes")).code == 1
    assert (await command(home, "repair", "--yes", "--lose-rest")).code == 0
    assert await _keys(home) == BEFORE


def _cut_base(base: Path) -> None:
    base.write_bytes(base.read_bytes()[:-12])


def _spoil_base(base: Path) -> None:
    data = bytearray(base.read_bytes())
    data[-40:-30] = b"X" * 10
    base.write_bytes(data)


def _empty_base(base: Path) -> None:
    base.write_bytes(b"")


@pytest.mark.parametrize("spoil", [_cut_base, _spoil_base, _empty_base, Path.unlink])
async def test_a_broken_base_file_is_beyond_repair_and_says_so(
    home: Path, folder: Path, spoil: Callable[[Path], None]
) -> None:
    base = _one(folder, "*.base.rdb")
    spoil(base)
    await _fails_with_the_advice(home)
    before = _files(folder)
    ended = await command(home, "repair", "--yes", "--lose-rest")
    assert ended.code == 1
    [line] = ended.err.splitlines()
    assert base.name in line and "cannot be repaired" in line
    assert _files(folder) == before
    advised = line.rpartition("CHANNELS: ")[2].partition(" && ")[0]
    assert os.system(advised) == 0  # noqa: ASYNC221 - what an operator types
    assert (await command(home, "dead")).code == 0


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


async def _nothing(home: Path) -> Ended:
    ended = await command(home, "repair")
    assert (ended.code, ended.err) == (0, "")
    return ended


async def test_whole_files_an_empty_increment_and_an_empty_home_need_no_repair(
    home: Path, folder: Path
) -> None:
    before = _files(folder)
    ended = await _nothing(home)
    assert ended.out == f"nothing to repair: the server loads {BEFORE + AFTER} keys\n"
    assert _files(folder) == before
    _one(folder, "*.incr.aof").write_bytes(b"")
    assert (await _nothing(home)).out.endswith(f"loads {BEFORE} keys\n")
    fresh = home / "fresh"
    fresh.mkdir()
    assert (await _nothing(fresh)).out.endswith("loads 0 keys\n")
    assert not [*(home / "data").glob("damaged-*")]


async def test_it_refuses_while_the_server_runs(home: Path, folder: Path) -> None:
    async with embedded(home / "data") as socket:
        ended = await command(home, "repair", "--yes")
        assert (ended.code, len(ended.err.splitlines())) == (1, 1)
        assert "stop the bot first" in ended.err
        os.unlink(socket)  # noqa: PTH108 - a socket that a cleaner of /tmp took
        ended = await command(home, "repair", "--yes")
        assert "stop the bot first" in ended.err
        os.kill(int((home / "data" / "redis.pid").read_text()), signal.SIGTERM)


async def test_a_server_of_ones_own_is_none_of_its_business(home: Path) -> None:
    ended = await command(home, "repair", REDIS_URL="redis://127.0.0.1:1/0")
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    assert "REDIS_URL is set" in ended.err
