"""Files that are no whole backup, places that take none: one line each, and nothing is changed."""

import gzip
import json
import re
import resource
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot import __version__
from bot.errors import CommandError
from bot.store import Store
from bot.store.errors import BackupError
from bot.terminal.upkeep.backing_up import back_up, put_back
from tests.store.backing_up import backed_up, everything, fill

Lines = list[bytes]


@pytest.fixture
async def path(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A backup of a store with data; commands of the terminal go to an emptied one."""
    await fill(store)
    made = await backed_up(store, tmp_path)
    pool = store.redis.connection_pool.connection_kwargs
    monkeypatch.setenv("FORTOCHKA_HOME", str(tmp_path))
    monkeypatch.setenv("REDIS_URL", f"unix://{pool['path']}?db={pool.get('db') or 0}")
    return made


def _lines(path: Path) -> Lines:
    return gzip.decompress(path.read_bytes()).splitlines(keepends=True)


def _set(line: bytes, **fields: object) -> bytes:
    return json.dumps({**json.loads(line), **fields}).encode() + b"\n"


def _at(lines: Lines, name: str) -> int:
    return next(n for n, line in enumerate(lines) if line.startswith(f'{{"key":"{name}'.encode()))


def _cut(lines: Lines) -> Lines:
    return lines[:-1]


def _without_a_line(lines: Lines) -> Lines:
    return [*lines[:9], *lines[10:]]


def _newer_form(lines: Lines) -> Lines:
    return [_set(lines[0], fortochka_backup=2, program="9.9"), *lines[1:]]


def _newer_layout(lines: Lines) -> Lines:
    return [_set(lines[0], layout=2, program="9.9"), *lines[1:]]


def _newer_entry(lines: Lines) -> Lines:
    at = _at(lines, "entry:")
    newer, changed = re.subn(rb'"json":\{"v":\d+', b'"json":{"v":99', lines[at])
    assert changed == 1
    return [*lines[:at], newer, *lines[at + 1 :]]


def _unknown_kind(lines: Lines) -> Lines:
    newer = _set(lines[0], program="9.9")
    return [newer, b'{"key":"novelty:1","type":"string","value":"x"}\n', *lines[1:]]


def _no_json(lines: Lines) -> Lines:
    return [*lines[:4], b"{not json\n", *lines[5:]]


def _wrong_type(lines: Lines) -> Lines:
    return [*lines[:4], b'{"key":"post:@a/1","type":"set","value":["x"]}\n', *lines[5:]]


def _wrong_value(lines: Lines) -> Lines:
    return [*lines[:4], b'{"key":"due","type":"zset","value":[["1"]]}\n', *lines[5:]]


def _wrong_expiry(lines: Lines) -> Lines:
    text = b'{"key":"username","type":"string","expires":"soon","value":"x"}\n'
    return [*lines[:4], text, *lines[5:]]


def _more_behind(lines: Lines) -> Lines:
    return [*lines, lines[5]]


def _foreign(lines: Lines) -> Lines:
    return [b"CREATE TABLE posts;\n"] * len(lines)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_cut, "was cut after line"),
        (_without_a_line, "but should have"),
        (_newer_form, f"made by fortochka 9.9, in form 2 .* this is {re.escape(__version__)}"),
        (_newer_layout, "of layout 2; .* a program as new as that"),
        (_newer_entry, r"is of a newer program: Entry of version 99, and this one knows \d"),
        (_unknown_kind, "line 2: novelty:1 is a key of no kind .* made by fortochka 9.9"),
        (_no_json, "line 5: it is no JSON"),
        (_wrong_type, "line 5: post:@a/1 must be a hash"),
        (_wrong_value, "line 5: due has no value of a zset"),
        (_wrong_expiry, "line 5: username expires at no instant"),
        (_more_behind, "stands behind the end"),
        (_foreign, "is no backup of fortochka"),
    ],
)
async def test_a_file_that_is_no_whole_backup_changes_nothing(
    path: Path, store: Store, spoil: Callable[[Lines], Lines], said: str
) -> None:
    path.write_bytes(gzip.compress(b"".join(spoil(_lines(path)))))
    await _refused(path, store, said)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda raw: raw[: len(raw) // 2], "was cut after line"),
        (lambda raw: raw[:-200] + b"\x00" * 100 + raw[-100:], "is damaged|is no JSON"),
        (lambda _: b"", "is no backup of fortochka"),
        (lambda _: b"SQLite format 3\x00", "is no backup of fortochka"),
    ],
    ids=["half", "zeros", "empty", "another program's"],
)
async def test_bytes_that_are_damaged_change_nothing(
    path: Path, store: Store, damage: Callable[[bytes], bytes], said: str
) -> None:
    path.write_bytes(damage(path.read_bytes()))
    await _refused(path, store, said)


async def _refused(path: Path, store: Store, said: str) -> None:
    before = await everything(store.redis)
    for merge in (False, True):
        with pytest.raises(BackupError, match=said) as failed:
            await put_back(path, merge=merge, as_json=False)
        assert "\n" not in str(failed.value)
    assert await everything(store.redis) == before


async def test_a_missing_file_is_named(path: Path) -> None:
    with pytest.raises(BackupError, match="No such file"):
        await put_back(path.with_name("none"), merge=False, as_json=False)


@contextmanager
def _full(size: int) -> Iterator[None]:
    """No file of this process may grow beyond these bytes, as on a disk without room."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [100, 20_000], ids=["at once", "half-way"])
async def test_without_room_the_last_backup_stays_and_no_half_one(path: Path, size: int) -> None:
    before = path.read_bytes()
    with _full(size), pytest.raises(CommandError, match="nothing was written"):
        await back_up(path, as_json=False)
    assert path.read_bytes() == before
    assert not [*path.parent.glob(".*")]


async def test_what_is_no_backup_is_not_written_over(path: Path) -> None:
    env = path.with_name(".env")
    env.write_text("TELEGRAM_BOT_TOKEN=1:x\n")
    with pytest.raises(CommandError, match="is there and no backup"):
        await back_up(env, as_json=False)
    assert env.read_text() == "TELEGRAM_BOT_TOKEN=1:x\n"
    with pytest.raises(CommandError, match="is no folder"):
        await back_up(path / "below", as_json=False)
    await back_up(path, as_json=False)  # an older one is
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_an_empty_store_is_not_backed_up(path: Path, store: Store) -> None:
    before = path.read_bytes()
    await store.redis.flushdb()
    with pytest.raises(CommandError, match="the store is empty"):
        await back_up(path, as_json=False)
    assert path.read_bytes() == before


async def test_the_terminal_says_what_was_done(
    path: Path, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    await back_up(path, as_json=False)
    await store.redis.flushdb()
    await put_back(path, merge=False, as_json=False)
    await put_back(path, merge=True, as_json=True)
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith(f"{path}: the store as of ")
    assert said[1].startswith("readers 3 · sources 1 · posts 52 · unread 1 · entries 51 · ")
    assert re.fullmatch(r"\d+\.\d MB, \d+\.\d s; keep \.env apart from it", said[2])
    assert said[3].startswith("restored: the store as of ")
    assert said[5] == "next: fortochka run"
    assert json.loads("\n".join(said[6:]))["holds"]["unread"] == 1
