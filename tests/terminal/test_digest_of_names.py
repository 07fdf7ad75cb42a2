"""``fortochka digest NAME`` is about NAME, an empty one says why; lines end between words."""

import asyncio
import json
import os
import pty
import re
import struct
import sys
import termios
from collections.abc import Sequence
from datetime import timedelta
from fcntl import ioctl
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from bot.config import Settings
from bot.errors import CommandError
from bot.model import utc_now
from bot.store import open_store
from bot.terminal.digest import print_channels_digest, print_topic_page, search
from tests.e2e.bot_process import ROOT, environment
from tests.fakes.entries import make_entry
from tests.fakes.pages import page, written
from tests.fakes.tme import FakeTme
from tests.telegram.seeding import put

pytestmark = pytest.mark.slow
TEXT = "The {} model reads {} posts a second on a laptop, and its weights take two bits now."
COLUMNS = 50


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FORTOCHKA_HOME", str(tmp_path / "home"))
    for name in ("REDIS_URL", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


def _found(capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, Any], str]:
    """The JSON that was printed, what stood before it being the log of a test; and stderr."""
    said = capsys.readouterr()
    found = json.loads(said.out[said.out.index('{\n  "version"') :])
    assert isinstance(found, dict)
    return found, said.err


async def test_a_digest_of_names_is_about_these(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = utc_now()
    async with FakeTme() as site:
        monkeypatch.setenv("PREVIEW_BASE_URL", site.base_url)
        for number, name in enumerate(("lantern", "anchor"), 1):
            post = written(number, TEXT.format(name.title(), number * 100), at=now)
            site.serve(f"pane_{name}", page(f"pane_{name}", [post], channel_id=number))
        site.serve(
            "pane_old", page("pane_old", [written(7, hours_ago=24 * 9, at=now)], channel_id=7)
        )
        for names, sources in (
            (["pane_lantern"], {"pane_lantern"}),
            (["@pane_anchor"], {"pane_anchor"}),
            (["pane_lantern", "pane_anchor"], {"pane_lantern", "pane_anchor"}),
        ):
            await print_channels_digest(names, "day", "en", how="json")
            found, _ = _found(capsys)
            told = {each["channel"].strip("@") for s in found["stories"] for each in s["sources"]}
            assert told == sources
            assert found["channels"] == len(sources)
        await print_channels_digest([], "day", "en", how="json")
        assert _found(capsys)[0]["channels"] == 2
        await print_channels_digest(["pane_old"], "day", "en", how="json")
        found, errors = _found(capsys)
    assert found["stories"] == []
    newest = now - timedelta(days=9)
    assert f"the newest one of these channels is from {newest:%Y-%m-%d %H:%M} UTC" in errors


async def test_an_empty_digest_says_why(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await print_channels_digest([], "day", "en")
    assert "no post is stored: name channels to read" in capsys.readouterr().err
    advert = make_entry("pane_one", 1, kind="promo", at=utc_now())
    async with open_store(Settings(_env_file=None, fortochka_home=home)) as store:
        await put(store, advert)
    await print_channels_digest([], "day", "en")
    assert "of 1 post from" in (said := capsys.readouterr().err)
    assert "only counted: promo 1" in said


async def test_a_search_as_json(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entry = make_entry("pane_one", 1, text="Weights of the Lantern model.", at=utc_now())
    async with open_store(Settings(_env_file=None, fortochka_home=home)) as store:
        await put(store, entry)
    await search("lantern", "en", utc_now(), as_json=True)
    found, _ = _found(capsys)
    assert (found["query"], found["total"]) == ("lantern", 1)
    assert [post["url"] for post in found["posts"]] == [entry.post.url]
    await search("nowhere", "en", utc_now(), as_json=True)
    assert _found(capsys)[0]["posts"] == []
    with pytest.raises(CommandError, match="search: no words"):
        await search("", "en", utc_now(), as_json=True)
    await print_topic_page("quantization", "en", "json")
    assert len(_found(capsys)[0]["stories"]) == 1


async def _in_a_terminal(home: Path, columns: int, arguments: Sequence[str]) -> str:
    """What a command prints on a terminal of that width, without its formatting."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        cwd=home,
        env={**environment(home), "PYTHONPATH": str(ROOT), "TERM": "xterm"},
        stdout=theirs,
        stderr=asyncio.subprocess.DEVNULL,
    )
    os.close(theirs)
    said = b""
    while chunk := await asyncio.to_thread(_read, ours):
        said += chunk
    os.close(ours)
    assert await process.wait() == 0
    return re.sub(r"\x1b\]8;[^\x1b]*\x1b\\|\x1b\[[\d;]*m", "", said.decode()).replace("\r", "")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # its other end is closed
        return b""


async def test_lines_on_a_terminal_end_between_words(tmp_path: Path) -> None:
    narrow = await _in_a_terminal(tmp_path, COLUMNS, ["demo", "--lang", "en"])
    wide = await _in_a_terminal(tmp_path, 2_000, ["demo", "--lang", "en"])
    lines = narrow.splitlines()
    assert max(map(cell_len, lines)) <= COLUMNS
    assert len(lines) > len(wide.splitlines())
    ruled = re.compile("[─ ]+|[0-9.]+ s$")
    assert [word for word in narrow.split() if not ruled.fullmatch(word)][:-2] == [
        word for word in wide.split() if not ruled.fullmatch(word)
    ][:-2]
