"""`fortochka digest` of a handle that leads to another channel than the source it belonged to."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from bot.store import Store
from tests.e2e.bot_process import ROOT
from tests.fakes.pages import page, written
from tests.fakes.tme import FakeTme

pytestmark = pytest.mark.slow


async def test_nothing_of_the_other_channel_is_taken_in(
    store: Store, server_home: Path, server_url: str | None
) -> None:
    ref = await store.sources.add("demo_one", "1234567")
    async with FakeTme() as site:
        site.serve(
            "demo_one", page("demo_one", [written(1, "An impostor's words.")], channel_id=9)
        )
        place = {"FORTOCHKA_HOME": str(server_home), "REDIS_URL": server_url or ""}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "digest", "demo_one"),
            cwd=ROOT,
            env={**os.environ, **place, "PREVIEW_BASE_URL": site.base_url, "COLUMNS": "200"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        _, errors = await process.communicate()
    assert process.returncode == 1
    assert "leads to another channel now (1234567 → 9)" in errors.decode()
    assert await store.posts.get(f"{ref}/1") is None
    assert await store.posts.get("9/1") is None
