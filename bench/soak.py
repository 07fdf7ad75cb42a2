"""Half an hour of everything at once: does memory grow, do keys, streams or logs?

``python -m bench soak --minutes 30``. Real processes work against the fakes of the tests: posts
come by updates and by previews, some are edited; readers ask for digests, topics and searches,
digests fall due, Telegram refuses messages for a while. Lifetimes of the store are cut to minutes,
so that in the end as much expires as comes.
"""

import asyncio
import json
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import cast

from bench.measure import Options, Report, Row, middle, run
from bench.place import own_store
from bench.soak_watch import Look, cut_short, every, items, look, per_hour, thirds
from bench.soak_world import World, live, read
from tests.e2e.bot_process import BotProcess, bot
from tests.fakes.botapi import FakeBotApi
from tests.fakes.openai import FakeOpenAI
from tests.fakes.openai_answers import makes
from tests.fakes.tme import FakeTme

MINUTES, TINY_SECONDS = 5.0, 2.0
STAGES = (("collect",), ("extract", "publish"), ("telegram",))
LIVES = 12  # lifetimes that pass, the first third of the time not counted in any figure
SHORTEST = timedelta(seconds=90)
SETTLED = 60.0  # seconds at most till the last item is finished
FLAT = 1.03  # of the middle third; a third of half an hour is ten minutes


def main(arguments: list[str]) -> int:
    """Soak; ``--minutes`` says how long."""
    return run("soak", arguments, measure)


async def measure(options: Options) -> Report:
    """Live for a while, settle, compare the last third with the middle one."""
    seconds = TINY_SECONDS if options.tiny else (options.minutes or MINUTES) * 60
    async with AsyncExitStack() as stack:
        world = await stack.enter_async_context(_world())
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ftk")))
        world.begin()
        fleet = {
            "+".join(stages): await stack.enter_async_context(
                bot(world.environment(home), *stages)
            )
            for stages in STAGES
        }
        await world.api.until(lambda api: api.queue.polls > 0)
        looks = await _lived(world, fleet, seconds, speed=8 if options.tiny else 1)
        left = await _settled(world)
        ends = [await process.terminate() for process in fleet.values()]
        said = [line for process in fleet.values() for line in process.log]
    report = Report("soak")
    report.rows = [*_rows(looks), _lines(world, len(said))]
    _tell(report, world, looks, seconds)
    kinds = Counter(str(json.loads(line).get("event")) for line in said).most_common(8)
    report.note(f"log: {', '.join(f'{count} {kind}' for kind, count in kinds)}")
    report.note(f"left in streams at the end: {left}; exit codes: {ends}")
    return report


@asynccontextmanager
async def _world() -> AsyncIterator[World]:
    async with FakeBotApi() as api, FakeOpenAI() as model, FakeTme() as site:
        model.default = makes(read)
        async with own_store() as (store, url):
            world = World(api, model, site, store, url)
            await world.accept()
            yield world


async def _lived(
    world: World, fleet: dict[str, BotProcess], seconds: float, *, speed: float
) -> list[Look]:
    """All that goes on in that time, looked at some hundred times."""
    info = cast("dict[str, int]", await world.store.redis.info("server"))
    pids = {name: process.pid for name, process in fleet.items()} | {"server": info["process_id"]}
    looks, began, lifetime = list[Look](), time.monotonic(), _lifetime(seconds)

    async def see() -> None:
        looks.append(await look(world.store, pids, began))

    async def cut() -> None:
        await cut_short(world.store, lifetime)

    async with asyncio.TaskGroup() as tasks:
        going = [
            tasks.create_task(live(world, speed)),
            tasks.create_task(every(min(5.0, seconds / 20), see)),
            tasks.create_task(every(lifetime.total_seconds() / 8, cut)),
        ]
        await asyncio.sleep(seconds)
        for task in going:
            task.cancel()
    return looks


def _lifetime(seconds: float) -> timedelta:
    return max(SHORTEST, timedelta(seconds=seconds / LIVES))


async def _settled(world: World) -> int:
    """Wait for what is under way; how many items are left."""
    deadline = time.monotonic() + SETTLED
    while time.monotonic() < deadline:
        if not world.api.queue.pending and not await items(world.store):
            return 0
        await asyncio.sleep(0.2)
    return await items(world.store)


def _rows(looks: list[Look]) -> list[Row]:
    before, after = thirds(looks)

    def row(what: str, unit: str, of: Callable[[Look], float]) -> Row:
        ours, theirs = (max(1.0, middle([of(each) for each in part])) for part in (after, before))
        return Row(what, "the middle third", unit, (ours,), (theirs,), "flat", ("<=", FLAT))

    def of(name: str) -> Callable[[Look], float]:
        return lambda each: each.megabytes[name]

    found = [row(f"{name}, last third", "MB", of(name)) for name in looks[0].megabytes]
    found.append(row("keys, last third", "keys", lambda each: each.keys))
    found.append(row("work in streams (1 at least)", "items", lambda each: each.items))
    return found


def _lines(world: World, lines: int) -> Row:
    each = lines / (world.posts + world.edits)
    return Row("log lines", "a line each", "per post", (each,), (1.0,), "flat", ("<=", 1.0))


def _tell(report: Report, world: World, looks: list[Look], seconds: float) -> None:
    did = f"{world.posts} posts, {world.edits} edits, {world.asked} questions"
    sent = world.answered + len(world.api.deliveries)
    report.note(f"{seconds / 60:.3g} minutes: {did}, {world.floods} floods, {sent} messages sent")
    steady = [each for part in thirds(looks) for each in part]
    slopes = [
        f"{name} {per_hour(steady, lambda each, name=name: each.megabytes[name]):+.2f} MB"  # type: ignore[misc]
        for name in looks[0].megabytes
    ]
    slopes.append(f"keys {per_hour(steady, lambda each: each.keys):+.0f}")
    slopes.append(f"items in streams {per_hour(steady, lambda each: each.items):+.1f}")
    report.note(f"slopes an hour after the first third: {', '.join(slopes)}")
    report.note(f"lifetimes of keys were cut to {_lifetime(seconds).seconds} s")
