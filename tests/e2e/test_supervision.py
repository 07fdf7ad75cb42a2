"""A part of a real process fails: the log has one line, /readyz its name, the rest goes on."""

import json
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bench.chaos_server import OwnServer
from tests.e2e.bot_process import bot, environment
from tests.fakes.botapi import TOKEN, FakeBotApi
from tests.store.faulty import store_at

pytestmark = pytest.mark.slow
PART = "telegram.broadcasts"


async def _page(port: int, name: str) -> str:
    async with (
        ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/{name}") as answer,
    ):
        return f"{answer.status} {await answer.text()}"


async def test_one_part_fails_and_the_others_go_on(
    home: Path, api: FakeBotApi, free_port: int
) -> None:
    async with OwnServer(home) as server, store_at(f"unix://{server.socket}") as store:
        env = environment(
            home,
            TELEGRAM_BOT_TOKEN=TOKEN,
            TELEGRAM_API_BASE=api.url,
            REDIS_URL=f"unix://{server.socket}",
            HEALTH_PORT=str(free_port),
        )
        async with bot(env, "telegram") as process:
            await api.until(lambda fake: fake.queue.polls > 0)
            api.say("/subscribe 09:00", 100)
            await api.until(lambda fake: bool(fake.sent(100)))
            assert await _page(free_port, "readyz") == "200 ready\n"
            await store.broadcasts.start(await store.pending_actions.keep("no JSON at all"))
            failed = json.loads(await process.said('"part failed"'))
            assert await _page(free_port, "readyz") == f"503 {PART}: JSONDecodeError\n"
            api.say("/help", 200)
            await api.until(lambda fake: bool(fake.sent(200)))
            assert f'fortochka_restarts_total{{part="{PART}"}}' in await _page(
                free_port, "metrics"
            )
            assert await process.terminate() == 0
    assert failed["part"] == PART
    assert failed["exc_info"].startswith("Traceback")
    assert all(json.loads(line)["event"] for line in process.log)  # each line is an event
