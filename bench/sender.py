"""Many messages at once: how near to Telegram's limit the sender comes, and at what cost (B7)."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.methods import TelegramMethod
from aiogram.types import Chat, Message

from bench import seeds
from bench.measure import Options, Report, Row, alternate, run
from bench.place import own_store
from bot.model import Delivery, Screen
from bot.store import Store
from bot.store.delivery.outbox import BETWEEN_ANY
from bot.telegram.send.sender import send

CAP = 30.0
"""Messages a second that Telegram takes from one bot."""

SECONDS, TINY_SECONDS = 10.0, 1.5
TURNS, TINY = 5_000, 100


class Taking(BaseSession):
    """A Bot API that takes every message at once and notes when."""

    def __init__(self) -> None:
        super().__init__()
        self.at: list[float] = []
        self.began = asyncio.Event()

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[Any],
        timeout: int | None = None,  # noqa: ASYNC109
    ) -> Any:
        """A message as Telegram would answer."""
        self.at.append(time.perf_counter())
        self.began.set()
        chat = Chat(id=1, type="private")
        return Message(message_id=len(self.at), date=seeds.NOW, chat=chat)

    async def close(self) -> None:
        """Nothing to give back."""

    async def stream_content(
        self, *_: Any, **__: Any
    ) -> AsyncGenerator[bytes, None]:  # pragma: no cover - the sender asks for no files
        """No files."""
        yield b""


def main(arguments: list[str]) -> int:
    """Measure sending and the limiter alone."""
    return run("sender", arguments, measure)


async def measure(options: Options) -> Report:
    """The pace under the cap, the busiest second, the CPU, and turns without a cap."""
    report = Report("sender")
    seconds = TINY_SECONDS if options.tiny else SECONDS
    paces, costs, busiest = list[float](), list[float](), 0
    async with own_store() as (store, _):
        for _ in range(options.rounds):
            pace, cost, most = await _sent(store, seconds)
            paces.append(pace)
            costs.append(cost)
            busiest = max(busiest, most)

        async def turns() -> float:
            return await _turns(store, options.of(TURNS, TINY))

        async def cap() -> float:
            return CAP

        free = await alternate(options.rounds, turns, cap)
    caps = (CAP,) * options.rounds
    report.rows.append(
        Row("messages sent", "the cap", "per s", tuple(paces), caps, "B7", (">=", 0.99))
    )
    report.rows.append(Row("turns uncapped", "the cap", "per s", *free, "B7", (">=", 50.0)))
    report.rows.append(
        Row("CPU at that pace", "a core", "cores", tuple(costs), (1.0,) * len(costs), "B7",
            ("<=", 0.06))
    )  # fmt: skip
    report.note(f"at most {busiest} messages in any second; the limiter keeps {BETWEEN_ANY}")
    return report


async def _sent(store: Store, seconds: float) -> tuple[float, float, int]:
    """Messages a second, cores of client and server, the most in any second."""
    await store.redis.flushdb()
    count = int(CAP * seconds * 1.5)
    screen = Screen(text="Invented words for one reader.")
    await store.outbox.enqueue(
        [Delivery(id=f"d{n}", chat_id=n, screen=screen) for n in range(1, count + 1)]
    )
    taking, stop = Taking(), asyncio.Event()
    bot = Bot("1:" + "a" * 35, session=taking)
    task = asyncio.create_task(send(bot, store, stop))
    await taking.began.wait()
    cpu, served = time.process_time(), await _server_cpu(store)
    await asyncio.sleep(seconds)
    cost = time.process_time() - cpu + await _server_cpu(store) - served
    at = list(taking.at)
    stop.set()
    await task
    return (len(at) - 1) / (at[-1] - at[0]), cost / seconds, _busiest(at)


async def _server_cpu(store: Store) -> float:
    info = await store.redis.info("cpu")
    return float(info["used_cpu_user"]) + float(info["used_cpu_sys"])


def _busiest(at: list[float]) -> int:
    """The most of these instants within any second."""
    window, most = deque[float](), 0
    for instant in at:
        window.append(instant)
        while instant - window[0] >= 1:
            window.popleft()
        most = max(most, len(window))
    return most


async def _turns(store: Store, count: int) -> float:
    """Turns given a second when nobody waits for them."""
    await store.redis.flushdb()
    began = time.perf_counter()
    for chat in range(1, count + 1):
        await store.outbox.take_turn(chat, timedelta(days=1))
    return count / (time.perf_counter() - began)
