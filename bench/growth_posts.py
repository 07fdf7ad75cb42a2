"""Growth of posts: taking one in, the page of a topic, a week's digest, memory."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import count as numbers

from bench import seeds
from bench.growth_series import Series, climb, side_of, stores
from bench.measure import Options, Side, quantile
from bench.pipeline import analyst
from bench.place import emptied, used
from bot.model import Subscription
from bot.publish.edition import edition
from bot.publish.worker import join_story
from bot.screens.callbacks.pages import TopicPage
from bot.store import Store
from bot.store.queue.stream import Stream
from bot.telegram.replies.composers import topic_view

READER = Subscription(chat_id=1)
NEW, TINY_NEW, IN_FLIGHT = 200, 10, 50
MANY = 10_000  # are filled in by several processes
LATELY = timedelta(hours=1)
TIMES = 3


async def of_posts(options: Options, sizes: tuple[int, ...]) -> list[Series]:
    """Posts of 120 days: a hundred times as many is a hundred times as many in each week."""
    new, taken = TINY_NEW if options.tiny else NEW, list[float]()
    async with stores(len(sizes)) as places:
        kept = [store for store, _ in places]
        for (store, url), size in zip(places, sizes, strict=True):
            await seeds.fill(store, min(size, new))
            await emptied(store)
            before = await used(store)
            await (seeds.fill(store, size) if size < MANY else seeds.fill_together(url, size))
            taken.append((await used(store) - before) / size)
            await store.read_model.refresh()
            await store.post_stream.ready()
            await store.entry_stream.ready()

        async def asked(what: str, unit: str, ask: Callable[[Store], Side]) -> Series:
            found = await climb(options.rounds, side_of(ask, kept))
            return Series(what, unit, "posts", sizes, found)

        first = numbers(sizes[-1] + 1, new)
        return [
            await asked("a post taken in", "ms", lambda store: _ingest(store, first, new)),
            await asked("page of a topic", "ms", lambda store: _timed(store, _topics)),
            await asked("digest of a week", "ms", lambda store: _timed(store, _week)),
            Series("memory per post", "bytes", "posts", sizes, tuple((each,) for each in taken)),
        ]


def _ingest(store: Store, first: "numbers[int]", new: int) -> Side:
    """Milliseconds per post from its arrival to its story, by the product's own steps."""

    async def side() -> float:
        start, reader = next(first), analyst(store)
        made = [seeds.post(number, span=LATELY) for number in range(start, start + new)]
        began = time.perf_counter()
        await store.posts.ingest_all(made)
        await _all(store.post_stream, new, reader.handle)
        await _all(store.entry_stream, new, lambda item: join_story(store, item))
        return (time.perf_counter() - began) / new * 1000

    return side


async def _all(stream: Stream, count: int, handle: Callable[..., Awaitable[None]]) -> None:
    items = await stream.read("bench", count)
    if len(items) != count:
        raise RuntimeError(f"{len(items)} of {count} items")
    for start in range(0, count, IN_FLIGHT):
        await asyncio.gather(*map(handle, items[start : start + IN_FLIGHT]))


def _timed(store: Store, ask: Callable[[Store], Awaitable[int]]) -> Side:
    """Milliseconds of one, the median of some rounds of asking."""

    async def side() -> float:
        found = []
        for _ in range(TIMES):
            began = time.perf_counter()
            asked = await ask(store)
            found.append((time.perf_counter() - began) / asked * 1000)
        return quantile(found, 0.5)

    return side


async def _topics(store: Store) -> int:
    for topic in seeds.TOPICS:
        await topic_view(store, READER, TopicPage(topic), seeds.NOW)
    return len(seeds.TOPICS)


async def _week(store: Store) -> int:
    await edition(store, READER, "week", seeds.NOW)
    return 1
