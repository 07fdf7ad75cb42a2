"""Posts read, analysed, indexed and finished per second by the product's own worker (B1, B2).

The analyst answers at once, so what is measured is everything round it. Peers do the same writes
from a body that is ready; ours also checks, hashes and counts.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import cast

from bench import seeds
from bench.measure import Options, Report, Row, Side, alternate, run
from bench.peers import Ask, absent, peer
from bench.place import own_store
from bot.extract.budget.pricing import FREE
from bot.extract.errors import TokenUsage
from bot.extract.llm.concurrency import MOST, ConcurrencyLimit
from bot.extract.llm.model import Model, ModelAnswer
from bot.extract.worker import Analyst
from bot.model import Card, Entry, Post
from bot.publish.worker import join_story
from bot.store import Store
from bot.store.queue.stream import Item, Stream
from bot.store.queue.worker import consume
from bot.store.scripts import Argument, Scripts

IN_FLIGHT = 100
POSTS, TINY = 1_000, 30
ITEM_AT = 8  # where the commit's arguments name the work item


class Instant:
    """A model that answers at once."""

    name = "instant"
    prompt_id = "bench"
    price = FREE
    proven = True
    short = False

    def __init__(self) -> None:
        self.gate = ConcurrencyLimit(MOST)
        self.gate.open()

    async def recall(self) -> None:
        """Nothing was learned before."""

    async def analyse(
        self, post: Post, previous: Card | None = None, earlier_posts: object = (), **_: object
    ) -> ModelAnswer:
        """What the seeds say of the post."""
        return ModelAnswer(seeds.analysis(post), TokenUsage())


def main(arguments: list[str]) -> int:
    """Measure the worker against two frameworks and a bare loop."""
    return run("pipeline", arguments, measure)


async def measure(options: Options) -> Report:
    """Live posts, replayed posts, and stories."""
    report, count = Report("pipeline"), options.of(POSTS, TINY)
    async with own_store() as (store, url):
        for name, bound in (("taskiq", 4.0), ("faststream", 4.0), ("arq", 4.0)):
            async with peer(f"{name}_stream", url, install=not options.tiny) as ask:
                await _against(report, options, store, count, name, ask, bound)
        lua = await alternate(options.rounds, _replayed(store, count), lambda: _bare(store, count))
        what = "replay (answers kept)"
        report.rows.append(Row(what, "bare Lua loop", "posts/s", *lua, "B2", (">=", 0.7)))
        plain = await alternate(options.rounds, _live(store, count), lambda: _joined(store, count))
        report.rows.append(Row("live path", "the stage that joins stories", "posts/s", *plain))
    return report


async def _against(
    report: Report,
    options: Options,
    store: Store,
    count: int,
    name: str,
    ask: Ask | None,
    bound: float,
) -> None:
    if ask is None:
        absent(report, name)
        return
    bodies = [_plain(seeds.entry(post)) for post in seeds.posts(count)]

    async def theirs() -> float:
        await store.redis.flushdb()
        return count / (await ask(bodies=bodies))["seconds"]

    live = await alternate(options.rounds, _live(store, count), theirs)
    report.rows.append(Row("live path", name, "posts/s", *live, "B1", (">=", bound)))
    if name == "taskiq":
        kept = await alternate(options.rounds, _replayed(store, count), theirs)
        what = "replay (answers kept)"
        report.rows.append(Row(what, name, "posts/s", *kept, "B2", (">=", 10.0)))


def _plain(entry: Entry) -> str:
    """An entry as a peer takes it: its body with the names of its indexes on top."""
    at, topics = entry.post.published_at.timestamp(), list(entry.analysis.topics)
    head = {"key": entry.key, "at": at, "channel": entry.post.channel.ref, "topics": topics}
    return json.dumps({**head, "body": entry.model_dump_json()})


def _live(store: Store, count: int) -> Side:
    """Posts that nobody has read."""

    async def side() -> float:
        await store.redis.flushdb()
        await _take_in(store, count, 0)
        return await _rate(store.post_stream, analyst(store).handle, count)

    return side


def _replayed(store: Store, count: int) -> Side:
    """The same words again under other numbers: their analysis is on the shelf."""

    async def side() -> float:
        await store.redis.flushdb()
        await _take_in(store, count, 0)
        reader = analyst(store)
        await _rate(store.post_stream, reader.handle, count)
        again = [
            post.model_copy(update={"message_id": post.message_id + count})
            for post in seeds.posts(count)
        ]
        await store.posts.ingest_all(again)
        return await _rate(store.post_stream, reader.handle, count)

    return side


async def _joined(store: Store, count: int) -> float:
    """Entries that join their stories."""
    await store.redis.flushdb()
    await _take_in(store, count, 0)
    await _rate(store.post_stream, analyst(store).handle, count)
    return await _rate(store.entry_stream, lambda item: join_story(store, item), count)


async def _bare(store: Store, count: int) -> float:
    """Entries that are ready, stored by the same script in batches: the bound of the server."""
    await store.redis.flushdb()
    await _take_in(store, count, 0)
    await store.post_stream.ready()
    made = {post.key: seeds.entry(post) for post in seeds.posts(count)}
    calls = {key: store.entries.call(entry, Item("", {})) for key, entry in made.items()}
    scripts, done = Scripts(store.redis), 0
    began = time.perf_counter()
    while done < count:
        items = await store.post_stream.read("bare", IN_FLIGHT)
        ready = [(calls[item.fields["key"]], item.id) for item in items]
        await scripts.many("commit", [(names, _of(each, own)) for (names, each), own in ready])
        done += len(items)
    return count / (time.perf_counter() - began)


def _of(arguments: Sequence[Argument], item: str) -> list[Argument]:
    """The arguments with the id of the work item that they are to finish."""
    return [*arguments[:ITEM_AT], item, *arguments[ITEM_AT + 1 :]]


def analyst(store: Store, model: Instant | None = None) -> Analyst:
    """The real one, with a model that answers at once."""
    answering = cast(Model, model or Instant())
    return Analyst(store, answering, daily_cap=1_000.0)


async def _take_in(store: Store, count: int, start: int) -> None:
    made = list(seeds.posts(count, start))
    for at in range(0, count, seeds.TOGETHER):
        await store.posts.ingest_all(made[at : at + seeds.TOGETHER])


async def _rate(stream: Stream, handle: Callable[[Item], Awaitable[None]], count: int) -> float:
    """Items per second through the real worker loop."""
    stop, done, all_done = asyncio.Event(), 0, asyncio.Event()

    async def counted(item: Item) -> None:
        nonlocal done
        await handle(item)
        done += 1
        if done == count:
            all_done.set()

    began = time.perf_counter()
    loop = asyncio.create_task(
        consume(stream, counted, consumer="bench", stop=stop, concurrency=IN_FLIGHT)
    )
    await all_done.wait()
    took = time.perf_counter() - began
    stop.set()
    await loop
    return count / took
