"""C8: schedulers on hosts with wrong clocks, as real processes."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bench.chaos_server import OwnServer
from bot.model import Subscription
from bot.store import Store, keys
from tests.e2e.bot_process import ROOT, BotProcess, bot, environment
from tests.fakes.wrong_clock import off_by
from tests.store.faulty import store_at
from tests.waiting import eventually

pytestmark = pytest.mark.slow
READERS = range(1, 21)


@asynccontextmanager
async def schedulers(home: Path, *skews: int) -> AsyncIterator[tuple[Store, list[BotProcess]]]:
    """One scheduler a clock, by the minutes that it is ahead; none is right."""
    async with OwnServer(home) as server, store_at(f"unix://{server.socket}") as store:
        env = environment(home, REDIS_URL=f"unix://{server.socket}")
        before = [off_by(timedelta(minutes=skew)) if skew else () for skew in skews]
        async with bot(env, "publish", before=before[0]) as one:
            await one.said("started")
            if not before[1:]:
                yield store, [one]
                return
            async with bot(env, "publish", before=before[1]) as other:
                await other.said("started")
                yield store, [one, other]


@pytest.mark.parametrize("skews", [(-10,), (-10, 0), (-7 * 60,), (3 * 60,)], ids=str)
async def test_c8_digests_go_out_at_the_time_of_the_store(
    home: Path, skews: tuple[int, ...]
) -> None:
    async with schedulers(home, *skews) as (store, running):
        due = datetime.now(UTC).replace(microsecond=0)
        for chat in READERS:
            reader = Subscription(chat_id=chat, at=due.time())
            await store.subscriptions.save(reader, due)

        async def all_closed() -> bool:
            return not await store.redis.zcount(keys.DUE, 0, due.timestamp() + 3600)

        await eventually(all_closed)
        late = datetime.now(UTC) - due
        assert await store.redis.xlen(keys.OUTBOX) + await store.redis.zcard(
            keys.later(keys.OUTBOX)
        ) == len(READERS)
        assert late < timedelta(seconds=30)  # it is a second or two; a claim given up is sixty
        assert "clock skew" in await running[0].said("clock skew")


async def test_the_doctor_names_a_wrong_clock(home: Path) -> None:
    async with OwnServer(home) as server:
        env = environment(home, REDIS_URL=f"unix://{server.socket}")
        process = await asyncio.create_subprocess_exec(
            *(*off_by(-timedelta(minutes=10)), sys.executable, "-m", "bot", "doctor"),
            cwd=home,
            env={**env, "PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.PIPE,
        )
        said, _ = await process.communicate()
    assert "! Clock" in said.decode()
    assert "behind the store" in said.decode()
