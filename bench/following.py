"""Followed words: what a new post costs where many readers follow many of them.

``python -m bench following --followings 100000``
"""

import argparse
import asyncio
import random
import tempfile
import time
from itertools import accumulate
from pathlib import Path

from bench.search import SYLLABLES
from bot.config import Settings
from bot.model import Subscription
from bot.publish.following import following, words_finding
from bot.store import Store, open_store
from tests.fakes.entries import make_entry

LIMIT = 50.0  # ms within which 95 of 100 posts are compared
EACH, POSTS, LENGTH = 5, 300, 150  # followings of a reader, posts, words of one
VOCABULARY, COMMON = 40_000, 100  # words, and how many of them nobody would follow
FILTERS = ("", "", "", " has:paper", " has:code", " @pane_one", " -nothing")


def main(arguments: list[str]) -> int:
    """Follow, compare, print; 1 when a post takes longer than promised."""
    parser = argparse.ArgumentParser(prog="bench following")
    parser.add_argument("--followings", type=int, default=100_000)
    return asyncio.run(_run(parser.parse_args(arguments).followings))


async def _run(followings: int) -> int:
    chance = random.Random(1)
    words = ["".join(chance.choices(SYLLABLES, k=3)) for _ in range(VOCABULARY)]
    with tempfile.TemporaryDirectory(prefix="ftk") as home:
        async with open_store(Settings(_env_file=None, fortochka_home=Path(home))) as store:
            before = await _memory(store)
            began = time.perf_counter()
            await _follow(store, followings, words, chance)
            filled, size = time.perf_counter() - began, await _memory(store) - before
            took, found = await _compare(store, words, chance)
    print(f"{followings} followings: kept in {filled:.0f} s, {size / followings:.0f} bytes each")
    middle, most = took[len(took) // 2], took[int(len(took) * 0.95)]
    print(f"a post: p50 {middle:.1f} ms, p95 {most:.1f} ms, longest {took[-1]:.1f} ms")
    print(f"words that find a post: {found / POSTS:.1f}")
    return int(most > LIMIT)


async def _memory(store: Store) -> int:
    return int((await store.redis.info("memory"))["used_memory"])


async def _follow(store: Store, count: int, words: list[str], chance: random.Random) -> None:
    """Readers with a few words each, common ones more often than rare ones."""
    weights = list(accumulate(1 / rank for rank in range(COMMON, len(words))))
    for start in range(0, count // EACH, 100):
        readers = []
        for chat in range(start + 1, start + 101):
            texts = {
                " ".join(
                    chance.choices(words[COMMON:], cum_weights=weights, k=chance.choice((1, 2, 2)))
                )
                + chance.choice(FILTERS)
                for _ in range(EACH)
            }
            follows = tuple(following(text) for text in texts)
            readers.append(Subscription(chat_id=chat, active=False, follows=follows))
        await asyncio.gather(*(store.subscriptions.save(reader, None) for reader in readers))


async def _compare(
    store: Store, words: list[str], chance: random.Random
) -> tuple[list[float], int]:
    """Times in ms, sorted, and how many words found the posts."""
    weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))
    took, found = [], 0
    for number in range(POSTS):
        text = " ".join(chance.choices(words, cum_weights=weights, k=LENGTH))
        entry = make_entry(message_id=number + 1, text=text, papers=["2611.04821"][: number % 2])
        began = time.perf_counter()
        found += len(await words_finding(store, entry))
        took.append((time.perf_counter() - began) * 1_000)
    return sorted(took), found
