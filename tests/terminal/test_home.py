"""FORTOCHKA_HOME: one that cannot be written to is one line; what is in it is its user's alone."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.e2e.bot_process import bot, environment
from tests.e2e.command import command
from tests.fakes.botapi import TOKEN, FakeBotApi

pytestmark = pytest.mark.slow

COMMANDS = (
    ("dead",),
    ("costs",),
    ("search", "lora"),
    ("topic", "lora"),
    ("digest",),
    ("import", "result.json"),
    ("reanalyse",),
    ("run", "collect"),
)
_FEW_RIGHTS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner,-chown")
"""Makes of root a user whom modes and owners stop."""


@pytest.fixture
def few_rights() -> Sequence[str]:
    if os.getuid() or subprocess.run([*_FEW_RIGHTS, "true"], check=False).returncode:
        pytest.skip("only root can give up rights here")
    return _FEW_RIGHTS


def _file(folder: Path) -> Path:
    home = folder / "taken"
    home.touch()
    return home


def _below_a_file(folder: Path) -> Path:
    return _file(folder) / "home"


def _pseudo(_: Path) -> Path:
    return Path("/proc/fortochka")


def _device(_: Path) -> Path:
    return Path("/dev/null")


@pytest.fixture(params=[_file, _below_a_file, _pseudo, _device], ids=lambda make: make.__name__)
def bad_home(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    make: Callable[[Path], Path] = request.param
    return make(tmp_path)


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
async def test_a_home_that_cannot_be_written_to_is_one_line(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "result.json").write_text("{}")
    ended = await command(tmp_path, *arguments, FORTOCHKA_HOME=str(_below_a_file(tmp_path)))
    assert ended.code == 1
    [line] = [said for said in ended.err.splitlines() if "starting" not in said]
    assert line.startswith(f"fortochka: FORTOCHKA_HOME: {tmp_path / 'taken' / 'home'} ")


async def test_every_kind_of_bad_home_is_one_line(tmp_path: Path, bad_home: Path) -> None:
    ended = await command(tmp_path, "dead", FORTOCHKA_HOME=str(bad_home))
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    assert ended.err.startswith(f"fortochka: FORTOCHKA_HOME: {bad_home} cannot be written to (")


async def test_a_bad_home_is_a_row_of_the_doctor_that_goes_on(
    tmp_path: Path, bad_home: Path
) -> None:
    ended = await command(tmp_path, "doctor", "--json", FORTOCHKA_HOME=str(bad_home))
    rows = {row["part"]: row for row in json.loads(ended.out)}
    assert (ended.code, rows["Home"]["mark"], rows["Store"]["mark"]) == (1, "✗", "✗")
    assert "FORTOCHKA_HOME" in rows["Home"]["says"]
    assert "Zones" in rows
    assert ended.err.startswith("fortochka: doctor: Home, Store")
    assert len(ended.err.splitlines()) == 1


async def test_a_users_home_that_is_no_folder_is_one_line(tmp_path: Path) -> None:
    ended = await command(tmp_path, "dead", HOME="/dev/null", FORTOCHKA_HOME="")
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    assert ended.err.startswith("fortochka: FORTOCHKA_HOME: /dev/null/.local/share/fortochka ")


async def test_a_home_of_another_user_is_one_line(
    tmp_path: Path, few_rights: Sequence[str]
) -> None:
    home = tmp_path / "theirs"
    home.mkdir(mode=0o755)
    os.chown(home, 65_534, 65_534)
    for arguments in COMMANDS[:3]:
        ended = await command(tmp_path, *arguments, before=few_rights, FORTOCHKA_HOME=str(home))
        assert (ended.code, len(ended.err.splitlines())) == (1, 1)
        assert f"FORTOCHKA_HOME: {home} cannot be written to (Permission denied)" in ended.err


async def test_settings_that_this_user_may_not_read_are_one_line(
    tmp_path: Path, few_rights: Sequence[str]
) -> None:
    settings = tmp_path / ".env"
    settings.write_text("OPENAI_API_KEY=sk-somebody-elses\n")
    settings.chmod(0o600)
    os.chown(settings, 65_534, 65_534)
    ended = await command(tmp_path, "doctor", before=few_rights)
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (1, "", 1)
    assert ended.err.startswith("fortochka: .env: cannot be read (Permission denied); ")


@contextmanager
def _mounted(folder: Path, options: str) -> Iterator[Path]:
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if subprocess.run(mount, stderr=subprocess.DEVNULL, check=False).returncode:
        pytest.skip("a small file system cannot be mounted here")
    with ExitStack() as stack:
        stack.callback(subprocess.run, ["umount", str(folder)], check=True)
        yield folder


async def test_a_read_only_home_is_one_line(tmp_path: Path) -> None:
    with _mounted(tmp_path / "disk", "ro") as home:
        ended = await command(tmp_path, "dead", FORTOCHKA_HOME=str(home))
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    assert f"FORTOCHKA_HOME: {home} cannot be written to (Read-only file system)" in ended.err


async def test_a_home_on_a_full_disk_is_one_line(tmp_path: Path) -> None:
    with _mounted(tmp_path / "disk", "size=64k") as home:
        (home / "filler").write_bytes(bytes(60_000))
        ended = await command(tmp_path, "dead", FORTOCHKA_HOME=str(home))
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    assert f"FORTOCHKA_HOME: {home} cannot be written to (No space left on device)" in ended.err


async def test_the_demo_without_a_folder_for_its_data_is_one_line(tmp_path: Path) -> None:
    ended = await command(tmp_path, "demo", before=("prlimit", "--fsize=0:"))
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    assert ended.err.startswith("fortochka: demo: no folder for its data, see TMPDIR")


def _modes(folder: Path) -> dict[str, str]:
    found = [folder, *folder.rglob("*")]
    return {
        str(path.relative_to(folder.parent)): f"{path.lstat().st_mode & 0o777:03o}"
        for path in found
        if not path.is_symlink()
    }


def _open(modes: dict[str, str], *other_than: str) -> dict[str, str]:
    return {name: mode for name, mode in modes.items() if mode[1:] != "00"} | {
        name: mode
        for name, mode in modes.items()
        if mode not in ("600", "700") and name not in other_than
    }


def _widen(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o777 if path.is_dir() else 0o666)


async def test_what_is_made_is_its_users_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = ("sh", "-c", 'umask 000; exec "$@"', "sh")
    async with FakeBotApi() as api:
        known = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE": api.url}
        async with bot(environment(tmp_path, **known), before=before) as process:
            await process.said("started")
            await api.until(lambda fake: fake.queue.polls > 0)
            api.say("/search lora")
            await api.until(lambda fake: bool(fake.deliveries), 60)
            modes = _modes(tmp_path / "data")
            assert await process.terminate() == 0
    assert {"data/redis.sock", "data/read-model-6.db", "data/redis.log"} <= modes.keys()
    assert _open(modes) == {}


async def test_a_wide_home_of_before_is_closed_and_told_once(tmp_path: Path) -> None:
    home = tmp_path / "data"
    assert (await command(tmp_path, "search", "lora")).code == 0
    _widen(home)
    first, second = [await command(tmp_path, "search", "lora") for _ in range(2)]
    told = [line for line in first.err.splitlines() if "closed to other users" in line]
    assert (first.code, len(told)) == (0, 1)
    assert "closed to other users" not in second.err
    assert _open(_modes(home)) == {}


async def test_a_home_that_holds_other_things_keeps_its_mode_and_theirs(tmp_path: Path) -> None:
    assert (await command(tmp_path, "search", "lora", FORTOCHKA_HOME=str(tmp_path))).code == 0
    (tmp_path / "theirs").write_text("x")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_text("x")
    (tmp_path / "appendonlydir" / "link").symlink_to(outside)
    _widen(tmp_path)
    ended = await command(tmp_path, "doctor", FORTOCHKA_HOME=str(tmp_path))
    [row] = [line for line in ended.out.splitlines() if " Home " in line]
    assert row.startswith("! Home")
    modes = _modes(tmp_path)
    name = tmp_path.name
    assert [mode for each, mode in modes.items() if "appendonlydir/" in each] == ["600"] * 3
    assert (modes[f"{name}/appendonlydir"], modes[f"{name}/read-model-6.db"]) == ("700", "600")
    assert (modes[name], modes[f"{name}/theirs"]) == ("777", "666")
    assert (modes[f"{name}/outside"], modes[f"{name}/outside/file"]) == ("777", "666")


async def test_what_cannot_be_closed_is_named_by_the_doctor(
    tmp_path: Path, few_rights: Sequence[str]
) -> None:
    assert (await command(tmp_path, "search", "lora")).code == 0
    file = tmp_path / "data" / "dump.rdb"
    file.touch()
    file.chmod(0o666)
    os.chown(file, 65_534, 65_534)
    ended = await command(tmp_path, "doctor", before=few_rights)
    [row] = [line for line in ended.out.splitlines() if " Home " in line]
    assert row.startswith("✗ Home      open to other users: dump.rdb → chmod -R go= ")
