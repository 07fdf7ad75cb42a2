"""Outages of the store: frozen, its replies lost, its connections reset; what comes of each.

`python -m bench outages --frozen 30 --lost 1000 --resets 1000`. Exit code 1 when something was
lost or doubled, or took longer than it may.
"""

import argparse
import asyncio
import signal
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

from bench.chaos_checks import Finding
from bench.chaos_server import OwnServer
from bench.chaos_watch import insist
from bot.model import Delivery, Screen
from bot.store import Store, keys
from tests.e2e.bot_process import bot, environment
from tests.fakes.botapi import TOKEN, FakeBotApi
from tests.fakes.proxy import FakeProxy
from tests.store.faulty import store_at
from tests.waiting import EVENT_S

RED, BACK = 10.0, 5.0  # seconds: FAULTS' goals for a frozen store
ASKERS = 20
CLIENTS = 100  # each waits for the reply that it lost
Holds = Callable[[], Awaitable[bool]]


async def frozen(seconds: float) -> list[Finding]:
    """A whole bot beside a store that stands still; readers ask meanwhile."""
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ftk")))
        server = await stack.enter_async_context(OwnServer(home))
        api = await stack.enter_async_context(FakeBotApi())
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = int(probe.getsockname()[1])
        env = environment(
            home,
            TELEGRAM_BOT_TOKEN=TOKEN,
            TELEGRAM_API_BASE=api.url,
            REDIS_URL=f"unix://{server.socket}",
            HEALTH_PORT=str(port),
        )
        await stack.enter_async_context(bot(env))
        await api.until(lambda fake: fake.queue.polls > 0)
        server.signal(signal.SIGSTOP)
        stopped = time.monotonic()
        red = await _took(lambda: _is(port, b" 503 "))
        for chat in range(1, ASKERS + 1):
            api.say("/help", chat)
        await asyncio.sleep(max(0.0, seconds - (time.monotonic() - stopped)))
        server.signal(signal.SIGCONT)
        back = await _took(lambda: _is(port, b" 200 "))
        await api.until(lambda fake: len({d.chat_id for d in fake.deliveries}) == ASKERS)
        answered = time.monotonic() - stopped - seconds
        answers = Counter(delivery.chat_id for delivery in api.deliveries)
    twice = sum(count - 1 for count in answers.values())
    return [
        Finding("frozen: unready after", f"{red:.1f} s", red <= RED),
        Finding("frozen: ready again after", f"{back:.1f} s", back <= BACK),
        Finding("frozen: readers answered after", f"{answered:.1f} s", answered <= BACK),
        Finding("frozen: answers doubled", f"{twice} of {ASKERS}", twice == 0),
    ]


async def _took(holds: Holds) -> float:
    started = time.monotonic()
    async with asyncio.timeout(EVENT_S):
        while not await holds():  # noqa: ASYNC110 - another process tells nothing
            await asyncio.sleep(0.1)
    return time.monotonic() - started


async def _is(port: int, status: bytes) -> bool:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
    answer = await reader.read()
    writer.close()
    return status in answer.partition(b"\r\n")[0]


async def lost_replies(times: int) -> list[Finding]:
    """Each client stores update after update, and the reply to each is swallowed once."""
    clients = min(CLIENTS, times)
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ftk")))
        server = await stack.enter_async_context(OwnServer(home))
        proxy = await stack.enter_async_context(FakeProxy(server.socket))
        stores = [await stack.enter_async_context(store_at(proxy.url)) for _ in range(clients)]
        proxy.once("swallow", times)

        async def work(number: int, store: Store) -> None:
            for update in range(number, times, clients):
                await insist(partial(store.updates.accept, 1, update, "{}"))

        started = time.monotonic()
        await asyncio.gather(*(work(number, store) for number, store in enumerate(stores)))
        took = time.monotonic() - started
        there = await stores[0].redis.xlen(keys.UPDATES)
        lost = proxy.replies_lost
    return _counted("lost replies", f"{lost} lost in {took:.0f} s", there, times)


async def resets(times: int) -> list[Finding]:
    """All connections are reset again and again while messages are handed over."""
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ftk")))
        server = await stack.enter_async_context(OwnServer(home))
        proxy = await stack.enter_async_context(FakeProxy(server.socket))
        store = await stack.enter_async_context(store_at(proxy.url))
        made = done = 0

        async def work() -> None:
            nonlocal made
            while done < times:
                made += 1
                mail = Delivery(id=f"m{made}", chat_id=made, screen=Screen(text="text"))
                await insist(partial(store.outbox.enqueue, [mail]))

        workers = [asyncio.create_task(work()) for _ in range(8)]
        while done < times:
            await asyncio.sleep(0.02)
            proxy.cut_all()
            done += 1
        await asyncio.gather(*workers)
        there = await store.redis.xlen(keys.OUTBOX)
    return _counted("resets", f"{times}", there, made)


def _counted(what: str, given: str, there: int, wanted: int) -> list[Finding]:
    return [
        Finding(f"{what}: given", given, True),
        Finding(f"{what}: lost", f"{max(0, wanted - there)} of {wanted}", there >= wanted),
        Finding(f"{what}: doubled", f"{max(0, there - wanted)}", there <= wanted),
    ]


def main(arguments: Sequence[str]) -> int:
    """The command; prints every finding."""
    parser = argparse.ArgumentParser(prog="python -m bench outages", description=__doc__)
    parser.add_argument("--frozen", type=float, default=30, help="seconds")
    parser.add_argument("--lost", type=int, default=1000)
    parser.add_argument("--resets", type=int, default=1000)
    given = parser.parse_args(arguments)
    found = asyncio.run(_all(given))
    for finding in found:
        sys.stdout.write(f"{'ok ' if finding.holds else 'BAD'} {finding.name}: {finding.says}\n")
    return 0 if all(finding.holds for finding in found) else 1


async def _all(given: argparse.Namespace) -> list[Finding]:
    return [
        *await frozen(given.frozen),
        *await lost_replies(given.lost),
        *await resets(given.resets),
    ]
