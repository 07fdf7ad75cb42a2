"""A week of invented stories, who reads them and what is sent; for the tests of openings."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from bot.extract.worker import Analyst
from bot.i18n import messages
from bot.model import Entry, Screen, Subscription
from bot.publish.worker import join_story
from bot.store import Store
from tests.fakes.clock import standing_at
from tests.fakes.entries import make_entry
from tests.fakes.openai import FakeOpenAI
from tests.waiting import due_sent

NOW = datetime.now(UTC)
_THIS = (NOW - timedelta(days=NOW.weekday())).replace(hour=9, minute=0, second=0, microsecond=0)
MONDAY = _THIS if _THIS < NOW else _THIS - timedelta(days=7)  # the next one must be ahead
TITLES = ("Two bits a weight", "Tiles of weights", "Agents that ask", "Long context", "Speech")
HEAD = messages("en").opening_head


def stories(count: int = len(TITLES), topic: str = "quantization") -> list[Entry]:
    """Entries of the week, each a story of its own."""
    return [
        make_entry(
            f"pane_{n}",
            n,
            title=title,
            tldr=f"{title}: what it is and how it works.",
            text=f"{title} is described here at length by somebody who has tried it, number {n}.",
            topics=(topic,),
            at=MONDAY,
            hours_ago=10 * n,
        )
        for n, title in enumerate(TITLES[:count], start=1)
    ]


async def publish(store: Store, entries: list[Entry]) -> None:
    for stream in (store.post_stream, store.entry_stream):
        await stream.ready()
    for entry in entries:
        await store.posts.ingest(entry.post)
        [item] = await store.post_stream.read("t", 1)
        await store.entries.commit(entry, item)
        [item] = await store.entry_stream.read("t", 1)
        await join_story(store, item)


async def subscribe(store: Store, *chats: int, **fields: object) -> None:
    for chat in chats:
        reader = Subscription.model_validate(
            {"chat_id": chat, "at": time(9), "cadence": "weekly", **fields}
        )
        await store.subscriptions.save(reader, MONDAY)


async def sent(store: Store, reader: Analyst | None) -> list[Screen]:
    """What goes out this Monday."""
    write = reader.opening if reader else None
    await due_sent(store, standing_at(MONDAY + timedelta(minutes=1)), opening=write)
    await store.outbox_stream.ready()
    found = []
    while await store.outbox_stream.waiting():  # a crowded minute is handed out in turns
        await store.outbox_stream.promote()
        for item in await store.outbox_stream.read("t", 100, timedelta(milliseconds=50)):
            found.append(await store.outbox.get(item.fields["id"]))
            await store.outbox_stream.finish(item)
    return [delivery.screen for delivery in found if delivery]


def asked(fake: FakeOpenAI) -> int:
    """Requests for an opening."""
    return sum(bool(request.cards) for request in fake.requests)


def theme(text: str) -> dict[str, Any]:
    return {"observation": "", "posts": [1, 2], "headline": "Weights", "text": text}
