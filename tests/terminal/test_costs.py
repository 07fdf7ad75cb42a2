"""``fortochka costs`` as a process on a real store: tables of 80 columns, and JSON."""

import asyncio
import json
import re
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.config import Settings
from bot.model import utc_now
from bot.model.spend import Spend
from bot.store import Store, open_store
from tests.e2e.bot_process import ROOT, environment

pytestmark = pytest.mark.slow


async def costs(home: Path, *arguments: str, **variables: str) -> str:
    """What the command prints."""
    plain = {"COLUMNS": "80", "NO_COLOR": "1", "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "costs", *arguments),
        cwd=home,
        env={**environment(home, **variables), **plain},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, failed = await process.communicate()
    assert process.returncode == 0, failed.decode()
    return said.decode()


async def book(store: Store, spend: Spend, day: date) -> None:
    """One settled call, as the bot books it."""
    hold = await store.usage.reserve(day, spend.micro_dollars, 10**9)
    assert hold
    counters = {
        "model_calls": spend.calls,
        "tokens_read": spend.read,
        "tokens_cached": spend.cached,
        "tokens_written": spend.written,
        "micro_dollars": spend.micro_dollars,
    }
    await store.usage.settle(hold, spend.micro_dollars, counters, [spend])


def home_of(path: Path) -> Settings:
    """The settings with which the command finds its store."""
    home = Path(environment(path)["FORTOCHKA_HOME"])
    return Settings(_env_file=None, fortochka_home=home)


@pytest.fixture
def today() -> date:
    return utc_now().date()


async def test_costs_as_json_and_as_tables(tmp_path: Path, today: date) -> None:
    async with open_store(home_of(tmp_path)) as store:
        pane = await store.sources.add("pane_one")
        await store.channels.update("-100777", {"title": "A [bold] title"})
        post = Spend("gpt-6-luna", pane, "post", 1, 5_000, 4_400, 50, 700, 460)
        repair = Spend("gpt-6-luna", "-100777", "repair", 2, 900, 0, 0, 90, 140)
        opening = Spend("old-model", "", "opening", 1, 2_000_000, 0, 0, 30_000, 3_000_000)
        await book(store, post, today)
        await book(store, repair, today)
        await book(store, opening, today - timedelta(days=3))
        await book(store, opening, today - timedelta(days=30))  # too long ago
        await store.usage.reserve(today, 7_000, 10**9)
        said = await costs(tmp_path, "--json")
        tables = await costs(tmp_path, "--lang", "en")
        russian = await costs(tmp_path, "--lang", "ru", OPENAI_MODEL="made-up-model")
    first = re.search(r'"micro_dollars"\s*:\s*(\d+)', said)
    assert first and int(first[1]) == 600
    _told(json.loads(said))
    assert max(map(len, tables.splitlines()[6:] + russian.splitlines()[6:])) <= 80
    for row in (
        "all 3 5900 4400 790 0.0006",
        "A [bold] title 2 900 0 90 0.0001",
        "@pane_one 1 5000 4400 700 0.0005",
        "no channel 1 2,000,000 0 30,000 3.00",
        "old-model 1 2,000,000 0 30,000 3.00",
    ):
        assert row in re.sub(r" +", " ", tables)
    assert "30 days: $3.00, calls 4" in tables
    assert "30 days like the 2 that were counted: ≈ $45.01" in tables
    assert "made-up-model: цена неизвестна, считается $5 / $30; укажите OPENAI_PRICE" in russian
    assert "исправление ответа" in russian


def _told(found: dict[str, Any]) -> None:
    now, month = found["today"], found["days_30"]
    assert [each["name"] for each in now["by_source"]] == ["@pane_one", "A [bold] title"]
    assert [each["name"] for each in now["by_kind"]] == ["post", "repair"]
    assert (now["tokens_read"], now["tokens_cached"], now["tokens_cache_written"]) == (
        (5_900, 4_400, 50)
    )
    assert [each["micro_dollars"] for each in month["by_model"]] == [3_000_000, 600]
    assert month["days_counted"] == 2
    assert found["forecast_30_days"]["micro_dollars"] == 3_000_600 * 15
    assert found["budget_today"] == {
        "cap_micro_dollars": 2_000_000,
        "spent_micro_dollars": 600,
        "held_micro_dollars": 7_000,
    }
    assert found["model"]["price_known"] is True


async def test_an_empty_store_costs_nothing(tmp_path: Path) -> None:
    found = json.loads(await costs(tmp_path, "--json"))
    assert found["today"]["micro_dollars"] == found["days_30"]["calls"] == 0
    assert found["forecast_30_days"]["micro_dollars"] == 0
    assert "The model has cost nothing in 30 days." in await costs(tmp_path, "--lang", "en")
