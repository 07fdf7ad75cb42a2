"""Outlines say of stories what their entries say, whatever happens to these, in any process."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from bot.model import Entry, Line, Outline, outline_of, story_name
from bot.publish.queries import stories_of
from bot.store import Store, keys
from bot.store.errors import NewerVersion
from bot.store.keys.ranking import SUMMARIES_CHANGED, lines
from bot.store.queue.stream import Item
from bot.taxonomy.topics import Topic
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
            [last] = await store.redis.zrange(SUMMARIES_CHANGED, -1, -1, withscores=True)
            await store.redis.zadd(SUMMARIES_CHANGED, {str(OLD): float(last[1]) + 1})
        hours = chance.choice([3, 24, 168])
        until = NOON - timedelta(minutes=chance.randrange(200))
        topic = chance.choice([None, Topic("agents")])
        expected = await by_entries(store, until - hours * HOUR, until, topic)
        for reader in (store, beside):
            assert await by_lines(reader, until - hours * HOUR, until, topic) == expected


async def seeded(store: Store, count: int = 40) -> tuple[datetime, datetime]:
    chance = Random(11)
    for number in range(1, count):
        entry = invented(chance, number)
        await commit(store, entry)
        await join(store, entry)
    until = NOON - timedelta(minutes=30)
    return until - timedelta(days=7), until


async def asked(store: Store, *commands: str) -> list[int]:
    """How often the server was asked each of these."""
    stats = await store.redis.info("commandstats")
    return [stats.get(f"cmdstat_{command}", {"calls": 0})["calls"] for command in commands]


async def test_nothing_is_read_again_while_nothing_changes(store: Store) -> None:
    week = await seeded(store)
    first = (await store.outlines.between(*week)).outlines
    stories = await store.outlines.stories(first)
    before = await asked(store, "hgetall", "mget")
    later = (week[0] + timedelta(seconds=1), week[1] + timedelta(seconds=1))
    assert (await store.outlines.between(*later)).outlines == first
    assert await store.outlines.stories(first) == stories
    assert await asked(store, "hgetall", "mget") == before
    await commit(store, invented(Random(5), 1_000))
    assert len((await store.outlines.between(*week)).outlines) == len(first) + 1
    assert (await asked(store, "hgetall"))[0] <= before[0] + 2


async def test_posts_of_an_earlier_program_are_taken_in(store: Store) -> None:
    week = await seeded(store)
    expected = await by_entries(store, *week)
    found = [key async for key in store.redis.scan_iter(lines("*"))]
    await store.redis.delete(*found)
    for reader in (store, Store(store.redis, KEPT)):  # one has read before, one has not
        assert await by_lines(reader, *week) == expected
    assert await store.redis.exists(SUMMARIES_CHANGED)


async def test_what_has_expired_is_in_no_story(store: Store) -> None:
    week = await seeded(store)
    gone = (await store.entries.between(*week))[3:9]
    await store.redis.delete(*(keys.entry(entry.key) for entry in gone))
    survey = await Store(store.redis, KEPT).outlines.between(*week)
    shown = await store.outlines.stories(survey.outlines)
    left = {entry.key for story in shown for entry in story.entries}
    assert left.isdisjoint(entry.key for entry in gone)
    assert left


async def test_an_emptied_store_has_no_stories(store: Store) -> None:
    week = await seeded(store)
    assert (await store.outlines.between(*week)).outlines
    await store.redis.flushdb()
    assert (await store.outlines.between(*week)).outlines == ()


async def test_a_line_of_a_newer_program_is_left_to_it(store: Store) -> None:
    week = await seeded(store)
    within = int(week[1].timestamp()) // 3600 - 1
    await store.redis.hset(lines(within), "@pane_one/1", "of another form")
    with pytest.raises(NewerVersion):
        await Store(store.redis, KEPT).outlines.between(*week)


async def test_the_weeks_of_a_topic_are_counted_as_of_any_instant(store: Store) -> None:
    since, until = await seeded(store)
    for seconds in (0.0, 0.5, 1, 1, 60, 3_599, 3_600, 3_601, 90_000, -60, 86_400 * 9):
        await agree_on_weeks(store, since, until + timedelta(seconds=seconds))


async def test_the_weeks_of_a_topic_are_counted_up_to_the_next_post(store: Store) -> None:
    since, until = await seeded(store)
    spans = [timedelta(days=7) * back for back in (0, 1, 2, 3)]
    entries = await store.entries.between(since, until, topic=Topic("agents"))
    for entry in entries:
        for span in spans:
            at = entry.post.published_at + span
            for odd in (-1, -0.000001, 0, 0.000001, 1):
                await agree_on_weeks(store, since, at + timedelta(seconds=odd))


async def test_the_weeks_of_a_topic_are_counted_again_after_a_change(store: Store) -> None:
    since, until = await seeded(store)
    before = await agree_on_weeks(store, since, until)
    [gone, *_] = await store.entries.between(since, until, topic=Topic("agents"))
    await store.entries.retract(gone.key, gone.post.channel.ref)
    assert sum(before) - sum(await agree_on_weeks(store, since, until)) == 1
    await store.entries.commit(gone, Item("0-1", {}))
    assert await agree_on_weeks(store, since, until) == before


async def agree_on_weeks(store: Store, since: datetime, until: datetime) -> list[int]:
    topic = Topic("agents")
    _, counts = await store.outlines.of_topic(topic, since, until, 3)
    week = timedelta(days=7)
    ends = [until - week * back for back in (2, 1, 0)]
    weeks = [await store.entries.counts(end - week, end) for end in ends]
    assert list(counts) == [each[topic] for each in weeks]
    every = await store.outlines.weekly(until, 3)
    assert {of: list(numbers) for of, numbers in every.items()} == {
        of: [each[of] for each in weeks] for of in weeks[0]
    }
    assert sum(counts) > 0
    return list(counts)
