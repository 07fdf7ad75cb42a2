"""One, two, four worker processes on one server: how posts a second grow, and none done twice.

The analyst is the one without a model, which is bound by the CPU. The same with two workers that
are machines of their own, as far as the network goes.
"""

import asyncio
import shutil
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from redis.asyncio import Redis

from bench import seeds
from bench.chaos_server import OwnServer
from bench.machines import Machine, NoMachinesError, free_port, machines
from bench.measure import Options, Report, Row, Side, alternate, cpu_seconds, run
from bot.store import Store, keys
from tests.e2e.bot_process import BotProcess, bot, environment

POSTS, TINY = 1_000, 20
LOOK = 0.02  # seconds between two looks whether all is done
LONGEST = 300.0  # seconds
KEPT = timedelta(days=120)
TWICE = 1.7
"""Of one worker's pace that two on two cores are to reach."""

DEARER = 2 / TWICE
"""Of one worker's CPU for a post: what would make two no faster, however many cores are free."""


@dataclass
class Fleet:
    """Workers on a server of their own; the counts are of all rounds."""

    name: str
    store: Store
    workers: Sequence[BotProcess]
    given: int = 0
    entries: int = 0
    handed_on: int = 0
    delivered: int = 0
    cpu: float = 0.0
    costs: list[float] = field(default_factory=list)

    def signal(self, number: int) -> None:
        """To all workers."""
        for worker in self.workers:
            worker.signal(number)

    @property
    def worked(self) -> float:
        """Seconds of CPU of all workers, as the kernel counts them."""
        return sum(cpu_seconds(each.pid) for each in self.workers)

    @property
    def said(self) -> int:
        """Readings that the workers have told of."""
        return sum('"event": "read"' in line for each in self.workers for line in each.log)


def main(arguments: list[str]) -> int:
    """Measure; ``--size`` posts a round."""
    return run("workers", arguments, measure)


async def measure(options: Options) -> Report:
    """Two and four against one; two machines against two processes."""
    report, count = Report("workers"), options.of(POSTS, TINY)
    async with AsyncExitStack() as stack:
        counts = (1, 2) if options.tiny else (1, 2, 4)
        fleets = {
            number: await stack.enter_async_context(_fleet(_named(number), [None] * number))
            for number in counts
        }
        for number in counts[1:]:
            await _beside(report, options, fleets, number, count)
        try:
            await _apart(report, options, stack, fleets, count)
        except NoMachinesError as reason:
            report.note(f"two machines: left out, {reason}")
    _tell(report, fleets)
    return report


async def _beside(
    report: Report, options: Options, fleets: dict[int, Fleet], number: int, count: int
) -> None:
    """Some workers on this machine against one: their pace, and what a post costs them."""
    one, what, pair = _pace(fleets[1], count), _named(number), number == 2
    found = await alternate(options.rounds, _pace(fleets[number], count), one)
    dear, plain = (tuple(fleets[each].costs[-options.rounds :]) for each in (number, 1))
    report.rows += [
        Row(what, "one", "posts/s", *found, "scale", (">=", TWICE) if pair else None),
        Row(f"CPU of {what}", "one", "µs a post", dear, plain, "scale",
            ("<=", DEARER) if pair else None),
    ]  # fmt: skip


async def _apart(
    report: Report, options: Options, stack: AsyncExitStack, fleets: dict[int, Fleet], count: int
) -> None:
    """Two workers in namespaces of their own, over TCP."""
    hosts = await stack.enter_async_context(machines(2))
    apart = await stack.enter_async_context(_fleet("2 machines", hosts))
    found = await alternate(options.rounds, _pace(apart, count), _pace(fleets[1], count))
    fleets[0] = apart
    addresses = " and ".join(each.address for each in hosts)
    report.rows.append(
        Row(
            "2 machines", "one worker beside the server", "posts/s", *found, "scale", (">=", TWICE)
        )
    )
    report.note(f"the two machines are network namespaces with the addresses {addresses}")


@asynccontextmanager
async def _fleet(name: str, places: Sequence[Machine | None]) -> AsyncIterator[Fleet]:
    """A worker for each place, None for here, all at work for one server."""
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ftk")))
        hosts, port = [each.host for each in places if each], free_port()
        network = {"port": str(port), "bind": " ".join(hosts), "protected_mode": "no"}
        server = OwnServer(home, **(network if hosts else {}))
        await stack.enter_async_context(server)
        redis = Redis(unix_socket_path=server.socket, decode_responses=True, protocol=2)
        stack.push_async_callback(redis.aclose)
        workers = []
        for place in places:
            url = f"redis://{place.host}:{port}" if place else f"unix://{server.socket}"
            env = environment(home, REDIS_URL=url)
            before = (*_apart_from_us(), *(place.command if place else ()))
            workers.append(await stack.enter_async_context(bot(env, "extract", before=before)))
        for worker in workers:
            await worker.said('"event": "started"')
        store = Store(redis, KEPT, home)
        await store.post_stream.ready()  # the workers may not have come so far
        yield Fleet(name, store, workers)


def _apart_from_us() -> tuple[str, ...]:
    """A session each, as services have: Linux shares a busy machine's cores out by session."""
    program = shutil.which("setsid")
    return (program,) if program else ()


def _named(number: int) -> str:
    return f"{number} workers" if number > 1 else "one worker"


def _pace(fleet: Fleet, count: int) -> Side:
    async def side() -> float:
        return await _rate(fleet, count)

    return side


async def _rate(fleet: Fleet, count: int) -> float:
    """Posts a second; what was done is added up."""
    store = fleet.store
    posts = list(seeds.posts(count, fleet.given))
    before, spent = await _read(store), await _spent(store)
    fleet.signal(signal.SIGSTOP)  # what is measured is their work, not the filling of the stream
    for start in range(0, count, seeds.TOGETHER):
        await store.posts.ingest_all(posts[start : start + seeds.TOGETHER])
    fleet.given += count
    cpu, began = fleet.worked, time.perf_counter()
    fleet.signal(signal.SIGCONT)
    async with asyncio.timeout(LONGEST):
        while await store.redis.xlen(keys.ENTRIES) < count:  # noqa: ASYNC110 - others write it
            await asyncio.sleep(LOOK)
    took = time.perf_counter() - began
    fleet.costs.append((fleet.worked - cpu) / count * 1e6)
    await asyncio.sleep(LOOK)  # a second time, if there was one, would come by now
    fleet.entries += int(await store.redis.zcard(keys.INDEX))
    fleet.handed_on += int(await store.redis.xlen(keys.ENTRIES))
    fleet.delivered += await _read(store) - before
    fleet.cpu += await _spent(store) - spent
    await _clear(store)
    return count / took


async def _read(store: Store) -> int:
    """How often items of the stream of posts were given out."""
    groups = await store.redis.xinfo_groups(keys.POSTS)
    return int(groups[0]["entries-read"] or 0)


async def _spent(store: Store) -> float:
    """Seconds of CPU of the server."""
    info = await store.redis.info("cpu")
    return float(info["used_cpu_user"]) + float(info["used_cpu_sys"])


async def _clear(store: Store) -> None:
    """Take away what was made; the group of the workers stays."""
    names = [str(key) async for key in store.redis.scan_iter(count=1_000)]
    gone = [name for name in names if name != keys.POSTS]
    for start in range(0, len(gone), 1_000):
        await store.redis.unlink(*gone[start : start + 1_000])


def _tell(report: Report, fleets: dict[int, Fleet]) -> None:
    """Whether each post was done once; more is an error of the product, not a figure."""
    for fleet in fleets.values():
        counts = {"entries": fleet.entries, "hand-overs": fleet.handed_on}
        counts |= {"deliveries": fleet.delivered, "readings told": fleet.said}
        said = ", ".join(f"{count} {what}" for what, count in counts.items())
        share = fleet.cpu / fleet.given * 1e6
        report.note(f"{fleet.name}: {fleet.given} posts given, {said}")
        report.note(f"{fleet.name}: the server spends {share:.0f} µs of CPU on a post")
        worst = max(counts.values()) / fleet.given
        what = f"times a post was done, {fleet.name}"
        report.rows.append(Row(what, "once", "times", (worst,), (1.0,), "once", ("<=", 1.0)))
