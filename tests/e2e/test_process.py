"""P2 and P8: the program is told to stop in the middle of a send, twice, with closed output."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest

from bench.chaos_server import OwnServer
from bot import __version__
from tests.e2e.bot_process import ROOT, bot, environment
from tests.fakes import botapi_answers as answers
from tests.fakes.botapi import TOKEN, FakeBotApi
from tests.fakes.proxy import FakeProxy
from tests.store.faulty import message, store_at
from tests.waiting import EVENT_S

pytestmark = pytest.mark.slow


def _environment(home: Path, api: FakeBotApi) -> Mapping[str, str]:
    return environment(home, TELEGRAM_BOT_TOKEN=TOKEN, TELEGRAM_API_BASE=api.url)


async def _in_a_send(api: FakeBotApi) -> None:
    """Until a message is in its chat and its answer is held back."""
    await api.until(lambda fake: fake.queue.polls > 0)
    api.order(answers.late())
    api.say("/help")
    await api.until(lambda fake: bool(fake.deliveries))


async def test_the_log_begins_with_the_version(home: Path, api: FakeBotApi) -> None:
    async with bot(_environment(home, api), "telegram") as process:
        started = json.loads(await process.said('"started"'))
        assert await process.terminate() == 0
    first = json.loads(process.log[0])
    assert (first["event"], first["version"]) == ("starting", __version__)
    assert started["version"] == __version__


async def test_p2_a_sigterm_in_a_send_ends_in_time_and_the_send_is_not_repeated_blindly(
    home: Path, api: FakeBotApi
) -> None:
    async with bot(_environment(home, api), "telegram") as process:
        await _in_a_send(api)
        asyncio.get_running_loop().call_later(2, api.release)
        assert await process.terminate() == 0
    async with bot(_environment(home, api), "telegram") as process:
        await process.said("started")
        api.say("/start", 200)
        await api.until(lambda fake: bool(fake.sent(200)))
        assert await process.terminate() == 0
    assert len(api.sent(100)) == 1


async def test_p2_what_cannot_be_drained_is_cut_off_in_time(home: Path, api: FakeBotApi) -> None:
    async with bot(_environment(home, api), "telegram") as process:
        await _in_a_send(api)
        assert await process.terminate() == 0
    api.release()


async def test_p2_a_second_signal_ends_it_at_once(home: Path, api: FakeBotApi) -> None:
    async with bot(_environment(home, api), "telegram") as process:
        await _in_a_send(api)
        process.signal(signal.SIGTERM)
        await process.said("stopping")
        assert await process.terminate() == 1
    api.release()


async def test_p2_a_sigterm_with_a_busy_outbox_loses_and_doubles_nothing(
    home: Path, api: FakeBotApi
) -> None:
    chats, each = range(201, 221), 4
    async with OwnServer(home) as server, store_at(f"unix://{server.socket}") as store:
        env = {**_environment(home, api), "REDIS_URL": f"unix://{server.socket}"}
        await store.outbox.enqueue(
            [message(f"{chat}:{part}", chat) for chat in chats for part in range(each)]
        )
        for _ in range(2):  # two restarts with much of it unsent
            least = len(api.deliveries) + 10
            async with bot(env, "telegram") as process:
                await api.until(partial(_has, least))
                assert await process.terminate() == 0
        assert len(api.deliveries) < len(chats) * each
        async with bot(env, "telegram") as process:
            await api.until(partial(_has, len(chats) * each))
            assert await process.terminate() == 0
    for chat in chats:
        assert api.sent(chat) == [f"text of {chat}:{part}" for part in range(each)]


def _has(least: int, fake: FakeBotApi) -> bool:
    return len(fake.deliveries) >= least


async def test_r1_an_outage_while_a_stage_begins_does_not_end_the_program(
    home: Path, api: FakeBotApi
) -> None:
    for _ in range(2):  # the token is asked for, then the stage introduces itself
        api.order(answers.late(), method="getMe")
    async with OwnServer(home) as server, FakeProxy(server.socket) as proxy:
        env = {**_environment(home, api), "REDIS_URL": proxy.url}
        async with bot(env, "telegram") as process:
            await api.until(lambda fake: _asked_who(fake) == 1)
            api.release()
            await api.until(lambda fake: _asked_who(fake) == 2)
            proxy.set("refuse")
            proxy.cut_all()
            api.release()
            await process.said("begins again")
            proxy.set("pass")
            await api.until(lambda fake: fake.queue.polls > 0)
            assert await process.terminate() == 0


def _asked_who(api: FakeBotApi) -> int:
    return sum(call.method == "getme" for call in api.calls)


async def test_p8_a_closed_log_stops_nothing(home: Path, api: FakeBotApi) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    env = {**_environment(home, api), "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", "telegram"),
        cwd=home,
        env=env,
        stdout=writer,
        stderr=writer,
    )
    os.close(writer)
    try:
        await api.until(lambda fake: fake.queue.polls > 0)
        api.say("/help")
        await api.until(lambda fake: bool(fake.sent(100)))
        process.terminate()
        async with asyncio.timeout(EVENT_S):
            # 120 is what Python itself ends with when it cannot flush its output.
            assert await process.wait() in (0, 120)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
