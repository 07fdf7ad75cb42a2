"""Chaos: kill workers and the store, lose replies, fail sends; count what was lost or doubled.

The clock of one worker is ten minutes slow; the last kill takes the watcher with a page in hand.
`python -m bench chaos --posts 10000 --kills 100 --server-kills 20`. Exit code 1 when an invariant
is broken. It starts everything itself and leaves nothing behind.
"""

import argparse
import asyncio
import random
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from redis.asyncio import Redis

from bench import chaos_world as feed
from bench.chaos_checks import Finding, findings
from bench.chaos_faults import Faults
from bench.chaos_feed import feed_all, hand_on_again
from bench.chaos_fleet import STAGES, Fleet
from bench.chaos_server import OwnServer
from bench.chaos_watch import Watch
from bench.chaos_world import Plan, World
from bot.store import Store
from tests.fakes.botapi import FakeBotApi
from tests.fakes.openai import FakeOpenAI
from tests.fakes.openai_answers import makes
from tests.fakes.proxy import FakeProxy
from tests.fakes.tme import FakeTme


@dataclass(frozen=True)
class Options:
    """What a run is made of."""

    posts: int
    messages: int
    kills: int
    server_kills: int
    fsync: str
    seed: int
    on_unknown: str
    workers: int = len(STAGES)


@dataclass
class Report:
    """What came of a run."""

    findings: list[Finding]
    seconds: float
    faults: dict[str, int]
    faulty: list[list[str]]
    exits: list[int]
    unknown: int
    doubled: int
    log: list[str]

    @property
    def broken(self) -> list[Finding]:
        """Invariants that do not hold."""
        return [finding for finding in self.findings if not finding.holds]


async def run(options: Options) -> Report:
    """One run from nothing to its report."""
    started = time.monotonic()
    chance = random.Random(options.seed)
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ftk")))
        server = await stack.enter_async_context(OwnServer(home, options.fsync))
        world = await _world(stack, server, home)
        plan = feed.plan(options.posts, options.messages)
        await feed.prime(world, [*plan.messages, *plan.readers, *plan.askers, *plan.talkers])
        feed.serve_pages(world, plan.by_site, 0)
        env = world.environment(home, options.on_unknown)
        fleet = await stack.enter_async_context(Fleet(env, STAGES[: options.workers], chance))
        await feed.wait_for_polls(world)
        faults = Faults(world.api, world.proxy, chance)
        spoiling = asyncio.create_task(faults.run())
        feeding = asyncio.create_task(feed_all(world, plan))
        feeding.add_done_callback(_fail_aloud)
        await _break(world, plan, options, server, fleet, chance)
        await _kill_in_a_look(world, plan, fleet, feeding)
        await _settled(world, plan, fleet, feeding)
        spoiling.cancel()
        await fleet.drain()
        return await _report(world, plan, fleet, faults, started)


async def _report(
    world: World, plan: Plan, fleet: Fleet, faults: Faults, started: float
) -> Report:
    world.count_calls()
    found = await findings(world, plan, fleet.log, fleet.kills)
    doubled = next(f for f in found if f.name == "I2 doubled")
    return Report(
        found,
        time.monotonic() - started,
        faults.given,
        fleet.faulty,
        fleet.exits,
        sum("unknown outcome" in line for line in fleet.log),
        int(doubled.says.split()[0]),
        fleet.log,
    )


async def _world(stack: AsyncExitStack, server: OwnServer, home: Path) -> World:
    redis = Redis(unix_socket_path=server.socket, decode_responses=True, protocol=2)
    stack.push_async_callback(redis.aclose)
    model = await stack.enter_async_context(FakeOpenAI())
    model.default = makes(feed.read_quickly)
    return World(
        api=await stack.enter_async_context(FakeBotApi()),
        model=model,
        site=await stack.enter_async_context(FakeTme()),
        proxy=await stack.enter_async_context(FakeProxy(server.socket)),
        store=Store(redis, timedelta(days=120), home),
    )


def _fail_aloud(feeding: asyncio.Task[None]) -> None:
    """A run that is fed no more would only stand still."""
    if not feeding.cancelled() and (error := feeding.exception()):
        print(f"the feed broke: {error!r}", file=sys.stderr)


async def _break(
    world: World,
    plan: Plan,
    options: Options,
    server: OwnServer,
    fleet: Fleet,
    chance: random.Random,
) -> None:
    """All kills but the last, at random points of the progress in posts and messages."""
    total = plan.posts + plan.deliveries
    acts = ["worker"] * (options.kills - 1) + ["server"] * options.server_kills
    points = sorted((chance.uniform(0.01, 0.95) * total, act) for act in acts)
    watch = Watch(world)
    for point, act in points:
        while world.progress < point:
            await watch.pause(fleet)
            if watch.stands_still:
                return
        if act == "worker":
            await fleet.kill_one()
        else:
            died = asyncio.get_running_loop().time()
            await server.kill()
            await asyncio.sleep(chance.uniform(0, 0.5))
            await server.start()
            if options.fsync != "always":
                await hand_on_again(world, died)


async def _kill_in_a_look(world: World, plan: Plan, fleet: Fleet, fed: asyncio.Task[None]) -> None:
    """The last kill: of the watcher in mid-look, when all is fed; each channel then has a post."""
    watch = Watch(world)
    while not fed.done():
        await watch.pause(fleet)
        if watch.stands_still:
            return
    world.site.hold()
    await world.site.until(lambda site: site.busy > 0)
    world.killed = await fleet.kill_watcher()
    feed.serve_pages(world, plan.by_site, 1, plan.last)
    world.site.release()


async def _settled(world: World, plan: Plan, fleet: Fleet, fed: asyncio.Task[None]) -> None:
    """Until all is fed and everything has ended, or nothing moves any more."""
    watch, at = Watch(world), world.store
    streams = (at.update_stream, at.post_stream, at.entry_stream, at.outbox_stream)
    while not watch.stands_still:
        await watch.pause(fleet)
        # Messages that came twice count as progress, so the posts are counted by themselves.
        unread = len(world.paid) < plan.posts + len(plan.last)
        if unread or world.progress < plan.total or world.api.queue.pending or not fed.done():
            continue
        if len(world.late) < len(plan.readers):  # due until the read model has caught up
            continue
        if not any([await each.waiting() for each in streams]):
            return
    fed.cancel()


def main(arguments: Sequence[str]) -> int:
    """The command; prints every invariant with its count."""
    options, log = _options(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # end what was started, too
    report = asyncio.run(run(options))
    if log:
        log.write_text("\n".join(report.log), "utf-8")
    print(f"chaos: {options}\n{report.seconds:.0f} s; faults given: {report.faults}")
    print(f"workers that ended by themselves: {len(report.faulty)}; exits: {report.exits}")
    for said in report.faulty[:3]:
        print("   ", *said, sep="\n    ")
    bad = wrong(report, options)
    for finding in report.findings:
        print(f"{'BAD' if finding.name in bad else 'ok '} {finding.name}: {finding.says}")
    return 1 if bad else 0


def wrong(report: Report, options: Options) -> list[str]:
    """Names of broken invariants; resending may double what had an unknown outcome."""
    names = [finding.name for finding in report.broken]
    if options.on_unknown == "resend" and report.doubled <= report.unknown:
        names = [name for name in names if name != "I2 doubled"]
    return names


def _options(arguments: Sequence[str]) -> tuple[Options, Path | None]:
    parser = argparse.ArgumentParser(prog="python -m bench chaos", description=__doc__)
    parser.add_argument("--posts", type=int, default=1000)
    parser.add_argument("--messages", type=int, help="numbered messages; a quarter of the posts")
    parser.add_argument("--kills", type=int, default=10, help="of workers; one at least")
    parser.add_argument("--server-kills", type=int, default=2)
    parser.add_argument("--fsync", choices=["everysec", "always"], default="everysec")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--on-unknown", choices=["probe", "resend"], default="probe")
    parser.add_argument("--log", type=Path, help="file for what the workers said")
    given = parser.parse_args(arguments)
    options = Options(
        posts=given.posts,
        messages=given.posts // 4 if given.messages is None else given.messages,
        kills=given.kills,
        server_kills=given.server_kills,
        fsync=given.fsync,
        seed=given.seed,
        on_unknown=given.on_unknown,
    )
    return options, given.log
