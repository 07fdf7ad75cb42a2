"""An operator's life, told by the real program: set up, run, back up, restore, go on."""

import gzip
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.e2e.bot_process import BotProcess, bot, end_server, environment
from tests.e2e.command import command
from tests.e2e.time_passes import slot_has_come, this_minute
from tests.fakes.botapi import TOKEN, FakeBotApi
from tests.fakes.openai import FakeOpenAI
from tests.fakes.pages import page, written
from tests.fakes.tme import FakeTme
from tests.store.faulty import store_at
from tests.waiting import eventually

READER, ASKER = 100, 200
TEXTS = (
    "Windowframe is a made-up compressor of weights: two bits for each, chosen by a table that is "
    "learned in an hour on one card. The authors compare it with five others on long contexts.",
    "A made-up survey of agents that ask before they act: forty works since spring, by what they "
    "may undo. Half of them never say how often they asked, which makes them hard to compare.",
    "An invented corpus of spoken fairy tales in nine languages is out, with transcripts by hand "
    "and a licence that allows everything. Its makers want a benchmark of long audio, no words.",
)
SECRET = "a-made-up-key-that-nobody-may-see"
pytestmark = pytest.mark.slow


def _digests(api: FakeBotApi) -> list[str]:
    return [text for text in api.sent(READER) if text.startswith("🗞 Digest")]


async def _printed(home: Path, env: Mapping[str, str], at: datetime) -> str:
    """The digest of the stored posts as of an instant, composed without a model."""
    asked = ("digest", "--as-of", at.isoformat(), "--lang", "en")
    ended = await command(home, *asked, FORTOCHKA_HOME=env["FORTOCHKA_HOME"])
    assert ended.code == 0, ended.err
    return ended.out


async def _reads(process: BotProcess, model: FakeOpenAI) -> None:
    await process.said('"event": "read"')

    async def all_read() -> bool:
        return sum('"event": "read"' in line for line in process.log) == len(TEXTS)

    await eventually(all_read)
    assert model.posts


async def _sets_up(home: Path, api: FakeBotApi, model: FakeOpenAI, site: FakeTme) -> None:
    """Answer the setup by options, secrets by files; it writes ``.env`` and ends with a link."""
    (home / "token").write_text(TOKEN, "utf-8")
    (home / "key").write_text(SECRET, "utf-8")
    options = ("--token-file", "token", "--base-url", model.url, "--api-key-file", "key")
    ended = await command(
        home,
        *("setup", *options, "--channels", "demo_one", "--yes"),
        TELEGRAM_API_BASE=api.url,
        PREVIEW_BASE_URL=site.base_url,
    )
    assert ended.code == 0, ended.err
    assert "?start=own_" in ended.out
    assert TOKEN not in ended.out
    assert (home / ".env").stat().st_mode & 0o777 == 0o600


async def _lives(env: Mapping[str, str], api: FakeBotApi, model: FakeOpenAI, file: Path) -> None:
    """Read, take in two readers, send one a digest, and back up before the end."""
    async with bot(env) as old:
        await _reads(old, model)
        api.say(f"/subscribe {this_minute()}", READER)
        api.say("/subscribe 03:00", ASKER)
        await api.until(lambda fake: bool(fake.sent(READER) and fake.sent(ASKER)))
        async with store_at(f"unix://{env['FORTOCHKA_HOME']}/redis.sock") as store:
            await slot_has_come(store, READER)
        await api.until(lambda fake: bool(_digests(fake)))
        made = await command(Path(env["HOME"]), "backup", str(file), "--json")
        assert made.code == 0, made.err
        assert json.loads(made.out)["holds"]["readers"] == 2
        assert await old.terminate() == 0


async def _goes_on(env: Mapping[str, str], api: FakeBotApi) -> None:
    """Start in the new home; a reader asks for the settings, which are those of before."""
    told = len(api.deliveries)
    async with bot(env) as fresh:
        await fresh.said('"event": "started"')
        api.say("/settings", ASKER)
        await api.until(lambda fake: len(fake.deliveries) > told)
        assert "03:00" in api.sent(ASKER)[-1]
        assert await fresh.terminate() == 0
    assert len(api.deliveries) == told + 1


async def test_an_operator_moves_to_another_home_and_nobody_is_told_twice(home: Path) -> None:
    new, file = home / "new", home / "b.jsonl.gz"
    new.mkdir()
    async with FakeBotApi() as api, FakeOpenAI() as model, FakeTme() as site:
        at = datetime.now(UTC).replace(microsecond=0)
        posts = [written(n, text, at=at, hours_ago=n) for n, text in enumerate(TEXTS, 1)]
        site.serve("demo_one", page("demo_one", posts))
        await _sets_up(home, api, model, site)
        outside = {"TELEGRAM_API_BASE": api.url, "PREVIEW_BASE_URL": site.base_url}
        env = environment(home, LANGUAGES="en", **outside)
        await _lives(env, api, model, file)
        shown, asked = await _printed(home, env, at), len(model.posts)
        moved = environment(home, **{**outside, "FORTOCHKA_HOME": str(new / "data")})
        try:
            back = await command(home, "restore", str(file), FORTOCHKA_HOME=str(new / "data"))
            assert back.code == 0, back.err
            assert await _printed(home, moved, at) == shown
            await _goes_on(moved, api)
        finally:
            end_server(new)
    assert len(_digests(api)) == 1
    assert len(model.posts) == asked
    text = gzip.decompress(file.read_bytes()).decode()
    assert SECRET not in text
    assert TOKEN not in text
