"""Two processes with one token: one polls, the other follows it; a revoked token stands still."""

import asyncio
import signal
import socket
from collections.abc import Mapping
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.telegram.receive.webhook import HEADER
from tests.e2e.bot_process import bot, environment
from tests.fakes.botapi import TOKEN, FakeBotApi
from tests.waiting import eventually

pytestmark = pytest.mark.slow
STALL = 5  # seconds


async def test_u5_two_processes_never_both_poll(home: Path, api: FakeBotApi) -> None:
    env = environment(home, TELEGRAM_BOT_TOKEN=TOKEN, TELEGRAM_API_BASE=api.url)
    async with bot(env, "telegram") as first:
        await api.until(lambda fake: fake.queue.polls > 0)
        async with bot(env, "telegram") as second:
            await second.said("another process is at work")
            for number in range(20):
                api.say("/help", 100 + number)
            await api.until(lambda fake: len(fake.deliveries) == 20)
            await first.kill()
            asked = api.queue.polls
            await api.until(lambda fake: fake.queue.polls > asked)
            api.say("/help", 200)
            await api.delivered(lambda delivery: delivery.chat_id == 200)
            assert await second.terminate() == 0
    assert api.refused == []
    assert len(api.deliveries) == 21


async def test_p4_a_process_that_stood_still_doubles_nothing_and_says_so(
    home: Path, api: FakeBotApi
) -> None:
    env = environment(home, TELEGRAM_BOT_TOKEN=TOKEN, TELEGRAM_API_BASE=api.url)
    async with bot(env, "telegram") as first:
        await api.until(lambda fake: fake.queue.polls > 0)
        async with bot(env, "telegram") as second:
            await second.said("another process is at work")
            for number in range(20):
                api.say("/help", 100 + number)
            await api.until(lambda fake: len(fake.deliveries) >= 3)
            first.signal(signal.SIGSTOP)
            asyncio.get_running_loop().call_later(STALL, first.signal, signal.SIGCONT)
            await first.said("loop lag")
            api.say("/help", 200)
            await api.until(lambda fake: len(fake.deliveries) >= 21)
            assert await first.terminate() == 0
            assert await second.terminate() == 0
    assert sorted(delivery.chat_id for delivery in api.deliveries) == [*range(100, 120), 200]


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
        await api.until(lambda fake: fake.queue.polls > 0)
        api.say("/help")
        await api.until(lambda fake: bool(fake.deliveries))
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


async def test_m9_by_a_webhook_too_a_revoked_token_makes_unready(
    home: Path, api: FakeBotApi, free_port: int
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        hook = int(probe.getsockname()[1])
    env = {**_by_hook(home, api, hook), "HEALTH_PORT": str(free_port)}
    async with bot(env, "telegram", "publish") as process:
        await process.said("webhook set")
        assert await _bring(hook, 1) == 200
        await api.until(lambda fake: bool(fake.deliveries))
        api.revoke()
        assert await _bring(hook, 2) == 200  # its answer is refused

        async def red() -> bool:
            return b"telegram: TELEGRAM_BOT_TOKEN" in await _readiness(free_port)

        await eventually(red)
        calls = len(api.calls)
        assert await process.terminate() == 1
        assert len(api.calls) == calls


async def test_a_taken_webhook_port_is_one_line_and_an_exit_code(
    home: Path, api: FakeBotApi
) -> None:
    with socket.create_server(("", 0)) as taken:
        port = int(taken.getsockname()[1])
        async with bot(_by_hook(home, api, port), "telegram") as process:
            said = await process.said("WEBHOOK_PORT")
            assert await process.ended() == 1
    assert said.startswith(f"fortochka: WEBHOOK_PORT: cannot serve on {port} (")
    assert not any("Traceback" in line for line in process.log)


def _by_hook(home: Path, api: FakeBotApi, port: int) -> Mapping[str, str]:
    return environment(
        home,
        TELEGRAM_BOT_TOKEN=TOKEN,
        TELEGRAM_API_BASE=api.url,
        WEBHOOK_URL="https://pane.invalid/hook",
        WEBHOOK_SECRET="made-up_secret",
        WEBHOOK_PORT=str(port),
    )


async def _bring(port: int, update_id: int) -> int:
    """A reader's /help as Telegram brings it; the status of the answer."""
    user = {"id": 5, "is_bot": False, "first_name": "R"}
    chat = {"id": 5, "type": "private"}
    message = {"message_id": update_id, "date": 1, "chat": chat, "from": user, "text": "/help"}
    async with (
        ClientSession(headers={HEADER: "made-up_secret"}) as session,
        session.post(
            f"http://127.0.0.1:{port}/hook", json={"update_id": update_id, "message": message}
        ) as answer,
    ):
        return answer.status


async def _readiness(port: int) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer
