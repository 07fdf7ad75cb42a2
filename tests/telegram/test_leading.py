"""One poller at a time: the loser idles, and takes over when the holder ends or dies."""

import asyncio
from datetime import timedelta

import pytest
from aiogram import Bot

from bot.store import Store, keys
from bot.store.queue.lease import Lease, poller
from bot.telegram.receive.intake import Intake
from bot.telegram.receive.leader import lead_polling
from bot.telegram.receive.poll import poll
from bot.telegram.send.session import TokenRefused
from tests.fakes.botapi import FakeBotApi
from tests.waiting import EVENT_S, eventually

SHORT = timedelta(seconds=1)


class Worker:
    """Counts how many are at work at the same time."""

    now = 0

    def __init__(self, store: Store, most: list[int], length: timedelta = SHORT) -> None:
        self.lease = Lease(store.redis, keys.POLLER, length)
        self.begun, self.idle = asyncio.Event(), asyncio.Event()
        self._most = most

    async def work(self, end: asyncio.Event) -> None:
        self._most.append(self._most[-1] + 1)
        self.begun.set()
        await end.wait()
        self._most.append(self._most[-1] - 1)

    def start(self, stop: asyncio.Event) -> asyncio.Task[None]:
        return asyncio.create_task(lead_polling(self.lease, self.work, stop, self.idle.set))


async def test_one_works_and_the_other_takes_over_when_it_ends(
    store: Store, stop: asyncio.Event
) -> None:
    most = [0]
    first, second = Worker(store, most), Worker(store, most)
    ending = asyncio.Event()
    tasks = [first.start(ending)]
    await first.begun.wait()
    tasks.append(second.start(stop))
    await second.idle.wait()
    ending.set()
    await asyncio.wait_for(second.begun.wait(), EVENT_S)
    stop.set()
    await asyncio.gather(*tasks)
    assert max(most) == 1
    assert await store.redis.exists(keys.POLLER) == 0


async def test_a_dead_holder_is_followed_when_its_lease_is_over(
    store: Store, stop: asyncio.Event
) -> None:
    dead = Lease(store.redis, keys.POLLER, SHORT)
    assert await dead.hold()
    heir = Worker(store, [0])
    task = heir.start(stop)
    await heir.idle.wait()
    await asyncio.wait_for(heir.begun.wait(), EVENT_S)
    stop.set()
    await task


async def test_work_ends_when_the_lease_is_another_s(store: Store, stop: asyncio.Event) -> None:
    most = [0]
    worker = Worker(store, most)
    task = worker.start(stop)
    await worker.begun.wait()
    await store.redis.set(keys.POLLER, "another", ex=60)
    await asyncio.wait_for(worker.idle.wait(), EVENT_S)
    assert most[-1] == 0
    stop.set()
    await task
    assert await store.redis.get(keys.POLLER) == "another"


async def test_what_the_work_raises_ends_it_and_frees_the_lease(
    store: Store, stop: asyncio.Event
) -> None:
    async def refused(_: asyncio.Event) -> None:
        raise TokenRefused

    with pytest.raises(TokenRefused):
        await lead_polling(poller(store.redis), refused, stop)
    assert await store.redis.exists(keys.POLLER) == 0


async def test_two_pollers_never_get_a_conflict(
    api: FakeBotApi, line: Bot, store: Store, stop: asyncio.Event
) -> None:
    def fetch(end: asyncio.Event) -> "asyncio.Future[None]":
        return asyncio.ensure_future(poll(line, Intake(line, store), ["message"], end))

    idle, ending = asyncio.Event(), asyncio.Event()
    first = asyncio.create_task(lead_polling(poller(store.redis), fetch, ending))
    await api.called("getUpdates")
    second = asyncio.create_task(lead_polling(poller(store.redis), fetch, stop, idle.set))
    await idle.wait()
    api.say("one")

    async def stored() -> bool:
        return await store.update_stream.waiting() == 1

    await eventually(stored)
    polls = api.queue.polls
    ending.set()
    await first
    await api.until(lambda fake: fake.queue.polls > polls)
    stop.set()
    await second
    assert [error.code for _, error in api.refused] == []
