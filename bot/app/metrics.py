"""``/metrics``: what this process has done so far, and how the bot stands by its store.

Counters (``…_total``) are this process's own: their sum over all processes is the bot's. Gauges
of queues, sources, readers, dead letters and money are the store's, the same in each process:
take the largest. While the store is away ``fortochka_store_up`` is 0 and these are left out.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from bot import __version__
from bot.app.loop_lag import LagSpread
from bot.counts import COUNTED, ProcessCounts
from bot.store import Store
from bot.store.queue.stream import QueueDepth
from bot.store.sources.sources import Source

_OPENMETRICS_TYPE = "application/openmetrics-text"
_OPENMETRICS = f"{_OPENMETRICS_TYPE};version=1.0.0"
_PAUSED = {"owner": "paused", "asked": "asked", "rights": "no_rights", "taken": "renamed"}
_AGES = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}


class StoreFigures(NamedTuple):
    """How the bot stands; ``sources`` by state and age of the last post, money in dollars."""

    queues: Mapping[str, QueueDepth]
    dead_letters: int
    readers: int
    sources: Counter[tuple[str, str]]
    newest_post: datetime | None
    budget_left: float


@dataclass
class ProcessFigures:
    """What this process knows of itself."""

    counts: ProcessCounts
    lag: LagSpread
    restarts: Mapping[str, int] = field(default_factory=dict)
    polled_at: datetime | None = None
    budget: float = 0.0


async def store_figures(store: Store, budget: float) -> StoreFigures:
    """How the bot stands by its store; ``budget`` is a day's dollars. ``StoreUnavailable``."""
    now = await store.now()
    streams = {
        "updates": store.update_stream,
        "posts": store.post_stream,
        "entries": store.entry_stream,
        "questions": store.question_stream,
        "outbox": store.outbox_stream,
    }
    depths, dead, readers, sources, newest, spent = await asyncio.gather(
        asyncio.gather(*(stream.depth(now) for stream in streams.values())),
        store.dead_letters.count(),
        store.subscriptions.count(),
        store.sources.list(),
        store.entries.newest(now),
        store.usage.spent(now.date()),
    )
    return StoreFigures(
        queues=dict(zip(streams, depths, strict=True)),
        dead_letters=dead,
        readers=readers,
        sources=Counter((_state(each), _age(each, now)) for each in sources),
        newest_post=newest,
        budget_left=max(0.0, budget - spent / 1_000_000),
    )


def exposed(own: ProcessFigures, store: StoreFigures | None, accept: str) -> tuple[bytes, str]:
    """The page and its content type, as the ``Accept`` of a request asks for; None: store away."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(_Page([*_of_process(own), *_of_store(store)]))
    # The library's own reading of the header fails for odd versions, and echoes any number.
    encode, content_type = choose_encoder(_OPENMETRICS if _takes_openmetrics(accept) else "")
    return encode(registry), content_type


def _takes_openmetrics(accept: str) -> bool:
    """Whether a request accepts OpenMetrics 1.0, which is served to nobody else."""
    for accepted in accept.lower().split(","):
        kind, *given = (part.strip() for part in accepted.split(";"))
        said = dict(part.split("=", 1) for part in given if "=" in part)
        refused = said.get("q", "1").strip("0.") == ""
        if kind == _OPENMETRICS_TYPE and not refused and said.get("version", "1.0.0") == "1.0.0":
            return True
    return False


class _Page(Collector):
    """Families that are known already."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = tuple(families)

    def collect(self) -> Iterable[Metric]:
        """All of them, each once."""
        return self._families


def _of_process(own: ProcessFigures) -> Iterator[Metric]:
    build = _gauge("fortochka_build_info", "What runs here.", ["version"])
    build.add_metric([__version__], 1)
    yield build
    for what in COUNTED:
        counter = CounterMetricFamily(what.name, what.says, labels=[*what.labels])
        for labels, number in own.counts.of(what):
            counter.add_metric(labels, number)
        yield counter
    restarts = CounterMetricFamily(
        "fortochka_restarts", "Starts of a part after it ended.", labels=["part"]
    )
    for part, number in own.restarts.items():
        restarts.add_metric([part], number)
    yield restarts
    yield HistogramMetricFamily(
        "fortochka_event_loop_lag_seconds",
        "By how much the event loop woke too late, looked at twice a second.",
        buckets=[*own.lag.upto()],
        sum_value=own.lag.seconds,
    )
    budget = _gauge("fortochka_budget_dollars", "What the model may cost on a UTC day.")
    budget.add_metric([], own.budget)
    yield budget
    polled = _gauge(
        "fortochka_last_poll_timestamp_seconds",
        "When Telegram last answered a poll of this process, or another one's turn was seen.",
    )
    if own.polled_at:
        polled.add_metric([], own.polled_at.timestamp())
    yield polled


def _of_store(found: StoreFigures | None) -> Iterator[Metric]:
    up = _gauge("fortochka_store_up", "Whether the store answered for this page.")
    up.add_metric([], found is not None)
    yield up
    if found is None:
        return
    yield from _queues(found.queues)
    plain = {
        ("fortochka_dead_letters", "What was given up and waits for an operator."): (
            found.dead_letters
        ),
        ("fortochka_readers", "Active subscriptions."): found.readers,
        (
            "fortochka_budget_left_dollars",
            "What is left of the UTC day's budget, money held for calls under way taken off.",
        ): found.budget_left,
    }
    for (name, says), value in plain.items():
        family = _gauge(name, says)
        family.add_metric([], value)
        yield family
    sources = _gauge(
        "fortochka_sources",
        "Sources by state and by how long ago their last post was published.",
        ["state", "last_post"],
    )
    for labels, number in sorted(found.sources.items()):
        sources.add_metric(labels, number)
    yield sources
    newest = _gauge(
        "fortochka_newest_post_timestamp_seconds", "When the newest post was published."
    )
    if found.newest_post:
        newest.add_metric([], found.newest_post.timestamp())
    yield newest


def _queues(queues: Mapping[str, QueueDepth]) -> Iterator[Metric]:
    items = _gauge("fortochka_queue_items", "Unfinished items.", ["queue", "state"])
    oldest = _gauge(
        "fortochka_queue_oldest_age_seconds",
        "For how long the oldest item that may be worked on has been in the queue.",
        ["queue"],
    )
    for name, depth in queues.items():
        items.add_metric([name, "ready"], depth.ready)
        items.add_metric([name, "put_off"], depth.put_off)
        oldest.add_metric([name], depth.oldest)
    yield from (items, oldest)


def _gauge(name: str, says: str, labels: Iterable[str] = ()) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, says, labels=[*labels])


def _state(source: Source) -> str:
    return _PAUSED.get(source.rest, source.rest) or source.state


def _age(source: Source, now: datetime) -> str:
    """Within which span the last post of a source was published."""
    if source.last_at is None:
        return "never"
    age = now - source.last_at
    return next((name for name, span in _AGES.items() if age <= span), "older")
