"""The doctor as a process: every ✗ names the part and what mends it; secrets never show."""

import asyncio
import json
import re
import sys
from pathlib import Path

import pytest

from bench.chaos_server import OwnServer
from bot import __version__
from bot.config import Settings
from bot.store import open_store
from tests.e2e.bot_process import ROOT, environment
from tests.fakes.botapi import TOKEN, FakeBotApi
from tests.fakes.openai import FakeOpenAI
from tests.fakes.pages import page, written
from tests.fakes.tme import FakeTme, redirect
from tests.store.faulty import store_at

pytestmark = pytest.mark.slow

OTHER = TOKEN[::-1].replace(":", "")
WRONG = f"4242:{OTHER[:35]}"


async def _doctor(home: Path, *arguments: str, **variables: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "doctor", *arguments),
        cwd=home,
        env={**environment(home, **variables), "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


async def test_all_is_well(tmp_path: Path) -> None:
    async with FakeBotApi() as api, FakeOpenAI() as model, FakeTme() as site:
        site.serve("demo_one", page("demo_one", [written(1)]))
        code, said = await _doctor(
            tmp_path,
            "--json",
            TELEGRAM_BOT_TOKEN=TOKEN,
            TELEGRAM_API_BASE=api.url,
            OPENAI_BASE_URL=model.url,
            PREVIEW_BASE_URL=site.base_url,
            CHANNELS="demo_one",
            ADMIN_IDS="7",
        )
    assert code == 0, said
    rows = json.loads(said)
    assert rows[0] == {
        "mark": "✓",
        "part": "Fortochka",
        "says": f"version {__version__}",
        "fix": "",
    }
    parts = "Settings Home Store Telegram Owners Model Sources Disk Zones"
    assert {row["part"]: row["mark"] for row in rows[1:]} == dict.fromkeys(parts.split(), "✓")


async def test_each_trouble_is_named_with_its_fix_and_no_secret(tmp_path: Path) -> None:
    fakes = (FakeBotApi(), FakeOpenAI(key="sk-right-key-of-the-server"), FakeTme())
    async with fakes[0] as api, fakes[1] as model, fakes[2] as site:
        site.script("/s/demo_gone", redirect("/demo_gone"))
        code, said = await _doctor(
            tmp_path,
            TELEGRAM_BOT_TOKEN=WRONG,
            TELEGRAM_API_BASE=api.url,
            OPENAI_BASE_URL=model.url,
            OPENAI_API_KEY="sk-wrong-key-0123456789",
            PREVIEW_BASE_URL=site.base_url,
            CHANNELS="demo_gone",
        )
    assert code == 1
    broken = [line for line in said.splitlines() if line.startswith("✗")]
    assert [line.split()[1] for line in broken] == ["Telegram", "Model", "Sources"]
    assert all(" → " in line for line in broken)
    for secret in (WRONG, "sk-wrong-key-0123456789"):
        assert secret not in said


async def test_a_bot_without_an_owner_is_given_a_link_that_makes_one(tmp_path: Path) -> None:
    async with open_store(Settings(_env_file=None, fortochka_home=tmp_path / "data")) as store:
        await store.sources.seed(("demo_one", "demo_two"))
        await store.sources.rest("@demo_one", "removed")
        await store.sources.rest("@demo_two", "owner")
    async with FakeBotApi() as api, FakeTme() as site:
        api.can_join_groups = False
        known = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE": api.url}
        known |= {"CHANNELS": "demo_one,demo_two,demo_new", "PREVIEW_BASE_URL": site.base_url}
        looks = [await _doctor(tmp_path, **known) for _ in range(2)]
    rows = [line for _, said in looks for line in said.splitlines() if "Owners" in line]
    assert rows[0] == rows[1]
    assert re.match(r"! Owners    none → open https://t\.me/\w+\?start=own_[0-9a-f]{32} ", rows[0])
    told = looks[0][1].splitlines()
    assert any("groups off" in line and "/setjoingroups" in line for line in told)
    summary, removed, missing = [line for line in told if line[2:].startswith("Sources")]
    assert "0 read, 1 paused, 1 more at the next start · CHANNELS adds each name once" in summary
    assert removed.startswith("! Sources   @demo_one stands in CHANNELS, but was removed since →")
    assert missing.startswith("✗ Sources   @demo_new there is no such channel → ")


async def test_a_webhook_of_ours_is_well_and_anothers_is_not(tmp_path: Path) -> None:
    known = {"TELEGRAM_BOT_TOKEN": TOKEN, "ADMIN_IDS": "7", "WEBHOOK_SECRET": "aaaabbbbccccdddd"}
    known |= {"WEBHOOK_URL": "https://pane.invalid/hook"}
    told = []
    async with FakeBotApi() as api:
        for url, error in (("hook", {}), ("hook", {"last_error_message": "TLS"}), ("other", {})):
            api.queue.webhook, api.queue.webhook_error = f"https://pane.invalid/{url}", error
            _, said = await _doctor(tmp_path, TELEGRAM_API_BASE=api.url, **known)
            told.append(
                next(line for line in said.splitlines() if line[2:].startswith("Telegram"))
            )
    assert [line[0] for line in told] == ["✓", "!", "✗"]
    assert "TLS" in told[1]
    assert "not ours" in told[2]


async def test_a_model_without_schemas_is_a_warning(tmp_path: Path) -> None:
    async with FakeOpenAI(takes=("object",)) as model:
        code, said = await _doctor(tmp_path, OPENAI_BASE_URL=model.url)
    assert code == 0
    [line] = [line for line in said.splitlines() if "Model" in line]
    assert line.startswith("! Model")
    assert "json_object" in line


async def test_bad_settings_end_it_at_once(tmp_path: Path) -> None:
    code, said = await _doctor(tmp_path, LANGUAGES="xx", REDIS_URL="redis://127.0.0.1:1")
    assert code == 1
    assert said.splitlines()[1].startswith("✗ Settings  LANGUAGES:")


async def test_a_thousand_sources_of_which_many_are_dead_are_a_few_rows(tmp_path: Path) -> None:
    handles = [f"demo_{number:04}" for number in range(1_000)]
    async with FakeTme() as site:
        for number, handle in enumerate(handles):
            if number % 5 == 0:
                site.script(f"/s/{handle}", redirect(f"/{handle}"))
            else:
                site.serve(handle, page(handle, [written(1)]))
        code, said = await _doctor(
            tmp_path, PREVIEW_BASE_URL=site.base_url, CHANNELS=",".join(handles)
        )
    rows = [line for line in said.splitlines() if " Sources " in line]
    assert code == 1
    assert len(rows) <= 22
    assert {row[0] for row in rows} == {"✗", "✓"}
    assert all(" → " in row for row in rows if row[0] == "✗")
    assert re.search(r"9\d\d more are told of by fortochka sources", rows[-1])


async def test_warnings_of_settings_and_of_the_store_are_rows_on_any_terminal(
    tmp_path: Path,
) -> None:
    async with OwnServer(tmp_path) as server:
        code, said = await _doctor(
            tmp_path,
            REDIS_URL=f"unix://{server.socket}?family=0",
            TELEGRAM_TOKEN="hunter2",
            PYTHONIOENCODING="ascii",
        )
    assert code == 0
    assert "! Settings  TELEGRAM_TOKEN: is no setting -> did you mean TELEGRAM_BOT_TOKEN?" in said
    assert "! Store     REDIS_URL: options of other programs left out: family ->" in said
    assert "+ Store     yours - version" in said
    assert "hunter2" not in said


async def test_another_bots_data_are_a_row(tmp_path: Path) -> None:
    async with OwnServer(tmp_path) as server:
        url = f"unix://{server.socket}"
        async with store_at(url) as store:
            await store.sent_files.serve_by(7)
        known = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE": "http://127.0.0.1:1"}
        code, said = await _doctor(tmp_path, REDIS_URL=url, **known)
    assert code == 1
    assert "✗ Store     the data are those of another bot (id 7) → put its token back" in said
