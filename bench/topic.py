"""The page of a topic among many posts against the two bare commands for ten of them (B3, B6)."""

import time
from datetime import timedelta
from itertools import cycle

from bench import seeds
from bench.measure import Options, Report, Row, alternate, quantile, run
from bench.place import own_store
from bot.model import Subscription
from bot.publish.buttons import TopicPage
from bot.store import Store, keys
from bot.telegram.views import topic_view

POSTS, TINY = 100_000, 60
ASKED, SHOWN = 40, 10
SLOW = 5_000  # µs
READER = Subscription(chat_id=1)


def main(arguments: list[str]) -> int:
    """Measure a page; ``--size`` posts in the store."""
    return run("topic", arguments, measure)


async def measure(options: Options) -> Report:
    """Median and 99th percentile of both, and what the server found slow."""
    report, count = Report("topic"), options.of(POSTS, TINY)
    asked = options.of(ASKED, 3) if options.tiny else ASKED
    async with own_store() as (store, _):
        await seeds.fill(store, count)
        await store.redis.config_set("slowlog-log-slower-than", SLOW)
        await store.redis.slowlog_reset()
        sides = {"page": list[list[float]](), "bare": list[list[float]]()}

        async def ours() -> float:
            return _kept(sides["page"], await _pages(store, asked))

        async def theirs() -> float:
            return _kept(sides["bare"], await _bare(store, asked))

        middle = await alternate(options.rounds, ours, theirs)
        peer = "ZREVRANGE + MGET of ten"
        report.rows.append(Row("page of a topic, p50", peer, "ms", *middle, "B3", ("<=", 1.0)))
        late = [
            tuple(quantile(each, 0.99) for each in found[-options.rounds :])
            for found in sides.values()
        ]
        report.rows.append(
            Row("page of a topic, p99", peer, "ms", late[0], late[1], "B3", ("<=", 1.0))
        )
        slow = await store.redis.slowlog_get(100)
        weeks = await store.entries.weekly([seeds.NOW], [seeds.TOPICS[0]])
        week = weeks[seeds.TOPICS[0]][0]
    report.note(f"{count} posts; about {week} of them on one topic in the week that a page covers")
    report.note(f"B6 commands over {SLOW / 1000:g} ms: {_named(slow)}")
    return report


def _kept(found: list[list[float]], figures: list[float]) -> float:
    found.append(figures)
    return quantile(figures, 0.5)


def _week() -> timedelta:
    return timedelta(days=7)


async def _pages(store: Store, asked: int) -> list[float]:
    """Milliseconds of each page, rendered."""
    found = []
    for topic, _ in zip(cycle(seeds.TOPICS), range(asked), strict=False):
        began = time.perf_counter()
        await topic_view(store, READER, TopicPage(topic), seeds.NOW)
        found.append((time.perf_counter() - began) * 1000)
    return found


async def _bare(store: Store, asked: int) -> list[float]:
    """Milliseconds of the newest ten as they are stored."""
    found = []
    for topic, _ in zip(cycle(seeds.TOPICS), range(asked), strict=False):
        began = time.perf_counter()
        members = await store.redis.zrange(keys.by_topic(topic), 0, SHOWN - 1, desc=True)
        await store.redis.mget([keys.entry(str(key)) for key in members])
        found.append((time.perf_counter() - began) * 1000)
    return found


def _named(slow: list[dict[str, object]]) -> str:
    return ", ".join(f"{str(s['command'])[:40]} {s['duration']} µs" for s in slow) or "none"
