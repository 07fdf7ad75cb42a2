"""One process of all stages: its memory and CPU while nothing happens, and after posts (C4).

The real program with its embedded server, without a model, against a fake Bot API and twelve pages
that do not change. What is looked at is the process itself; the server is one of its own.
"""

import asyncio
import tempfile
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

from bench.chaos_world import text_of
from bench.measure import Options, Report, Row, cpu_seconds, run
from bench.place import used
from bench.soak_watch import resident
from bot.config import Settings
from bot.model import Channel, Post
from bot.store import Store, keys, open_store
from tests.e2e.bot_process import BotProcess, bot, end_server, environment
from tests.fakes.botapi import TOKEN, FakeBotApi
from tests.fakes.pages import page, written
from tests.fakes.tme import FakeTme
from tests.waiting import eventually

POSTS, TINY = 10_000, 20
PAGES, OTHERS = 12, 10
PATIENCE_S = 600.0
SETTLED_S = 60.0  # until it has read its pages and is quiet
QUIET_S, TINY_S = 60.0, 1.0
_RSS_MB, _STORE_MB, _CORES = 200.0, 10.0, 0.005


def main(arguments: list[str]) -> int:
    """Measure one process; ``--size`` is the number of posts."""
    return run("whole", arguments, measure)


async def measure(options: Options) -> Report:
    """Idle, then posts as fast as they are taken in, then idle again."""
    report, count = Report("whole"), options.of(POSTS, TINY)
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ftk")))
        api = await stack.enter_async_context(FakeBotApi())
        site = await stack.enter_async_context(FakeTme())
        handles = [f"pane_page_{number}" for number in range(PAGES)]
        for number, handle in enumerate(handles, start=1):
            posts = [written(1, text_of(number), hours_ago=1)]
            site.serve(handle, page(handle, posts, channel_id=7_200_000 + number, title=handle))
        env = environment(
            home,
            TELEGRAM_BOT_TOKEN=TOKEN,
            TELEGRAM_API_BASE=api.url,
            PREVIEW_BASE_URL=site.base_url,
            CHANNELS=",".join(handles),
        )
        stack.callback(end_server, home)
        process = await stack.enter_async_context(bot(env))
        await process.said("started")
        settings = Settings.model_construct(fortochka_home=home / "data")
        store = await stack.enter_async_context(open_store(settings))
        await _posts_are(store, PAGES)
        await asyncio.sleep(TINY_S if options.tiny else SETTLED_S)
        await _look(report, "idle", process, store, options)
        await _bring(store, count)
        await _look(report, f"after {count:,} posts", process, store, options)
    return report


async def _bring(store: Store, count: int) -> None:
    """Posts of channels that nobody looks at, and wait until all are in their stories."""
    for number in range(count):
        post = Post(
            channel=Channel(ref=f"{9_000_000 + number % OTHERS}", title="Pane"),
            message_id=1 + number // OTHERS,
            published_at=datetime.now(UTC),
            text=text_of(1_000 + number),
        )
        await store.posts.ingest(post)
    await _posts_are(store, PAGES + count)


async def _posts_are(store: Store, count: int) -> None:
    """Wait until so many entries are stored and wait for nothing."""

    async def joined() -> bool:
        waiting = int(await store.redis.xlen(keys.ENTRIES))
        return int(await store.redis.zcard(keys.INDEX)) - waiting >= count

    await eventually(joined, PATIENCE_S)


async def _look(
    report: Report, when: str, process: BotProcess, store: Store, options: Options
) -> None:
    quiet = TINY_S if options.tiny else QUIET_S
    began, spent = time.monotonic(), cpu_seconds(process.pid)
    await asyncio.sleep(quiet)
    share = (cpu_seconds(process.pid) - spent) / (time.monotonic() - began)
    found = (
        ("memory", resident(process.pid), _RSS_MB, "MB"),
        ("data in the store", await used(store) / 1e6, _STORE_MB, "MB"),
        ("CPU", max(share, 1e-6), _CORES, "cores"),
    )
    for what, value, limit, unit in found:
        name = f"{what}, {when}"
        report.rows.append(Row(name, "the limit", unit, (value,), (limit,), "C4", ("<=", 1.0)))
