"""C8: schedulers on hosts with wrong clocks, as real processes under faketime."""

import asyncio
import shutil
import subprocess
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
from tests.store.faulty import store_at
from tests.telegram.waiting import eventually

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(180),
    pytest.mark.skipif(shutil.which("faketime") is None, reason="faketime is not installed"),
]
READERS = range(1, 21)


def _skewed(skew: str) -> tuple[str, ...]:
    """What runs a program by a clock that is off, in the program's own process.

    The command of that name stays before it and takes its signals.
    """
    shown = subprocess.run(
        ("faketime", "-f", skew, "printenv", "LD_PRELOAD"),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return ("env", f"LD_PRELOAD={shown.stdout.strip()}", f"FAKETIME={skew}")


@asynccontextmanager
async def schedulers(home: Path, *skews: str) -> AsyncIterator[tuple[Store, list[BotProcess]]]:
    """One scheduler a clock, such as ``-10m``; an empty one is right."""
    async with OwnServer(home) as server, store_at(f"unix://{server.socket}") as store:
        env = environment(home, REDIS_URL=f"unix://{server.socket}")
        before = [_skewed(skew) if skew else () for skew in skews]
        async with bot(env, "publish", before=before[0]) as one:
            await one.said("started", 60)
            if not before[1:]:
                yield store, [one]
                return
            async with bot(env, "publish", before=before[1]) as other:
                await other.said("started", 60)
                yield store, [one, other]


@pytest.mark.parametrize("skews", [("-10m",), ("-10m", ""), ("-7h",), ("+3h",)], ids=str)
async def test_c8_digests_go_out_at_the_time_of_the_store(
    home: Path, skews: tuple[str, ...]
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


@pytest.mark.parametrize(("where", "named"), [("embedded", False), ("elsewhere", True)])
async def test_the_doctor_names_a_wrong_clock(home: Path, where: str, named: bool) -> None:
    """The embedded server has the clock of its host, so there is nothing to name."""
    async with OwnServer(home) as server:
        url = {"REDIS_URL": f"unix://{server.socket}"} if where == "elsewhere" else {}
        process = await asyncio.create_subprocess_exec(
            *("faketime", "-f", "-10m", sys.executable, "-m", "bot", "doctor"),
            cwd=home,
            env={**environment(home, **url), "PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.PIPE,
        )
        said, _ = await process.communicate()
    assert ("! Clock" in said.decode() and "behind the store" in said.decode()) is named
