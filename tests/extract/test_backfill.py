"""After a change of prompt: new posts first, old ones when idle, the later prompt wins."""

import asyncio
from datetime import timedelta

import pytest

from bot.config import Settings
from bot.extract import backfill
from bot.extract.backfill import PORTION, is_outdated, outdated_entries
from bot.extract.budget import pricing
from bot.model import Entry
from bot.store import Store, keys
from bot.terminal.reanalysing import described
from tests.extract.work import NOW, ONE, TEXT, Clock, analyst, entry_of, following, take
from tests.fakes.entries import make_entry, make_post
from tests.fakes.openai import FakeOpenAI
from tests.fakes.openai_answers import fails, refuses
from tests.waiting import EVENT_S


async def commit(store: Store, entry: Entry) -> str:
    return await store.entries.commit(entry, await take(store, entry.post))


def version(prompt_id: str, **fields: object) -> Entry:
    """One post as read by a prompt."""
    made = make_entry(text=TEXT, hours_ago=2, title=prompt_id)
    return made.model_copy(update={"prompt_id": prompt_id, **fields})


@pytest.mark.parametrize("order", [("old", "new"), ("new", "old"), ("old", "new", "old", "new")])
async def test_a_later_prompt_wins_in_any_order(store: Store, order: tuple[str, ...]) -> None:
    for prompt_id in ("old", "new"):
        await store.entries.prefer(prompt_id)
    await store.posts.ingest(version("old").post)
    item = await following(store)
    answers = [await store.entries.commit(version(name), item) for name in order]
    assert (await entry_of(store, version("old").post)).prompt_id == "new"
    assert answers.count("stored") == (2 if order[0] == "old" else 1)


async def test_an_extract_never_replaces_a_reading_and_a_prompt_can_come_back(
    store: Store,
) -> None:
    await store.posts.ingest(version("a").post)
    item = await following(store)
    for prompt_id in ("a", "b"):
        await store.entries.prefer(prompt_id)
        assert await store.entries.commit(version(prompt_id), item) == "stored"
    assert await store.entries.commit(version("c", engine="extractive"), item) == "kept"
    assert await store.entries.commit(version("unknown"), item) == "kept"
    await store.entries.prefer("a")
    assert await store.entries.commit(version("a"), item) == "stored"


def test_what_is_outdated() -> None:
    assert is_outdated(version("old"), "new")
    assert is_outdated(version("new", engine="extractive"), "new")
    assert not is_outdated(version("new"), "new")
    assert not is_outdated(make_entry(text="Hi!", engine="extractive"), "new")
    assert not is_outdated(make_entry(text=TEXT, service=True, engine="extractive"), "new")


async def test_outdated_entries_come_newest_day_first_and_each_once(store: Store) -> None:
    for number in range(40):
        entry = make_entry(message_id=number + 1, text=f"{TEXT} {number}", hours_ago=number * 6)
        await commit(store, entry)
    found = [e async for e in outdated_entries(store, "new", NOW - timedelta(days=5), NOW)]
    ages = [NOW - entry.post.published_at for entry in found]
    assert len({entry.key for entry in found}) == len(found) == 20
    assert ages == sorted(ages)
    assert max(ages) <= timedelta(days=5)


async def fill(store: Store, count: int) -> list[Entry]:
    """Entries by an older prompt, all in the backlog; the last one is the newest."""
    entries = [
        make_entry(message_id=n, text=f"{TEXT} Number {n}.", hours_ago=99 - n)
        for n in range(1, count + 1)
    ]
    for entry in entries:
        await commit(store, entry)
    added = await store.backlog.add({e.key: e.post.published_at for e in entries})
    assert added == count
    return entries


async def test_the_backlog_waits_for_an_idle_stream_and_gives_the_newest_first(
    store: Store,
) -> None:
    entries = await fill(store, 6)
    fresh = await take(store, make_post("pane_new", 1, TEXT))
    assert await store.backlog.feed(PORTION) == 0
    await store.post_stream.finish(fresh)
    assert await store.backlog.feed(PORTION) == PORTION
    assert await store.backlog.feed(PORTION) == 0
    items = await store.post_stream.read("test", 9)
    assert [item.fields["key"] for item in items] == [e.key for e in entries[:-5:-1]]
    assert await store.backlog.size() == 2


async def test_old_readings_are_replaced_once(store: Store) -> None:
    entries = await fill(store, 3)
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        for _ in range(2):
            await store.backlog.feed(PORTION)
            for item in await store.post_stream.read("test", 9, timedelta(milliseconds=1)):
                await reader.handle(item)
                await reader.handle(item)
            await store.backlog.add({e.key: e.post.published_at for e in entries})
        assert len(fake.posts) == 3
        assert reader.models is not None
        now = {(await entry_of(store, entry.post)).prompt_id for entry in entries}
        assert now == {reader.models.prompt_id}


@pytest.mark.parametrize("answer", [refuses(), fails(500, "down"), fails(401, "no")])
async def test_a_reading_is_never_lost_by_trying_again(store: Store, answer: object) -> None:
    [entry] = await fill(store, 1)
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        fake.always = answer  # type: ignore[assignment]
        await store.backlog.feed(PORTION)
        await reader.handle(await following(store))
    assert await entry_of(store, entry.post) == entry
    assert await store.redis.zcard(keys.later(keys.POSTS)) == 0


async def test_rereading_leaves_half_of_the_budget_to_new_posts(store: Store) -> None:
    entries = await fill(store, 8)
    one = pricing.most(ONE, entries[0].post)
    async with FakeOpenAI() as fake, analyst(store, fake, cap=one * 1.5 / 1e6) as reader:
        await store.backlog.feed(PORTION)
        for item in await store.post_stream.read("test", 9):
            await reader.handle(item)
        assert fake.posts == []
        assert await store.backlog.size() == 8
        assert await store.backlog.feed(PORTION) == 0  # it rests, till the next day
        assert await store.redis.pttl(keys.BACKLOG_REST) > 11 * 3_600_000
        await reader.handle(await take(store, make_post("pane_new", 1, f"New. {TEXT}")))
        assert len(fake.posts) == 1


async def test_new_posts_use_the_new_prompt_at_once_and_old_ones_stay_readable(
    store: Store,
) -> None:
    [entry] = await fill(store, 1)
    post = make_post("pane_new", 1, f"New. {TEXT}")
    async with FakeOpenAI() as fake, analyst(store, fake, clock=Clock()) as reader:
        await reader.handle(await take(store, post))
        assert reader.models is not None
        assert (await entry_of(store, post)).prompt_id == reader.models.prompt_id
    assert await store.entries.get(entry.key) == entry


async def test_the_feeder_feeds_until_it_is_stopped(store: Store) -> None:
    await fill(store, 2)
    stop = asyncio.Event()
    async with asyncio.timeout(EVENT_S), asyncio.TaskGroup() as tasks:
        tasks.create_task(backfill.feed_backlog(store, stop))
        [item, _] = await store.post_stream.read("test", 2, timedelta(seconds=4))
        stop.set()
    assert item.fields["reread"] == "1"


def test_an_estimate_in_words(settings: Settings) -> None:
    price = pricing.Price(0.25, 2.0)
    total = sum(
        (pricing.usual(price, make_post(text=TEXT)) for _ in range(1_000)), pricing.NOTHING
    )
    said = described(total, settings)
    assert said.startswith("1,000 posts to read again")
    assert "at most $1.00 a day" in said
    assert f"${total.cost / 1e6:.2f}" in said
    assert described(pricing.NOTHING, settings) == "nothing to read again"
