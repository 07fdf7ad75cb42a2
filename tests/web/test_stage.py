"""`fortochka run web`: serves the pages of its home; without a port it says so."""

from pathlib import Path

import pytest
from aiohttp import ClientSession

from tests.e2e.bot_process import bot, environment
from tests.e2e.conftest import home
from tests.web.conftest import Visitor

__all__ = ["home"]


@pytest.mark.slow
async def test_the_stage_serves_and_counts(home: Path, free_port: int) -> None:
    env = environment(home, WEB_PORT=str(free_port))
    async with bot(env, "web") as process:
        await process.said("archive served")
        async with ClientSession(f"http://127.0.0.1:{free_port}") as session:
            visitor = Visitor(session)
            assert "Fortochka" in await visitor.page("/en/")
            assert (await visitor.get("/en/t/nothing")).status == 404
        assert await process.terminate() == 0
    without = {name: value for name, value in env.items() if name != "WEB_PORT"}
    async with bot(without, "web") as process:
        assert "WEB_PORT: is not set" in await process.said("WEB_PORT")
        assert await process.ended() == 1
