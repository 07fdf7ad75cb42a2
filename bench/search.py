"""Search over many generated posts: time to fill the file, its size, and the time of a question.

``python -m bench search --posts 100000``
"""

import argparse
import asyncio
import random
import re
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from redis.asyncio import Redis

from bot.config import Settings
from bot.model import Analysis, Card, Channel, Entry, Post
from bot.store import keys, open_store
from bot.store.read_model.file import FILE
from bot.store.read_model.search import Search
from bot.store.read_model.terms import Query
from bot.taxonomy.topics import Kind, Topic

LIMIT = 100.0  # ms within which 95 of 100 questions are answered
QUESTIONS = 300
SYLLABLES = re.findall(
    r"\w+", "ква ти за ция мо дель вни ма ние гра ди ент то кен at ten tion lay er ra te mo del"
)
WORDS = len(SYLLABLES) ** 3
NOW = datetime.now(UTC)


def main(arguments: list[str]) -> int:
    """Fill, ask, print; 1 when the questions take longer than promised."""
    parser = argparse.ArgumentParser(prog="bench search")
    parser.add_argument("--posts", type=int, default=20_000)
    return asyncio.run(_run(parser.parse_args(arguments).posts))


async def _run(posts: int) -> int:
    chance = random.Random(1)
    with tempfile.TemporaryDirectory(prefix="ftk") as home:
        async with open_store(Settings(_env_file=None, fortochka_home=Path(home))) as store:
            await _seed(store.redis, posts, chance)
            began = time.perf_counter()
            await store.read_model.refresh()
            filled = time.perf_counter() - began
            size = (Path(home) / FILE).stat().st_size / posts
            took = sorted([await _ask(store.search, chance) for _ in range(QUESTIONS)])
    middle, most = took[len(took) // 2], took[int(len(took) * 0.95)]
    print(f"{posts} posts: filled in {filled:.0f} s, {size:.0f} bytes a post")
    print(f"a question: p50 {middle:.1f} ms, p95 {most:.1f} ms, longest {took[-1]:.1f} ms")
    return int(most > LIMIT)


async def _seed(redis: Redis, posts: int, chance: random.Random) -> None:
    """Entries as the commit script leaves them, without the work round it."""
    for start in range(0, posts, 500):
        pipeline = redis.pipeline(transaction=False)
        for number in range(start, min(start + 500, posts)):
            entry = _entry(number, chance)
            pipeline.set(keys.entry(entry.key), entry.model_dump_json())
            pipeline.zadd(keys.CHANGED, {entry.key: number + 1})
        await pipeline.execute()


async def _ask(search: Search, chance: random.Random) -> float:
    """Milliseconds of one question of one to three words."""
    query = Query(words=tuple(_word(chance) for _ in range(chance.randint(1, 3))))
    began = time.perf_counter()
    await search.find(query, NOW, limit=6)
    return (time.perf_counter() - began) * 1000


def _entry(number: int, chance: random.Random) -> Entry:
    text = " ".join(_word(chance) for _ in range(95))
    card = Card(title=text[:80], tldr=text[:200])
    topics = tuple(Topic(topic) for topic in chance.sample(sorted(Topic.__members__), 2))
    post = Post(
        channel=Channel(ref=f"@pane_{number % 50}", handle=f"pane_{number % 50}"),
        message_id=number + 1,
        published_at=NOW - timedelta(days=120 * chance.random()),
        text=text,
    )
    analysis = Analysis(kind=Kind("news"), topics=topics, cards={"ru": card})
    return Entry(
        post=post, analysis=analysis, engine="extractive", prompt_id="bench", analysed_at=NOW
    )


def _word(chance: random.Random) -> str:
    """The n-th most common word comes n times as seldom as the first (Zipf's law)."""
    rank, base = int(WORDS ** chance.random()), len(SYLLABLES)
    return "".join(SYLLABLES[rank // base**place % base] for place in range(3))
