"""What finding one event costs: CPU per post beside many posts of the last days (claim C9).

Made-up posts fill the window; then more of them are told, and the time of this process and of the
server is taken, from the text to the comparison with at most ten others. The median of ten batches
counts; what the best of them took is nearest to the cost on a machine that does nothing else.
"""

import argparse
import asyncio
import random
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from statistics import mean, median
from time import process_time
from typing import NamedTuple, cast

from bench.place import own_store, used
from bot.digest.event_names import tell
from bot.digest.same_event import hints, tie, told
from bot.extract import extractive
from bot.model import Channel, Entry, Post
from bot.store import Store

MOST_MS = 3.0
"""The goal: milliseconds of CPU a post, the server's among them."""

_NOW = datetime(2026, 11, 20, tzinfo=UTC)
_MEASURED, _IN_FLIGHT, _CHANNELS = 500, 50, 400
_WORDS, _NAMES = 20_000, 8_000
_VOWELS, _CONSONANTS = "аеиоу", "бвгдклмнпрст"
_LATIN_VOWELS, _LATIN_CONSONANTS = "aeiou", "bdgklmnprstvz"


def main(arguments: list[str]) -> int:
    """Print the cost; 1 where it is above the goal."""
    parser = argparse.ArgumentParser(prog="python -m bench events", description=__doc__)
    parser.add_argument("--posts", type=int, default=100_000, help="posts in the window")
    return asyncio.run(_run(parser.parse_args(arguments).posts))


async def _run(posts: int) -> int:
    rng = random.Random(9)
    words = [_made(rng, _CONSONANTS, _VOWELS) for _ in range(_WORDS)]
    names = [_made(rng, _LATIN_CONSONANTS, _LATIN_VOWELS).title() for _ in range(_NAMES)]
    async with own_store() as (store, _):
        before = await used(store)
        for start in range(0, posts, _IN_FLIGHT):
            batch = [_entry(rng, n, words, names) for n in range(start, start + _IN_FLIGHT)]
            await asyncio.gather(*(_told(store, entry) for entry in batch))
        memory = (await used(store) - before) / posts
        fresh = [_entry(rng, posts + n, words, names) for n in range(_MEASURED)]
        batches = [fresh[start : start + _IN_FLIGHT] for start in range(0, _MEASURED, _IN_FLIGHT)]
        costs = [await _cost(store, batch) for batch in batches]
    cost = median(each.all_ms for each in costs)
    sys.stdout.write(
        f"{posts} posts in the window: {cost:.2f} ms of CPU a post (goal {MOST_MS}), of them "
        f"{median(each.server_ms for each in costs):.2f} the server's; in the best of "
        f"{len(costs)} batches {min(each.all_ms for each in costs):.2f}; compared with "
        f"{mean(each.compared for each in costs):.1f} others; {memory:.0f} bytes a post\n"
    )
    return int(cost > MOST_MS)


class _Cost(NamedTuple):
    """Of one post, as the mean of a batch: of this process and the server, of the server alone."""

    all_ms: float
    server_ms: float
    compared: float


async def _cost(store: Store, batch: Sequence[Entry]) -> _Cost:
    """What telling these costs, one after another."""
    began, server = process_time(), await _server_cpu(store)
    compared = [await _told(store, entry) for entry in batch]
    spent = process_time() - began
    served = await _server_cpu(store) - server
    of_one = 1000 / len(batch)
    return _Cost((spent + served) * of_one, served * of_one, mean(compared))


async def _told(store: Store, entry: Entry) -> int:
    """With how many others a post was compared."""
    telling = tell(entry)
    if telling is None:
        return 0
    learned = await store.tellings.learn(entry.post, telling, _NOW)
    new = told(entry, learned.telling, learned.rarity)
    others = await store.tellings.tell(new, hints(new.telling, learned.rarity))
    return len([tie(new, old, learned.rarity) for old in others])


async def _server_cpu(store: Store) -> float:
    info = cast("dict[str, float]", await store.redis.info("cpu"))
    return info["used_cpu_user"] + info["used_cpu_sys"]


def _made(rng: random.Random, consonants: str, vowels: str) -> str:
    return "".join(rng.choice(consonants) + rng.choice(vowels) for _ in range(rng.randint(2, 4)))


def _some(rng: random.Random, of: Sequence[str], count: int) -> list[str]:
    """Words as often as in a language: the n-th of them by 1/n."""
    return [of[int(len(of) ** rng.random()) - 1] for _ in range(count)]


def _entry(rng: random.Random, number: int, words: Sequence[str], names: Sequence[str]) -> Entry:
    head = f"{' '.join(_some(rng, names, 2))} {rng.randint(1, 9)} вышла"
    said = _some(rng, words, 110) + _some(rng, names, 8)
    rng.shuffle(said)
    post = Post(
        channel=Channel(ref=f"@c{number % _CHANNELS}", title="c"),
        message_id=number + 1,
        published_at=_NOW - timedelta(seconds=rng.uniform(0, 7 * 86_400)),
        text=f"{head}\n\n{' '.join(said)}.",
    )
    analysis = extractive.analyse(post.model_copy(update={"text": head}))
    news = analysis.model_copy(update={"kind": type(analysis.kind)("news")})
    return Entry(post=post, analysis=news, engine="extractive", prompt_id="bench",
                 analysed_at=_NOW)  # fmt: skip
