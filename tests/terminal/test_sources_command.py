"""Sources in the terminal: beside a running bot and without one, as files in three forms."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot import config
from bot.errors import CommandError
from bot.model import Subscription
from bot.store import open_store
from bot.terminal.sources.command import SourcesAsked, handle_sources
from bot.terminal.sources.lists import SOURCE_FORMATS
from tests.e2e.bot_process import bot, end_server, environment
from tests.e2e.command import command
from tests.fakes.entries import NOON
from tests.fakes.pages import page, written
from tests.fakes.tme import FakeTme, redirect

pytestmark = pytest.mark.slow

NAMES = ("demo_one", "demo_two", "demo_three")


@pytest.fixture
async def site() -> AsyncIterator[FakeTme]:
    async with FakeTme() as site:
        for number, name in enumerate(NAMES, 1):
            title = f"[{name}] & «co»"
            site.serve(name, page(name, [written(1)], channel_id=1_000_000 + number, title=title))
        site.script("/s/demo_gone", redirect("/demo_gone"))
        yield site


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    end_server(tmp_path)


@pytest.fixture
def alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, site: FakeTme
) -> Iterator[pytest.MonkeyPatch]:
    """No bot runs, and the settings are those of an empty environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FORTOCHKA_HOME", str(tmp_path / "first"))
    monkeypatch.setenv("PREVIEW_BASE_URL", site.base_url)
    monkeypatch.setenv("CHANNELS", "demo_one")
    yield monkeypatch


async def do(*words: str, how: str | None = None, look: bool = True) -> None:
    """The command, as it is typed."""
    await handle_sources(SourcesAsked(words[0], words[1:], how, look))


async def listed(capsys: pytest.CaptureFixture[str]) -> dict[str, bool]:
    """Which sources there are, and whether each is paused."""
    capsys.readouterr()
    await do("ls", how="json")
    rows = json.loads(capsys.readouterr().out)
    return {row["handle"]: row["paused"] for row in rows}


async def test_a_running_bot_reads_what_is_added_beside_it(home: Path, site: FakeTme) -> None:
    known: dict[str, Any] = {"PREVIEW_BASE_URL": site.base_url, "CHANNELS": "demo_one,demo_two"}
    async with bot(environment(home, **known), "collect") as process:
        started = json.loads(await process.said('"started"'))
        assert (started["sources"], started["names"]) == (2, "@demo_one, @demo_two")
        assert started["paused"] == 0
        added = ("t.me/demo_three/7", "demo_gone", "q2")
        ended = await command(home, "sources", "add", *added, **known)
        assert ended.code == 1
        assert ended.out == "added: @demo_three\n"
        assert ended.err.splitlines() == [
            "fortochka: sources: q2 is no channel's name",
            "sources: @demo_gone: there is no such channel: check the spelling of its name",
        ]
        looks = "/s/demo_three"  # the command's, then the bot's
        await site.until(lambda seen: sum(each.path == looks for each in seen.requests) > 1)
        assert await process.terminate() == 0


@pytest.mark.parametrize("form", SOURCE_FORMATS)
async def test_a_list_goes_out_and_comes_into_another_store(
    form: str,
    alone: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await do("add", "demo_two", "demo_three")
    await do("pause", "@Demo_Two")
    there = {"demo_one": False, "demo_two": True, "demo_three": False}
    assert await listed(capsys) == there
    file = tmp_path / f"sources.{form}"
    await do("export", str(file))
    alone.setenv("FORTOCHKA_HOME", str(tmp_path / "second"))
    alone.setenv("CHANNELS", "")
    assert await listed(capsys) == {}
    await do("import", str(file))
    assert await listed(capsys) == there
    await do("export", how=form)
    assert capsys.readouterr().out.count("demo_two") == file.read_text("utf-8").count("demo_two")
    await do("import", str(file))
    assert "here already: 3" in capsys.readouterr().out


async def test_what_is_removed_stays_so_until_it_is_added(
    alone: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await do("add", "demo_two")
    with pytest.raises(CommandError, match="sources: demo_none is no source") as caught:
        await do("rm", "demo_none", "t.me/demo_one", "[demo_two] & «co»")
    assert len(str(caught.value).splitlines()) == 1
    assert await listed(capsys) == {}
    await do("add", "demo_two")
    await do("pause", "demo_two")
    await do("ls")
    assert "0 read, 1 paused" in capsys.readouterr().out
    await do("add", "demo_one", "demo_two")
    assert await listed(capsys) == {"demo_one": False, "demo_two": False}


async def test_what_cannot_be_looked_at_is_added_and_said(
    alone: pytest.MonkeyPatch, site: FakeTme, capsys: pytest.CaptureFixture[str]
) -> None:
    alone.setenv("PREVIEW_BASE_URL", "http://127.0.0.1:9")
    await do("add", "demo_two")
    many = [f"demo_{number}" for number in range(1_000)]
    await do("add", *many, look=False)
    said = capsys.readouterr().out
    assert "added without a look: 1; " in said
    assert "added without a look: 1000; " in said
    assert len(await listed(capsys)) == 1_002
    assert not site.requests


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("move", "x"), "sources: no such action: move; there are ls, add, rm, pause, resume,"),
        (("add",), "sources: name channels to add"),
        (("rm",), "sources: name channels: fortochka sources rm @one"),
        (("import",), "sources: name a file to import"),
        (("import", "missing"), "missing: No such file or directory"),
        (("export", "no/such/folder.opml"), "sources: no/such/folder.opml: No such file"),
    ],
)
async def test_a_wrong_wish_is_one_line(
    alone: pytest.MonkeyPatch, words: tuple[str, ...], reason: str
) -> None:
    with pytest.raises(CommandError) as caught:
        await do(*words)
    assert str(caught.value).startswith(reason)


async def test_a_channel_that_digests_go_to_is_not_read(alone: pytest.MonkeyPatch) -> None:
    async with open_store(config.load()) as store:
        there = Subscription(chat_id=-1001000002)
        await store.subscriptions.save(there, NOON)
        with pytest.raises(CommandError, match="@demo_two: digests are published there"):
            await do("add", "demo_two")
