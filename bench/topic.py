"""The page of a topic among many posts against the two bare commands for ten of them (B3, B6).

What is compared is the query of the handler of /topic: counts, posts by week, the stories of the
page. Warm is a reader's usual case; cold is the first one after a post has come in.
"""

import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import count as numbers
from itertools import cycle
from typing import Literal

from bench import seeds
from bench.measure import Options, Report, Row, alternate, quantile, run
from bench.place import own_store
from bot.model import PeriodName, Subscription
from bot.publish.edition import edition
from bot.publish.queries import topic_news
from bot.screens.callbacks.pages import TopicPage
from bot.store import Store, keys
from bot.store.codec.entries import stored_entries
from bot.store.queue.stream import Item
from bot.taxonomy.topics import Topic
from bot.telegram.replies.composers import topic_view

POSTS, TINY = 100_000, 60
ASKED, SHOWN = 200, 10
SLOW = 5_000  # µs
READER = Subscription(chat_id=1)
PEER = "ZREVRANGE + MGET of ten"
WEEK, MONTH = timedelta(days=7), timedelta(days=30)

Ask = Callable[[Topic], Awaitable[object]]


def main(arguments: list[str]) -> int:
    """Measure a page; ``--size`` posts in the store."""
    return run("topic", arguments, measure)


async def measure(options: Options) -> Report:
    """Median and 99th percentile of both, and what the server found slow."""
    report, size = Report("topic"), options.of(POSTS, TINY)
    asked = 3 if options.tiny else ASKED
    async with own_store() as (store, url):
        await seeds.fill_together(url, size)
        await store.read_model.refresh()
        await store.redis.config_set("slowlog-log-slower-than", SLOW)
        await store.redis.slowlog_reset()
        news = numbers(size + 1)

        async def after_change(topic: Topic) -> float:
            await come_in(store, next(news))
            return await _timed(_query(store), topic)

        for what, ask, goal in (
            ("query of a page", _timing(_query(store)), "B3"),
            ("the same, first after a change", after_change, ""),
            ("query and rendering", _timing(_view(store)), ""),
        ):
            await _compare(report, options, what, goal, ask, _timing(_bare(store)), asked)
        await _mix(store)
        slow = await store.redis.slowlog_get(100)
        week = await store.surveys.counts(seeds.NOW - WEEK, seeds.NOW)
    on_topic = week[seeds.TOPICS[0]]
    report.note(f"{size} posts; about {on_topic} of them on one topic in the week of a page")
    report.note(
        f"B6 commands over {SLOW / 1000:g} ms, those of digests of a day, a week and a month, "
        f"counts, claims and topics of 30 days included: {_named(slow)}"
    )
    return report


async def _compare(
    report: Report,
    options: Options,
    what: str,
    goal: str,
    ours: Callable[[Topic], Awaitable[float]],
    theirs: Callable[[Topic], Awaitable[float]],
    asked: int,
) -> None:
    """Two rows: both quantiles of the same questions."""
    late = {"ours": list[float](), "theirs": list[float]()}

    async def side(name: str, ask: Callable[[Topic], Awaitable[float]]) -> float:
        topics = zip(cycle(seeds.TOPICS), range(asked), strict=False)
        found = [await ask(topic) for topic, _ in topics]
        late[name].append(quantile(found, 0.99))
        return quantile(found, 0.5)

    middle = await alternate(
        options.rounds, lambda: side("ours", ours), lambda: side("theirs", theirs)
    )
    wanted: tuple[Literal["<="], float] | None = ("<=", 1.0) if goal else None
    report.rows.append(Row(f"{what}, p50", PEER, "ms", *middle, goal, wanted))
    last = [tuple(found[-options.rounds :]) for found in late.values()]
    report.rows.append(Row(f"{what}, p99", PEER, "ms", last[0], last[1], goal, wanted))


def _timing(ask: Ask) -> Callable[[Topic], Awaitable[float]]:
    return lambda topic: _timed(ask, topic)


async def _timed(ask: Ask, topic: Topic) -> float:
    """Milliseconds of one question."""
    began = time.perf_counter()
    await ask(topic)
    return (time.perf_counter() - began) * 1000


def _query(store: Store) -> Ask:
    return lambda topic: topic_news(store, topic, WEEK, seeds.NOW)


def _view(store: Store) -> Ask:
    return lambda topic: topic_view(store, READER, TopicPage(topic), seeds.NOW)


def _bare(store: Store) -> Ask:
    """The newest ten as they are stored."""

    async def ask(_: Topic) -> object:
        members = await store.redis.zrange(keys.INDEX, 0, SHOWN - 1, desc=True)
        return await stored_entries(store.redis, [str(key) for key in members])

    return ask


async def come_in(store: Store, number: int) -> None:
    """A post of the last hours, committed and joined."""
    late = seeds.post(number, span=timedelta(hours=12))
    await store.entries.commit(seeds.entry(late), Item("0-1", {}))
    await store.stories.join(late.key, new_id=f"{number:012x}", decisive=[late.key])


async def _mix(store: Store) -> None:
    """Whatever else readers and the clock ask for, each first after a change."""
    names: tuple[PeriodName, ...] = ("day", "week", "month")
    for number, name in enumerate(names):
        await come_in(store, -1 - number)
        await edition(store, READER, name, seeds.NOW)
    for topic in seeds.TOPICS:
        await topic_news(store, topic, MONTH, seeds.NOW)
    await store.surveys.counts(seeds.NOW - WEEK, seeds.NOW)
    await store.surveys.weekly(seeds.NOW, 8)
    await store.subscriptions.claim_due()


def _named(slow: list[dict[str, object]]) -> str:
    return ", ".join(f"{str(s['command'])[:40]} {s['duration']} µs" for s in slow) or "none"
