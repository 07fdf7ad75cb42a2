"""Outlines say of stories what their entries say, whatever happens to these, in any process."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from bot.model import Entry, Line, Outline, outline_of, story_name
from bot.publish.answer import stories_of
from bot.store import Store
from bot.store.keys_lines import CHANGED, lines
from bot.store.stream import Item
from bot.topics import Topic
from tests.fakes.entries import make_entry, make_paper

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TOPICS = ("quantization", "agents", "speech")
HOUR = timedelta(hours=1)
OLD = int(NOON.timestamp()) // 3600 - 2
KEPT = timedelta(days=180)


async def commit(store: Store, entry: Entry) -> None:
    await store.posts.ingest(entry.post)
    await store.entries.commit(entry, Item("0-1", {}))


async def join(store: Store, entry: Entry) -> str:
    decisive = [f"paper:{paper.id}" for paper in entry.analysis.papers]
    return await store.stories.join(entry.key, new_id=story_name(entry.key), decisive=decisive)


async def by_entries(
    store: Store, since: datetime, until: datetime, topic: Topic | None = None
) -> list[Outline]:
    """The same from whole entries, in no order."""
    entries = await store.entries.between(since, until, topic=topic)
    whole = [outline_of(story) for story in await stories_of(store, entries)]
    end = until.timestamp()
    cut = [Outline(o.id, tuple(line for line in o.lines if line.at < end)) for o in whole]
    return sorted(outline for outline in cut if outline.lines)


async def by_lines(
    store: Store, since: datetime, until: datetime, topic: Topic | None = None
) -> list[Outline]:
    found = await (
        store.outlines.of_topic(topic, since, until)
        if topic
        else store.outlines.between(since, until)
    )
    survey = found[0] if isinstance(found, tuple) else found
    return sorted(Outline(o.id, bare(o)) for o in survey.outlines)


def bare(outline: Outline) -> tuple[Line, ...]:
    return tuple(line._replace(story=outline.id, began=None) for line in outline.lines)


def invented(chance: Random, number: int) -> Entry:
    papers = [make_paper(f"2611.0000{chance.randrange(6)}")] if chance.random() < 0.6 else []
    return make_entry(
        f"pane_{number % 4}",
        number,
        text=f"Post {number}.",
        papers=papers,
        topics=chance.sample(TOPICS, 2),
        kind=chance.choice(["paper_review", "promo", "news"]),
        importance=chance.choice(["low", "normal", "high", "skip"]),
        engine=chance.choice(["llm", "extractive"]),
        at=NOON,
        hours_ago=chance.choice([chance.random() * 4, chance.random() * 200]),
    )


@pytest.mark.parametrize("seed", range(6))
async def test_outlines_are_those_of_the_entries_after_any_changes(
    store: Store, seed: int
) -> None:
    chance, beside, known = Random(seed), Store(store.redis, KEPT), dict[str, Entry]()
    for number in range(1, 70):
        act = chance.random()
        if act < 0.75 or not known:
            entry = invented(chance, number)
            known[entry.key] = entry
            await commit(store, entry)
            if chance.random() < 0.9:
                await join(store, entry)
        elif act < 0.85:
            gone = known.pop(chance.choice(sorted(known)))
            await store.entries.retract(gone.key, gone.post.channel.ref)
        elif act < 0.95:
            old = known[chance.choice(sorted(known))]
            other = invented(chance, old.post.message_id)
            again = other.model_copy(update={"post": old.post, "engine": "llm"})
            again = again.model_copy(update={"prompt_id": f"p{number}"})
            await store.entries.prefer(again.prompt_id)
            await commit(store, again)
            await join(store, again)
        else:  # an older program stored this hour
            await store.redis.delete(lines(OLD))
            await store.redis.zadd(CHANGED, {str(OLD): 10**14 + number})
        hours = chance.choice([3, 24, 168])
        until = NOON - timedelta(minutes=chance.randrange(200))
        topic = chance.choice([None, Topic("agents")])
        expected = await by_entries(store, until - hours * HOUR, until, topic)
        for reader in (store, beside):
            assert await by_lines(reader, until - hours * HOUR, until, topic) == expected
