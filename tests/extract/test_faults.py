"""Every way in which a model is known to fail: its post appears all the same, by stated rules.

Names are those of the rows; the server is real, the failures are made up.
"""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.model import Link, Post
from bot.store import Store, keys
from tests.extract.fault_rows import CHANGED, LOST, MARK
from tests.extract.work import NOW, TEXT, Clock, Told, analyst, entry_of, following, take
from tests.fakes import openai_answers as answers
from tests.fakes.entries import make_post
from tests.fakes.openai import FakeOpenAI
from tests.fakes.openai_answers import Asked

POST = make_post(text=TEXT, links=[Link(url="https://example.org/paper", anchor="paper")])


async def put_off(store: Store) -> float:
    """Seconds until the one item that waits comes back, 0 where none does."""
    rows = await store.redis.zrange(keys.later(keys.POSTS), 0, -1)
    if not rows:
        return 0
    [member] = rows
    due = await store.redis.zscore(keys.later(keys.POSTS), str(member))
    seconds, _ = await store.redis.time()
    return (due or 0) / 1000 - seconds


@pytest.mark.parametrize("name", LOST)
@pytest.mark.slow
async def test_a_failure_leaves_a_labelled_extract(store: Store, name: str) -> None:
    row, told = LOST[name], Told()
    async with FakeOpenAI() as fake:
        async with analyst(store, fake, tell=told, timeout=row.patience) as reader:
            await reader.handle(await take(store, make_post("warm_up", text=f"Hello. {TEXT}")))
            fake.requests.clear()
            fake.always = row.answer
            await reader.handle(await take(store, POST))
        assert len(fake.requests) == row.calls
    entry = await entry_of(store, POST)
    assert entry.engine == "extractive"
    assert entry.card("en").tldr
    assert MARK not in entry.model_dump_json()
    assert abs(await put_off(store) - row.later) < 5
    assert tuple(told.kinds) == row.told
    letters = [letter async for letter in store.dead_letters.letters()]
    assert [letter.fields["key"] for letter in letters] == [POST.key] * row.dead
    assert all(letter.reason for letter in letters)
    held = await store.usage.spent(NOW.date())
    assert held == (await store.usage.of(NOW.date()))["micro_dollars"]


@pytest.mark.parametrize("name", CHANGED)
async def test_a_wrong_field_is_dropped_and_not_the_post(store: Store, name: str) -> None:
    answer, holds = CHANGED[name]
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        fake.default = answer
        await reader.handle(await take(store, POST))
    entry = await entry_of(store, POST)
    assert entry.engine == "llm"
    assert entry.card("en").tldr
    assert holds(entry)


BY_RULE = {
    "L13 another post's number": "foreign_number",
    "L13 numbers exchanged": "swapped_numbers",
    "L13 invented address": "foreign_url",
    "L13 invented link": "bad_link",
    "L13 invented name": "entity",
}


@pytest.mark.parametrize("name", BY_RULE)
async def test_what_was_wrong_is_counted_by_its_rule(store: Store, name: str) -> None:
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        fake.always, _ = CHANGED[name]
        await reader.handle(await take(store, POST))
    assert (await store.usage.of(NOW.date()))[f"offence_{BY_RULE[name]}"] >= 1


async def test_l6_a_retired_model_is_followed_by_the_second_one(store: Store) -> None:
    told = Told()
    async with (
        FakeOpenAI(models=("new",)) as fake,
        analyst(store, fake, model="old", second="new", tell=told) as reader,
    ):
        for number in (1, 2):
            post = make_post(message_id=number, text=f"{TEXT} Number {number}.")
            await reader.handle(await take(store, post))
            assert (await entry_of(store, post)).engine == "llm"
        models = [asked.body["model"] for asked in fake.requests]
    assert models.count("old") == 1
    assert told.notes == []


async def test_l7_a_post_too_long_for_the_server_is_cut_once(store: Store) -> None:
    async def short_only(asked: Asked) -> Any:
        too_long = asked.post is not None and len(asked.post.text) > 5_000
        refuses = answers.fails(400, code="context_length_exceeded")
        return await (refuses if too_long else answers.honest)(asked)

    post = make_post(text=f"{TEXT} " + "And a lot of further words. " * 400)
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        fake.default = short_only
        await reader.handle(await take(store, post))
        assert len(fake.posts) == 2
    entry = await entry_of(store, post)
    assert (entry.engine, entry.post) == ("llm", post)


async def test_l8_an_answer_that_was_cut_gets_a_larger_cap_once(store: Store) -> None:
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        fake.script(answers.cut_at())
        await reader.handle(await take(store, POST))
        first, second = (asked.cap or 0 for asked in fake.posts)
    assert second > first
    assert (await entry_of(store, POST)).engine == "llm"


async def test_l15_a_late_answer_changes_nothing_and_is_booked(store: Store) -> None:
    asking, release = asyncio.Event(), asyncio.Event()

    async def late(asked: Asked) -> Any:
        asking.set()
        await release.wait()
        return await answers.honest(asked)

    async with FakeOpenAI() as fake:
        async with analyst(store, fake) as frozen, analyst(store, fake) as quick:
            await frozen.handle(await take(store, make_post("warm_up", text=f"Hello. {TEXT}")))
            fake.script(late)
            item = await take(store, POST)
            slow = asyncio.create_task(frozen.handle(item))
            await asking.wait()
            await quick.handle(item)
            entry = await entry_of(store, POST)
            release.set()
            await slow
        paid = len(fake.posts)
    assert await entry_of(store, POST) == entry
    counted = await store.usage.of(NOW.date())
    assert counted["posts"] == 2
    assert paid == 3
    assert counted["micro_dollars"] == await store.usage.spent(NOW.date())


async def test_l16_through_six_hours_of_failure_every_post_appears_and_is_read_after_it(
    store: Store,
) -> None:
    clock, told = Clock(), Told()
    posts: list[Post] = []
    async with FakeOpenAI() as fake, analyst(store, fake, clock=clock, tell=told) as reader:
        fake.always = answers.fails(500, MARK)
        for number in range(1, 37):
            post = make_post(message_id=number, text=f"{TEXT} Number {number}.", hours_ago=-number)
            posts.append(post)
            await reader.handle(await take(store, post))
            clock.now += timedelta(minutes=10)
        engines = [(await entry_of(store, post)).engine for post in posts]
        assert engines == ["extractive"] * 36
        assert told.kinds == ["failing"]
        fake.always = None
        for member in await store.redis.zrange(keys.later(keys.POSTS), 0, -1):
            await store.redis.zadd(keys.later(keys.POSTS), {str(member): 0})
        await store.post_stream.promote()
        for _ in posts:
            await reader.handle(await following(store))
    entries = [await entry_of(store, post) for post in posts]
    assert [entry.engine for entry in entries] == ["llm"] * 36
    assert MARK not in str(entries)
