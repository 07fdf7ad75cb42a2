"""Everybody due at once: the due set against one scheduler job per reader in Redis (B8)."""

import time
from datetime import timedelta
from typing import Any

from apscheduler.jobstores.redis import RedisJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from bench import seeds
from bench.measure import Options, Report, Row, alternate, run
from bench.place import emptied, own_store, used
from bot.model import Subscription
from bot.publish.schedule import DUE_BATCH
from bot.store import Store, keys

READERS, TINY = 10_000, 50
EARLIER = seeds.NOW - timedelta(hours=1)
AT_ONCE = 500


def send_digest(chat: int) -> None:
    """What a job per reader would do."""


def main(arguments: list[str]) -> int:
    """Measure memory and time; ``--size`` readers."""
    return run("due", arguments, measure)


async def measure(options: Options) -> Report:
    """Memory of the schedule, and the time of one tick at which everybody is due."""
    report, count = Report("due"), options.of(READERS, TINY)
    async with own_store() as (store, url):
        jobs = RedisJobStore(unix_socket_path=url.removeprefix("unix://"))
        sizes = {"ours": list[float](), "theirs": list[float]()}

        async def ours() -> float:
            return await _claimed(store, count, sizes["ours"])

        async def theirs() -> float:
            return await _loaded(store, jobs, count, sizes["theirs"])

        found = await alternate(options.rounds, ours, theirs)
        jobs.shutdown()
    peer = "RedisJobStore, a job each"
    report.rows.append(Row("all due readers claimed", peer, "s", *found, "B8", ("<=", 0.02)))
    rounds = options.rounds
    memory = tuple(sizes["ours"][-rounds:]), tuple(sizes["theirs"][-rounds:])
    what = "memory of the schedule"
    report.rows.append(Row(what, peer, "bytes each", *memory, "B8", ("<=", 0.1)))
    report.note(f"{count} readers; their settings are left out on both sides")
    return report


async def _claimed(store: Store, count: int, sizes: list[float]) -> float:
    """Seconds to claim everybody, as many at a time as the tick does."""
    await emptied(store)
    reader = Subscription(chat_id=1)
    await store.subscriptions.save(reader, EARLIER)
    before = await used(store)
    for start in range(2, count + 1, AT_ONCE):
        chats = range(start, min(start + AT_ONCE, count + 1))
        await store.redis.zadd(keys.DUE, {str(c): int(EARLIER.timestamp()) for c in chats})
    sizes.append((await used(store) - before) / count)
    began, claimed = time.perf_counter(), 0
    while chats_now := await store.subscriptions.claim_due(DUE_BATCH):
        claimed += len(chats_now)
    if claimed != count:
        raise RuntimeError(f"{claimed} of {count} readers claimed")
    return time.perf_counter() - began


async def _loaded(store: Store, jobs: Any, count: int, sizes: list[float]) -> float:
    """Seconds to load every due job, as a scheduler does at a tick."""
    await emptied(store)
    before = await used(store)
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.start(paused=True)
    jobs.start(scheduler, "readers")
    for chat in range(1, count + 1):
        job = scheduler.add_job(
            "bench.due:send_digest", "cron", hour=9, args=[chat], id=str(chat),
            next_run_time=EARLIER,
        )  # fmt: skip
        jobs.add_job(job)
        scheduler.remove_job(str(chat))
    sizes.append((await used(store) - before) / count)
    began = time.perf_counter()
    found = len(jobs.get_due_jobs(seeds.NOW))
    took = time.perf_counter() - began
    scheduler.shutdown()
    if found != count:
        raise RuntimeError(f"{found} of {count} jobs due")
    return took
