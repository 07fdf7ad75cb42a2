"""``fortochka reanalyse`` as a process: says what it takes, then leaves it to a running bot."""

import asyncio
import sys
from pathlib import Path

import pytest

from bot.config import Settings
from bot.model import Entry, utc_now
from bot.store import Store, open_store
from tests.e2e.bot_process import ROOT, environment
from tests.fakes.entries import make_entry

pytestmark = pytest.mark.slow

SERVER = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}  # nobody is asked anything
TEXT = "A post about making weights smaller: words enough for a model to read. " * 2


async def _reanalyse(home: Path, *arguments: str, **variables: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "reanalyse", *arguments),
        cwd=home,
        env={**environment(home, **variables), "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


async def _fill(store: Store) -> list[Entry]:
    now = utc_now().replace(microsecond=0)
    entries = [
        make_entry(message_id=n, text=f"{TEXT}{n}", at=now, hours_ago=24 * n) for n in range(1, 11)
    ]
    await store.post_stream.ready()
    for entry in entries:
        await store.posts.ingest(entry.post)
        [item] = await store.post_stream.read("t", 1)
        await store.entries.commit(entry, item)
    return entries


async def test_a_dry_run_only_tells_and_an_order_fills_the_backlog(tmp_path: Path) -> None:
    home = environment(tmp_path)["FORTOCHKA_HOME"]
    async with open_store(Settings(_env_file=None, fortochka_home=Path(home))) as store:
        entries = await _fill(store)
        since = entries[4].post.published_at.isoformat()
        code, said = await _reanalyse(tmp_path, "--dry-run", **SERVER)
        assert (code, said.split(":")[0]) == (0, "10 posts to read again")
        assert "tokens read" in said and "$" in said
        assert await store.backlog.size() == 0
        code, said = await _reanalyse(tmp_path, "--since", since, **SERVER)
        assert code == 0, said
        assert await store.backlog.size() == 5
        code, said = await _reanalyse(tmp_path, **SERVER)
        assert "5 put in the backlog" in said
        assert await store.backlog.size() == 10


async def test_without_a_model_there_is_nothing_to_order(tmp_path: Path) -> None:
    for variables in ({}, {**SERVER, "DAILY_BUDGET_USD": "0"}):
        code, said = await _reanalyse(tmp_path, **variables)
        assert (code, said.count("\n")) == (1, 1)
        assert "OPENAI_API_KEY" in said


async def test_a_bad_instant_is_wrong_usage(tmp_path: Path) -> None:
    code, _ = await _reanalyse(tmp_path, "--since", "yesterday", **SERVER)
    assert code == 2
