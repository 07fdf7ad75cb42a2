"""Invented posts and entries in any number, about half a kilobyte of text each."""

import asyncio
import os
import random
import re
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from redis.asyncio import Redis

from bot.digest.cluster import story_id
from bot.digest.reach import AGES_H
from bot.model import Analysis, Card, Channel, Entry, Link, Paper, Post
from bot.store import Store, keys
from bot.store.codec.entries import packed
from bot.store.content.posts import AUDIENCE_FIELDS
from bot.taxonomy.topics import Kind, Topic

NOW = datetime.fromisoformat(
    os.environ.get("BENCH_NOW") or datetime.now(UTC).isoformat(timespec="seconds")
)
WORDS = re.findall(
    r"\w+",
    "модель слой внимание токен контекст обучение данные градиент бенчмарк датасет квантизация "
    "веса инференс память скорость точность метод статья код репозиторий сравнение результат "
    "attention transformer benchmark training tokens open weights release paper long context",
)
TOPICS = tuple(Topic)
TOGETHER = 500
FIRST_CHANGE = int(NOW.timestamp() * 1000) - 10_000_000
"""Number of the first post in the log of changes; those of so many follow before now."""

PROCESSES = 4


def post(number: int, *, channels: int = 50, span: timedelta = timedelta(days=120)) -> Post:
    """The post of that number; the same number gives the same words."""
    chance = random.Random(number)
    handle = f"pane_{number % channels}"
    words = " ".join(chance.choices(WORDS, k=55))
    address = f"https://arxiv.org/abs/26{number % 12 + 1:02}.{number % 99_999:05}"
    return Post(
        channel=Channel(ref=f"@{handle}", handle=handle, title=f"Pane {number % channels}"),
        message_id=number + 1,
        published_at=NOW - timedelta(seconds=int(span.total_seconds() * chance.random()) + 1),
        text=f"Number {number}. {words}",
        links=(Link(url=address, kind="paper", paper=f"arxiv:{address[-10:]}"),),
    )


def analysis(of: Post) -> Analysis:
    """What an analyst might say of it."""
    chance = random.Random(of.message_id)
    link = of.links[0]
    card = Card(title=of.text[:70], tldr=of.text[70:300])
    return Analysis(
        language="mixed",
        kind=Kind("news"),
        topics=tuple(chance.sample(TOPICS, 2)),
        papers=(Paper(id=link.paper, url=link.url),),
        cards={"ru": card, "en": card},
        keywords=("attention", "benchmark"),
    )


def entry(of: Post) -> Entry:
    """The entry of a post."""
    return Entry(post=of, analysis=analysis(of), engine="llm", prompt_id="bench", analysed_at=NOW)


def posts(count: int, start: int = 0) -> Iterator[Post]:
    """So many posts, numbered from ``start``."""
    return (post(number) for number in range(start, start + count))


async def fill(
    store: Store, count: int, span: timedelta = timedelta(days=120), first: int = 0
) -> None:
    """Entries with indexes and stories as the scripts leave them, without the work round it."""
    for start in range(first, count, TOGETHER):
        pipeline = store.redis.pipeline(transaction=False)
        for number in range(start, min(start + TOGETHER, count)):
            made = entry(post(number, span=span))
            at, story = made.post.published_at.timestamp(), story_id(made)
            pipeline.set(keys.entry(made.key), packed(made, made.revision))
            for index in (keys.INDEX, keys.by_channel(made.post.channel.ref)):
                pipeline.zadd(index, {made.key: at})
            pipeline.zadd(keys.CHANGED, {made.key: FIRST_CHANGE + number})
            pipeline.set(keys.story_of(made.key), story)
            pipeline.sadd(keys.story(story), made.key)
        await pipeline.execute()


async def show(store: Store, count: int) -> None:
    """Views and reactions of the first posts, at the two last ages, as pages leave them."""
    pipeline = store.redis.pipeline(transaction=False)
    for number in range(count):
        chance = random.Random(-number)
        views = int(1_000 * (1 + number % 50) * chance.lognormvariate(0, 0.5))
        fields = ["revision", "-"]
        for age in AGES_H[-2:]:
            fields += [AUDIENCE_FIELDS[age], f"{views * age // 48}/{views // 90}"]
        pipeline.hset(keys.post(post(number).key), items=fields)
    await pipeline.execute()


async def fill_together(url: str, count: int) -> None:
    """The same by some processes at once; for a large number."""
    ends = [count * part // PROCESSES for part in range(PROCESSES + 1)]
    environment = {**os.environ, "BENCH_NOW": NOW.isoformat()}
    command = [sys.executable, "-m", "bench.seeds", url]
    started = [
        await asyncio.create_subprocess_exec(*command, str(a), str(b), env=environment)
        for a, b in pairwise(ends)
    ]
    if any([await each.wait() for each in started]):
        raise RuntimeError("the store was not filled")


async def _main(url: str, first: int, end: int) -> None:
    async with Redis.from_url(url, protocol=2, decode_responses=True) as redis:
        with tempfile.TemporaryDirectory() as home:
            await fill(Store(redis, timedelta(days=180), Path(home)), end, first=first)


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
