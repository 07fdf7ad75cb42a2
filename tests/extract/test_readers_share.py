"""What readers forward has a share of the day's budget, all of them together."""

import asyncio
from datetime import timedelta

from bot.extract.budget import pricing
from bot.extract.worker import READERS_SHARE
from bot.model import Post
from bot.store import Store, keys
from bot.store.queue.stream import Item
from tests.extract.work import NOW, ONE, TEXT, Told, analyst, entry_of, following, take
from tests.fakes.entries import make_post
from tests.fakes.openai import FakeOpenAI

DAY = NOW.date()


def posts(handle: str, count: int) -> list[Post]:
    return [make_post(handle, n, f"Number {n * 7919}. {TEXT}") for n in range(1, count + 1)]


async def forwarded(store: Store, post: Post) -> Item:
    await store.posts.ingest(post, asked=True)
    return await following(store)


async def test_fifty_forwards_by_strangers_leave_the_rest_to_the_channels(store: Store) -> None:
    """As it was found: they spent 80 % of the day."""
    many, own = posts("pane_spam", 50), posts("pane_one", 3)
    most, told = pricing.most(ONE, many[0]), Told()
    cap = 30 * most / 1_000_000
    async with FakeOpenAI() as fake, analyst(store, fake, cap=cap, tell=told) as reader:
        items = [await forwarded(store, post) for post in many]
        await asyncio.gather(*map(reader.handle, items))
        by_readers = await store.usage.spent_by_readers(DAY)
        assert 0 < by_readers == await store.usage.spent(DAY)
        assert by_readers <= 30 * most * READERS_SHARE
        for post in own:
            await reader.handle(await take(store, post))
    engines = [(await entry_of(store, post)).engine for post in many]
    assert 3 <= engines.count("llm") < 50
    assert set(engines) == {"llm", "extractive"}
    assert [(await entry_of(store, post)).engine for post in own] == ["llm"] * 3
    assert await store.usage.spent_by_readers(DAY) == by_readers
    assert await store.redis.zcard(keys.later(keys.POSTS)) == 0  # the next day has its own
    assert told.kinds == []


async def test_two_at_once_cannot_both_have_the_last_of_it(store: Store) -> None:
    holds = [store.usage.reserve(DAY, 60, 1_000, readers_cap=100) for _ in range(9)]
    held = [hold for hold in await asyncio.gather(*holds) if hold]
    assert len(held) == 1
    await store.usage.settle(held[0], 30)
    assert await store.usage.spent_by_readers(DAY) == 30
    assert await store.usage.reserve(DAY, 70, 1_000, readers_cap=100) is not None
    assert await store.usage.reserve(DAY, 900, 1_000) is not None
    assert await store.usage.reserve(DAY, 1, 1_000, readers_cap=9_999) is None


async def test_a_post_that_came_by_its_channel_too_is_read_as_its_channels(store: Store) -> None:
    """Forwarding a source's posts early must not keep them from being read for all."""
    post = make_post(text=TEXT)
    cap = 2 * pricing.most(ONE, post) / 1_000_000  # of which the share is too small
    async with FakeOpenAI() as fake, analyst(store, fake, cap=cap) as reader:
        await reader.handle(await forwarded(store, post))
        assert (await entry_of(store, post)).engine == "extractive"
        assert fake.requests == []
        assert await store.posts.ingest(post) == "same"
        await reader.handle(await following(store))
        assert (await entry_of(store, post)).engine == "llm"
        assert await store.posts.ingest(post) == "same"
        assert await store.posts.ingest(post, asked=True) == "same"
    assert await store.post_stream.waiting() == 0


async def test_what_is_put_off_while_the_model_is_away_stays_the_readers(store: Store) -> None:
    post = make_post(text=TEXT)
    await store.posts.ingest(post, asked=True)
    await following(store)
    await store.posts.again(post, 1, timedelta(0))
    await store.post_stream.promote()
    assert (await following(store)).fields["reader"] == "1"
