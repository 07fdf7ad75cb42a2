"""How often the posts that answer a question are among the first twelve, without a model.

``python -m bench questions --labels FILE --posts FILE``: labelled questions as JSON, with the
posts that answer each, and posts as JSON lines (``channel``, ``message_id``, ``text``). Of
questions whose posts are all elsewhere nothing is asked; one that several posts answer is counted
once.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.place import own_store
from bot.extract import extractive
from bot.extract.questions.reading import read_question
from bot.model import Channel, Entry, Post
from bot.store import Store, keys

LEAST = 0.80
"""The goal: share of questions with a needed post among the first twelve."""

ASKED = 12
_CORPORA = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "corpora"
_NOW = datetime(2026, 3, 24, 12, tzinfo=UTC)


def main(arguments: list[str]) -> int:
    """Fill a store, ask, print; 1 below the goal."""
    parser = argparse.ArgumentParser(prog="bench questions")
    parser.add_argument("--labels", type=Path, default=_CORPORA / "ezsx_golden_v3_dev.json")
    parser.add_argument("--posts", type=Path, default=_CORPORA / "ezsx_ru_ml_posts_dev.jsonl")
    given = parser.parse_args(arguments)
    entries = entries_in(given.posts)
    found = asyncio.run(ranks(json.loads(given.labels.read_text("utf-8")), entries))
    for question, rank in found.items():
        if rank is None or rank >= ASKED:
            sys.stdout.write(f"missed: {question}\n")
    share = sum(rank is not None and rank < ASKED for rank in found.values()) / max(len(found), 1)
    sys.stdout.write(f"{share:.3f} of {len(found)} questions (goal {LEAST})\n")
    return int(share < LEAST)


def entries_in(file: Path) -> list[Entry]:
    """The posts as read without a model, all of one day: their dates are not known."""
    return [_entry(json.loads(line)) for line in file.read_text("utf-8").splitlines() if line]


async def ranks(
    labels: Sequence[Mapping[str, Any]], entries: Sequence[Entry]
) -> dict[str, int | None]:
    """By question, the place of the first post that answers it, from 0."""
    there = {f"{each.post.channel.handle}:{each.post.message_id}": each.key for each in entries}
    async with own_store() as (store, _):
        await _fill(store, entries)
        channels = list({each.post.channel.ref: each.post.channel for each in entries}.values())
        found: dict[str, int | None] = {}
        for label in labels:
            wanted = {there[name] for name in label["source_post_ids"] if name in there}
            if wanted:
                asked = read_question(label["query"], _NOW, channels)
                best = await store.search.relevant(asked, _NOW, len(entries))
                places = (n for n, entry in enumerate(best) if entry.key in wanted)
                found[label["query"]] = next(places, None)
    return found


async def _fill(store: Store, entries: Sequence[Entry]) -> None:
    """Entries as the commit script leaves them, without the work round it."""
    pipeline = store.redis.pipeline(transaction=False)
    for number, entry in enumerate(entries):
        pipeline.set(keys.entry(entry.key), entry.model_dump_json())
        pipeline.zadd(keys.CHANGED, {entry.key: number + 1})
    await pipeline.execute()
    await store.read_model.refresh()


def _entry(line: Mapping[str, Any]) -> Entry:
    handle = str(line["channel"])
    post = Post(
        channel=Channel(ref=f"@{handle}", handle=handle, title=handle),
        message_id=int(line["message_id"]),
        published_at=_NOW,
        text=str(line["text"]),
    )
    analysis = extractive.analyse(post)
    return Entry(
        post=post, analysis=analysis, engine="extractive", prompt_id="x", analysed_at=_NOW
    )
