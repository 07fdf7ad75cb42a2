"""An engine that has loaded its weights, and what passes between it and the program."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.e2e.bot_process import ROOT
from tests.model.wire import Wire, wire_to
from tests.waiting import eventually

LOADED = 300.0  # seconds that putting the weights together and loading them may take at most
ENDED = 60.0  # seconds


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[str]:
    """The address of an engine of this test."""
    pytest.importorskip("xllamacpp", reason="needs a real engine: make test-model")
    weights = tmp_path / "weights.gguf"
    with (tmp_path / "engine.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.model.engine", str(weights)),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
    assert process.stdin
    assert process.stdout
    try:
        url = (await asyncio.wait_for(process.stdout.readline(), LOADED)).decode().strip()
        assert url, (tmp_path / "engine.log").read_text("utf-8", "replace")[-2_000:]
        await eventually(lambda: _healthy(url), LOADED)
        yield url
        process.stdin.close()
        assert await asyncio.wait_for(process.wait(), ENDED) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        weights.unlink(missing_ok=True)  # pytest keeps the folder, and these are 250 MB


async def _healthy(url: str) -> bool:
    async with aiohttp.ClientSession() as session, session.get(f"{url}/health") as answer:
        return answer.status == 200


@pytest.fixture
async def wire(engine: str) -> AsyncIterator[Wire]:
    """All that passes between the program and the engine."""
    async with wire_to(engine) as wire:
        yield wire
