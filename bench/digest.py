"""A weekly digest out of a thousand posts against the bare command that fetches them (B4)."""

import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bench import seeds
from bench.measure import Options, Report, Row, alternate, quantile, run
from bench.place import own_store
from bench.topic import come_in
from bot.model import Subscription
from bot.publish.edition import edition
from bot.store import keys
from bot.store.codec.entries import stored_entries

POSTS, TINY = 1_000, 30
TIMES = 5
READER = Subscription(chat_id=1)


def main(arguments: list[str]) -> int:
    """Measure an edition with its pages."""
    return run("digest", arguments, measure)


async def measure(options: Options) -> Report:
    """Compose and render a week; fetch the same bodies."""
    report, count = Report("digest"), options.of(POSTS, TINY)
    async with own_store() as (store, _):
        await seeds.fill(store, count, timedelta(days=7))
        await seeds.show(store, count)
        await store.read_model.refresh()
        names = await store.redis.zrange(keys.INDEX, 0, -1)

        async def bare() -> None:
            await stored_entries(store.redis, [str(key) for key in names])

        async def ours() -> float:
            return await _timed(lambda: edition(store, READER, "week", seeds.NOW))

        async def after_change() -> float:
            nonlocal count
            found = []
            for _ in range(TIMES):
                count += 1
                await come_in(store, count)
                found.append(await _timed(lambda: edition(store, READER, "week", seeds.NOW), 1))
            return quantile(found, 0.5)

        async def theirs() -> float:
            return await _timed(bare)

        whole = await alternate(options.rounds, ours, theirs)
        first = await alternate(options.rounds, after_change, theirs)
    peer = f"MGET of {len(names)}"
    report.rows.append(Row("weekly digest, rendered", peer, "ms", *whole, "B4", ("<=", 3.0)))
    report.rows.append(Row("the same, first after a change", peer, "ms", *first))
    return report


async def _timed(call: Callable[[], Awaitable[object]], times: int = TIMES) -> float:
    """Milliseconds, the median of some."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        await call()
        found.append((time.perf_counter() - began) * 1000)
    return quantile(found, 0.5)
