"""The archive over many generated posts: how long a page takes, drawn and kept, and how large.

``python -m bench web --posts 100000``. Visitors come to some pages often and to others once, by
Zipf's law, when nothing is drawn yet; what is measured is what a client on this host waits for.
"""

import argparse
import asyncio
import random
import socket
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from aiohttp import ClientSession

from bench import seeds
from bench.measure import quantile
from bot.config import Settings
from bot.digest.cluster import story_id
from bot.store import open_store
from bot.taxonomy.topics import PROMO, Kind, Topic
from bot.web.places import PagePlace, period_place
from bot.web.serve import archive_served

LIMIT_MS, LIMIT_BYTES = 50.0, 60_000
EACH = 40  # stories, papers and searches
VISITS = 3_000
CHANNELS = 50


def main(arguments: list[str]) -> int:
    """Fill, ask, print; 1 where pages take longer or are larger than promised."""
    parser = argparse.ArgumentParser(prog="bench web")
    parser.add_argument("--posts", type=int, default=20_000)
    return asyncio.run(_run(parser.parse_args(arguments).posts))


async def _run(posts: int) -> int:
    with tempfile.TemporaryDirectory(prefix="ftk") as home, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
        probe.close()
        settings = Settings(_env_file=None, fortochka_home=Path(home), web_port=port)
        async with open_store(settings) as store:
            await seeds.fill(store, posts)
            await store.read_model.refresh()
            async with (
                archive_served(settings, store, now=lambda: seeds.NOW),
                ClientSession(f"http://127.0.0.1:{port}") as session,
            ):
                drawn, kept, sizes = await _visited(session, posts)
    for kind, took in drawn.items():
        print(f"{kind:9} drawn {_spread(took)}")
    largest, everything = max(sizes, key=lambda path: sizes[path]), sum(drawn.values(), kept)
    print(f"kept      {_spread(kept)}")
    print(f"{posts} posts, {VISITS} visits to {len(sizes)} pages: {_spread(everything)}")
    print(f"the largest page: {sizes[largest]} bytes, {largest}")
    return int(quantile(everything, 0.95) > LIMIT_MS or sizes[largest] > LIMIT_BYTES)


async def _visited(
    session: ClientSession, posts: int
) -> tuple[dict[str, list[float]], list[float], dict[str, int]]:
    """Milliseconds of first visits by the kind of page, those of others, bytes of each page."""
    drawn, kept, sizes = defaultdict[str, list[float]](list), list[float](), dict[str, int]()
    chance, places = random.Random(1), list(_places(posts))
    chance.shuffle(places)
    weights = [1 / rank for rank in range(1, len(places) + 1)]
    for number, place in enumerate(chance.choices(places, weights, k=VISITS)):
        path = f"/ru/{place.path()}"
        headers = {"X-Forwarded-For": f"198.51.{number // 200}.{number % 200}"}
        began = time.perf_counter()
        async with session.get(path, headers=headers) as answer:
            size = len(await answer.read())
            if answer.status != 200:
                raise RuntimeError(f"{path}: {answer.status}")
        took = (time.perf_counter() - began) * 1000
        (kept if path in sizes else drawn[place.kind]).append(took)
        sizes[path] = size
    return drawn, kept, sizes


def _places(posts: int) -> Iterator[PagePlace]:
    today, chance = seeds.NOW.date(), random.Random(2)
    yield from (PagePlace(), PagePlace("contents"))
    for back in range(100):
        yield period_place("day", today - timedelta(days=back))
    for back in range(15):
        yield period_place("week", today - timedelta(days=7 * back))
    for back in range(4):
        yield period_place("month", today.replace(day=15) - timedelta(days=30 * back))
    for topic in Topic:
        yield from (PagePlace("topic", topic), PagePlace("topic", topic, 2))
    yield from (PagePlace("kind", kind) for kind in Kind if kind != PROMO)
    for number in range(CHANNELS):
        yield PagePlace("channel", f"pane_{number}")
    for made in (seeds.post(chance.randrange(posts)) for _ in range(EACH)):
        yield PagePlace("story", story_id(seeds.entry(made)))
        yield PagePlace("paper", str(made.links[0].paper))
        yield PagePlace("search", " ".join(chance.sample(seeds.WORDS, 2)))


def _spread(took: list[float]) -> str:
    half, most = quantile(took, 0.5), quantile(took, 0.95)
    return f"p50 {half:.1f} ms, p95 {most:.1f} ms, longest {max(took):.1f} ms"
