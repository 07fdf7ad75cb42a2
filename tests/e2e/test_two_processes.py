"""Two processes with one token: one polls, the other follows it; a revoked token stands still."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.e2e.bot_process import bot, end_server, environment
from tests.fakes.botapi import TOKEN, FakeBotApi
from tests.telegram.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
START, LEASE = 30, 3  # seconds


@pytest.fixture
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="ftk") as folder:
        yield Path(folder)
        end_server(Path(folder))


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi() as server:
        yield server


async def test_u5_two_processes_never_both_poll(home: Path, api: FakeBotApi) -> None:
    env = environment(home, TELEGRAM_BOT_TOKEN=TOKEN, TELEGRAM_API_BASE=api.url)
    async with bot(env, "telegram") as first:
        await api.until(lambda fake: fake.queue.polls > 0, START)
        async with bot(env, "telegram") as second:
            await second.said("another process is at work", START)
            for number in range(20):
                api.say("/help", 100 + number)
            await api.until(lambda fake: len(fake.deliveries) == 20, START)
            await first.kill()
            asked = api.queue.polls
            await api.until(lambda fake: fake.queue.polls > asked, LEASE + 2)
            api.say("/help", 200)
            await api.delivered(lambda delivery: delivery.chat_id == 200)
            assert await second.terminate() == 0
    assert api.refused == []
    assert len(api.deliveries) == 21


async def test_m9_after_a_revoked_token_it_is_not_ready_and_goes_on_with_the_rest(
    home: Path, api: FakeBotApi, free_port: int
) -> None:
    env = environment(
        home,
        TELEGRAM_BOT_TOKEN=TOKEN,
        TELEGRAM_API_BASE=api.url,
        HEALTH_PORT=str(free_port),
    )
    async with bot(env, "telegram", "publish") as process:
        await api.until(lambda fake: fake.queue.polls > 0, START)
        api.say("/help")
        await api.until(lambda fake: bool(fake.deliveries), START)
        api.revoke()
        api.queue.push_raw(api.queue.take_id(), '{"update_id": 5000}')

        async def red() -> bool:
            return b"503" in await _readiness(free_port)

        await eventually(red)
        assert b"telegram: TELEGRAM_BOT_TOKEN" in await _readiness(free_port)
        calls = len(api.calls)
        assert process.running
        assert await process.terminate() == 1
        assert len(api.calls) == calls


async def _readiness(port: int) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer
