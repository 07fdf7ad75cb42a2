"""Surveys say of stories what their entries say, whatever happens to these, in any process."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from bot.config import Settings
from bot.model import Entry, EntrySummary, StorySummary, story_name, story_summary
from bot.publish.queries import stories_of
from bot.store import Store, keys, open_store
from bot.store.keys import earlier
from bot.store.queue.stream import Item
from bot.store.read_model.file import FILE, remove
from bot.taxonomy.topics import Kind, Topic
from tests.fakes.entries import make_entry, make_paper
from tests.telegram.seeding import put

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TOPICS = ("quantization", "agents", "speech")
HOUR = timedelta(hours=1)
KEPT = timedelta(days=180)


async def commit(store: Store, entry: Entry) -> None:
    await store.posts.ingest(entry.post)
    await store.entries.commit(entry, Item("0-1", {}))


async def join(store: Store, entry: Entry) -> str:
    decisive = [f"paper:{paper.id}" for paper in entry.analysis.papers]
    name = story_name(entry.key)
    return (await store.stories.join(entry.key, new_id=name, decisive=decisive)).story


async def by_entries(
    store: Store, since: datetime, until: datetime, topic: Topic | None = None
) -> list[StorySummary]:
    """The same from whole entries, in no order."""
    entries = await on_topic(store, since, until, topic)
    whole = [story_summary(story) for story in await stories_of(store, entries)]
    end = until.timestamp()
    cut = [o._replace(lines=tuple(line for line in o.lines if line.at < end)) for o in whole]
    return sorted(outline for outline in cut if outline.lines)


async def on_topic(
    store: Store, since: datetime, until: datetime, topic: Topic | None
) -> list[Entry]:
    entries = await store.entries.between(since, until)
    return [entry for entry in entries if topic is None or topic in entry.analysis.topics]


async def by_lines(
    store: Store, since: datetime, until: datetime, topic: Topic | None = None
) -> list[StorySummary]:
    await store.read_model.refresh()
    found = await (
        store.surveys.of_topic(topic, since, until)
        if topic
        else store.surveys.between(since, until)
    )
    survey = found[0] if isinstance(found, tuple) else found
    return sorted(o._replace(lines=bare(o.lines), also=bare(o.also)) for o in survey.outlines)


def bare(lines: tuple[EntrySummary, ...]) -> tuple[EntrySummary, ...]:
    return tuple(line._replace(change=0) for line in lines)


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
@pytest.mark.slow
async def test_surveys_are_those_of_the_entries_after_any_changes(
    store: Store, tmp_path: Path, seed: int
) -> None:
    chance, known = Random(seed), dict[str, Entry]()
    elsewhere, beside = (Store(store.redis, KEPT, tmp_path) for _ in range(2))
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
        else:
            remove(tmp_path / FILE)
        hours = chance.choice([3, 24, 168])
        until = NOON - timedelta(minutes=chance.randrange(200))
        topic = chance.choice([None, Topic("agents")])
        expected = await by_entries(store, until - hours * HOUR, until, topic)
        for reader in (store, elsewhere, beside):
            assert await by_lines(reader, until - hours * HOUR, until, topic) == expected


async def test_a_story_that_an_older_program_told_nothing_of_is_known_to_the_next_process(
    store: Store, tmp_path: Path
) -> None:
    both = [
        make_entry("pane_one", number, papers=[make_paper("2611.00001")], at=NOON, hours_ago=1)
        for number in (1, 2)
    ]
    for entry in both:
        await commit(store, entry)
    told = [await store.redis.zscore(keys.CHANGED, entry.key) for entry in both]
    first = Store(store.redis, KEPT, tmp_path)
    assert await stories_in(first) == 2
    await asyncio.gather(*(join(store, entry) for entry in both))
    keyed = zip(both, told, strict=True)
    await store.redis.zadd(keys.CHANGED, {entry.key: float(at or 0) for entry, at in keyed})
    assert await stories_in(first) == 2
    other = Store(store.redis, KEPT, tmp_path)
    await commit(store, make_entry("pane_one", 3, at=NOON, hours_ago=200))
    assert await stories_in(other) == 1


async def stories_in(store: Store) -> int:
    """How many there are in a week, once all is taken in."""
    await store.read_model.refresh()
    return len((await store.surveys.between(NOON - timedelta(days=7), NOON)).outlines)


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
    await store.read_model.refresh()
    first = await store.surveys.between(*week)
    stories = await store.surveys.stories(first.outlines)
    before = await asked(store, "mget")
    later = (week[0] + timedelta(seconds=1), week[1] + timedelta(seconds=1))
    assert await store.surveys.between(*later) is first
    assert await store.surveys.stories(first.outlines) == stories
    assert await asked(store, "mget") == before
    await commit(store, invented(Random(5), 1_000))
    await store.read_model.refresh()
    other = await store.surveys.between(*week)
    assert len(other.outlines) == len(first.outlines) + 1
    before = await asked(store, "mget")
    await store.surveys.stories(first.outlines)
    assert await asked(store, "mget") == before


async def test_posts_of_an_earlier_program_are_taken_in(store: Store, settings: Settings) -> None:
    week = await seeded(store)
    expected = await by_entries(store, *week)
    assert await by_lines(store, *week) == expected
    [newest, *_] = await store.entries.between(*week)
    hour = int(newest.post.published_at.timestamp()) // 3600
    await store.redis.delete(keys.CHANGED)
    await store.redis.hset(earlier.lines(hour), "@pane_one/1", "story|began|at|head|")
    await store.redis.zadd(earlier.SUMMARIES_CHANGED, {str(hour): 1})
    await store.redis.zadd(earlier.by_topic("agents"), {"@pane_one/1": hour * 3600})
    async with open_store(settings) as opened:
        for reader in (store, opened):  # one has read before, one has not
            assert await by_lines(reader, *week) == expected
    left = [str(key) async for key in store.redis.scan_iter(f"{keys.PREFIX}lines:*")]
    assert (left, await store.redis.exists(earlier.by_topic("agents"))) == ([], 0)


async def test_what_has_expired_is_in_no_story(store: Store, tmp_path: Path) -> None:
    week = await seeded(store)
    gone = (await store.entries.between(*week))[3:9]
    await store.redis.delete(*(keys.entry(entry.key) for entry in gone))
    other = Store(store.redis, KEPT, tmp_path)
    await other.read_model.refresh()
    survey = await other.surveys.between(*week)
    shown = await other.surveys.stories(survey.outlines)
    left = {entry.key for story in shown for entry in story.entries}
    assert left.isdisjoint(entry.key for entry in gone)
    assert left


async def test_an_emptied_store_has_no_stories(store: Store) -> None:
    week = await seeded(store)
    await store.read_model.refresh()
    assert (await store.surveys.between(*week)).outlines
    await store.redis.flushdb()
    await store.read_model.refresh()
    assert (await store.surveys.between(*week)).outlines == ()


async def test_the_weeks_of_a_topic_are_counted_as_of_any_instant(store: Store) -> None:
    since, until = await seeded(store)
    for seconds in (0.0, 0.5, 1, 1, 60, 3_599, 3_600, 3_601, 90_000, -60, 86_400 * 9):
        await agree_on_weeks(store, since, until + timedelta(seconds=seconds))


@pytest.mark.slow
async def test_the_weeks_of_a_topic_are_counted_up_to_the_next_post(store: Store) -> None:
    since, until = await seeded(store)
    spans = [timedelta(days=7) * back for back in (0, 1, 2, 3)]
    await store.read_model.refresh()
    entries = await store.surveys.entries(since, until, Topic("agents"))
    assert list(entries) == await on_topic(store, since, until, Topic("agents"))
    for entry in entries:
        for span in spans:
            at = entry.post.published_at + span
            for odd in (-1, -0.000001, 0, 0.000001, 1):
                await agree_on_weeks(store, since, at + timedelta(seconds=odd))


async def test_the_weeks_of_a_topic_are_counted_again_after_a_change(store: Store) -> None:
    since, until = await seeded(store)
    before = await agree_on_weeks(store, since, until)
    [gone, *_] = await on_topic(store, since, until, Topic("agents"))
    await store.entries.retract(gone.key, gone.post.channel.ref)
    assert sum(before) - sum(await agree_on_weeks(store, since, until)) == 1
    await store.entries.commit(gone, Item("0-1", {}))
    assert await agree_on_weeks(store, since, until) == before


async def agree_on_weeks(store: Store, since: datetime, until: datetime) -> list[int]:
    topic = Topic("agents")
    await store.read_model.refresh()
    _, counts = await store.surveys.of_topic(topic, since, until, 3)
    week = timedelta(days=7)
    ends = [until - week * back for back in (2, 1, 0)]
    weeks = [await counted(store, end - week, end) for end in ends]
    assert list(counts) == [each[topic] for each in weeks]
    every = await store.surveys.weekly(until, 3)
    assert {of: list(numbers) for of, numbers in every.items()} == {
        of: [each[of] for each in weeks] for of in weeks[0]
    }
    assert await store.surveys.counts(until - week, until) == weeks[-1]
    assert sum(counts) > 0
    return list(counts)


async def counted(store: Store, since: datetime, until: datetime) -> dict[Topic, int]:
    """How many entries each topic has, from whole entries."""
    second = timedelta(seconds=1)  # the index knows no fractions of one
    near = await store.entries.between(since - second, until + second)
    entries = [entry for entry in near if since <= entry.post.published_at < until]
    found = Counter(topic for entry in entries for topic in entry.analysis.topics)
    return {topic: found[topic] for topic in Topic}


async def test_posts_of_a_kind_are_told_with_their_stories_and_without_adverts(
    store: Store,
) -> None:
    paper = [make_paper()]
    await put(
        store,
        make_entry("pane_one", 1, kind="meme", importance="skip", papers=()),
        make_entry("pane_two", 2, kind="news", papers=paper),
        make_entry("pane_three", 3, kind="release", papers=paper),
        make_entry("pane_four", 4, kind="promo", importance="skip", papers=()),
    )
    since = NOON - timedelta(days=7)
    memes = await store.surveys.of_kind(Kind("meme"), since, NOON)
    news = await store.surveys.of_kind(Kind("news"), since, NOON)
    adverts = await store.surveys.of_kind(Kind("promo"), since, NOON)
    assert [memes.posts, news.posts, adverts.posts] == [1, 2, 0]
    assert [line.kind for line in news.shown[0].lines] == ["release", "news"]
    assert [entry.post.message_id for entry in await store.surveys.entries(
        since, NOON, Kind("news"))] == [2]  # fmt: skip
