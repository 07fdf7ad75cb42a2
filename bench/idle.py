"""From XADD to the handler on an idle stream, and what an idle worker uses (B12)."""

import asyncio
import time
from datetime import timedelta

from bench.measure import Options, Report, Row, Side, alternate, middle, run
from bench.peers import absent, peer
from bench.place import own_store
from bot.store import Store
from bot.store.queue.stream import GROUP, Item
from bot.store.queue.worker import consume

ASKED, TINY = 60, 5
APART = 0.02  # seconds between two items


def main(arguments: list[str]) -> int:
    """Measure latency and idleness."""
    return run("idle", arguments, measure)


async def measure(options: Options) -> Report:
    """Ours against taskiq and a bare blocking read; then the CPU of doing nothing."""
    report, count = Report("idle"), options.of(ASKED, TINY)
    async with own_store() as (store, url):
        bare = await alternate(options.rounds, _ours(store, count), _bare(store, count))
        report.rows.append(Row("XADD to handler", "a bare XREADGROUP", "ms", *bare))
        async with peer("taskiq_stream", url, install=not options.tiny) as ask:
            if ask is None:
                absent(report, "taskiq")
            else:

                async def theirs() -> float:
                    return (await ask(latency=count))["p50"] * 1000

                found = await alternate(options.rounds, _ours(store, count), theirs)
                row = Row("XADD to handler", "taskiq", "ms", *found, "B12", ("<=", 0.65))
                report.rows.append(row)
        seconds = 0.5 if options.tiny else 4.0
        used = tuple([await _idle(store, seconds) for _ in range(options.rounds)])
        limits = (0.005,) * len(used)
        what = "CPU of an idle worker loop"
        report.rows.append(Row(what, "the limit", "cores", used, limits, "B12", ("<=", 1.0)))
    return report


def _ours(store: Store, count: int) -> Side:
    """The median of the product's loop, in milliseconds."""

    async def side() -> float:
        stream, stop, seen = store.post_stream, asyncio.Event(), list[float]()
        handled = asyncio.Event()

        async def handle(item: Item) -> None:
            seen.append(time.perf_counter() - float(item.fields["at"]))
            await stream.finish(item)
            handled.set()

        loop = asyncio.create_task(consume(stream, handle, consumer="bench", stop=stop))
        await asyncio.sleep(0.1)
        for _ in range(count):
            handled.clear()
            await store.redis.xadd(stream.name, {"at": time.perf_counter()})
            await handled.wait()
            await asyncio.sleep(APART)
        stop.set()
        await loop
        return middle(seen) * 1000

    return side


def _bare(store: Store, count: int) -> Side:
    """The median of a loop of nothing but reading and finishing."""

    async def side() -> float:
        stream, seen = store.entry_stream, list[float]()
        await stream.ready()

        async def read() -> None:
            while len(seen) < count:
                for item in await stream.read("bare", 1, timedelta(seconds=1)):
                    seen.append(time.perf_counter() - float(item.fields["at"]))
                    await store.redis.xack(stream.name, GROUP, item.id)

        loop = asyncio.create_task(read())
        await asyncio.sleep(0.1)
        for _ in range(count):
            await store.redis.xadd(stream.name, {"at": time.perf_counter()})
            await asyncio.sleep(APART)
        await loop
        return middle(seen) * 1000

    return side


async def _idle(store: Store, seconds: float) -> float:
    """Cores that a loop without work uses."""
    stop = asyncio.Event()
    loop = asyncio.create_task(
        consume(store.post_stream, store.post_stream.finish, consumer="bench", stop=stop)
    )
    await asyncio.sleep(0.2)
    began = time.process_time()
    await asyncio.sleep(seconds)
    used = (time.process_time() - began) / seconds
    stop.set()
    await loop
    return used
