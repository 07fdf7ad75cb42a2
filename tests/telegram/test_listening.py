"""Ports under strangers who open connections and say little: others are served all the same."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiogram import Bot
from aiohttp import ClientSession

from bot import listening
from bot.app import health
from bot.app.health import Health, served
from bot.store import Store
from bot.telegram.receive import webhook
from bot.telegram.receive.webhook import HEADER, Webhook, receive_updates
from tests.fakes.botapi import FakeBotApi
from tests.waiting import EVENT_S

HOST = "127.0.0.1"
CROWD = 400
UNFINISHED = b"POST /hook HTTP/1.1\r\nHost: x\r\nX-Slow: "
Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def crowd(port: int, said: bytes, number: int = CROWD) -> AsyncIterator[list[Line]]:
    """So many connections that have said something and wait."""
    lines = [await asyncio.open_connection(HOST, port) for _ in range(number)]
    for _, writer in lines:
        writer.write(said)
    yield lines
    for _, writer in lines:
        writer.close()


async def _ended(line: Line) -> bytes:
    """What comes on a connection until its other side ends it."""
    try:
        return await line[0].read()
    except ConnectionError:
        return b""


async def _all_ended(lines: list[Line]) -> None:
    async with asyncio.timeout(EVENT_S):
        await asyncio.gather(*map(_ended, lines))


async def _readiness(port: int) -> bytes:
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
    answer = await reader.read()
    writer.close()
    return answer


@pytest.mark.parametrize("said", [b"", b"GET /readyz HTTP/1.1"])
async def test_the_health_port_answers_beside_a_crowd(
    store: Store, free_port: int, said: bytes
) -> None:
    async with served(Health(), store, free_port, HOST), crowd(free_port, said) as lines:
        assert b" 200 OK" in await _readiness(free_port)
        await _all_ended(lines[: -health.HEALTH_CONNECTIONS])  # the oldest gave way at once
        await _all_ended(lines)


async def test_a_head_that_is_too_long_ends_its_connection(store: Store, free_port: int) -> None:
    async with (
        served(Health(), store, free_port, HOST),
        crowd(free_port, b"GET /" + b"x" * 2 * health.HEALTH_HEAD_SIZE, 1) as [line],
    ):
        async with asyncio.timeout(health.HEALTH_HEAD_S):
            assert await _ended(line) == b""
        assert b" 200 OK" in await _readiness(free_port)


class Inbox:
    """Counts what it takes."""

    taken = 0

    async def accept(self, update_id: int, raw: str) -> None:
        self.taken += 1


@asynccontextmanager
async def hooked(line: Bot, inbox: Inbox, port: int) -> AsyncIterator[None]:
    stop = asyncio.Event()
    hook = Webhook("https://pane.invalid/hook", "made-up_secret", port)
    task = asyncio.create_task(receive_updates(line, inbox, [], hook, stop))
    yield
    stop.set()
    await task


async def test_the_webhook_takes_updates_beside_a_crowd_and_cuts_it(
    api: FakeBotApi, line: Bot, free_port: int
) -> None:
    inbox = Inbox()
    async with hooked(line, inbox, free_port):
        await api.until(lambda fake: bool(fake.queue.webhook))
        async with (
            crowd(free_port, UNFINISHED) as lines,
            ClientSession(headers={HEADER: "made-up_secret"}) as session,
        ):
            url = f"http://{HOST}:{free_port}/hook"
            async with session.post(url, json={"update_id": 1}) as answer:
                assert answer.status == 200
            await _all_ended(lines[: -webhook.WEBHOOK_CONNECTIONS])
            await _all_ended(lines)
            async with session.post(url, json={"update_id": 2}) as answer:  # its line is kept
                assert answer.status == 200
    assert inbox.taken == 2


async def test_a_stranger_is_not_kept_after_his_refusal(
    api: FakeBotApi, line: Bot, free_port: int
) -> None:
    said = b"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
    async with hooked(line, Inbox(), free_port):
        await api.until(lambda fake: bool(fake.queue.webhook))
        async with (
            crowd(free_port, said, 1) as [stranger],
            asyncio.timeout(webhook.WEBHOOK_HEAD_S + 10),
        ):
            assert b" 401 " in await _ended(stranger)


async def test_a_head_in_many_small_pieces_has_the_same_bound(
    api: FakeBotApi, line: Bot, free_port: int
) -> None:
    async with hooked(line, Inbox(), free_port):
        await api.until(lambda fake: bool(fake.queue.webhook))
        async with crowd(free_port, b"POST /hook HTTP/1.1\r\n", 1) as [slow]:
            reader, writer = slow
            field = b"X-Field: " + b"x" * 1_000 + b"\r\n"
            for _ in range(listening.HEAD_SIZE // len(field) + 2):
                writer.write(field)
            async with asyncio.timeout(webhook.WEBHOOK_HEAD_S):
                assert b" 200 " not in await _ended((reader, writer))
