"""P1: the sender dies at each of its steps, before or after it; every message arrives once."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from aiogram import Bot

from bot.store import Store, keys
from bot.store.connection.embedded import socket_path
from bot.store.queue.stream import GROUP
from bot.telegram.send.sender import send
from tests.fakes import botapi_answers as answers
from tests.fakes.botapi import FakeBotApi
from tests.fakes.dying import Died, DyingRedis
from tests.telegram.outbound import CHANNEL, message, sending, sent_before, settled
from tests.waiting import EVENT_S

STEPS = 9  # scripts that a sender runs from its start to the end of a message that it looks for
RETENTION = timedelta(days=1)


async def _die(bot: Bot, store: Store, home: Path, at: int, name: str, *, after: bool) -> bool:
    """A sender that dies there; False when it had nothing left to do before."""
    client = DyingRedis(socket_path(home), at, after=after)
    stop = asyncio.Event()
    work = send(
        bot, Store(client, RETENTION, home), stop, on_unknown="probe", settling=timedelta(0)
    )
    sender = asyncio.create_task(work)
    watch = asyncio.create_task(_sent(store, name, stop))
    with suppress(BaseExceptionGroup, Died):
        await sender
    watch.cancel()
    await client.bury()
    return client.dead


async def _sent(store: Store, name: str, stop: asyncio.Event) -> None:
    await settled(store, name)
    stop.set()


async def _leases_are_over(store: Store) -> None:
    async for lock in store.redis.scan_iter(keys.chat_lock(0)[:-1] + "*"):
        await store.redis.delete(str(lock))
    rows = await store.redis.xpending_range(keys.OUTBOX, GROUP, "-", "+", 100)
    for row in rows:
        await store.redis.xclaim(
            keys.OUTBOX, GROUP, "gone", 0, (row["message_id"],), idle=60_000, retrycount=1
        )


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True])
async def test_p1_whatever_step_a_sender_dies_at_each_message_arrives_once(
    api: FakeBotApi, line: Bot, store: Store, server_home: Path, *, after: bool
) -> None:
    died = []
    for step in range(1, STEPS + 1):
        await sent_before(api, store, message(f"first {step}", CHANNEL - step))
    for step in range(1, STEPS + 1):
        chat = CHANNEL - step
        await store.outbox.enqueue([message(f"second {step}", chat)])
        api.order(answers.cut(executed=True), chat=chat)  # the answer is lost, not the message
        died.append(await _die(line, store, server_home, step, f"second {step}", after=after))
    await _leases_are_over(store)
    async with sending(line, store, "probe"):
        async with asyncio.timeout(EVENT_S):
            while await store.outbox_stream.waiting():  # noqa: ASYNC110 - it has no event
                await asyncio.sleep(0.05)
    assert all(died)
    for step in range(1, STEPS + 1):
        assert api.sent(CHANNEL - step) == [f"text of first {step}", f"text of second {step}"]
