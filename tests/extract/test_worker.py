"""Posts to entries on a real store, with a fake model server on a real socket."""

import time
from datetime import timedelta

import pytest

from bot.extract.worker import MOST_EDITS, Analyst
from bot.store import Store, keys
from tests.extract.work import NOW, TEXT, analyst, entry_of, following, take
from tests.fakes.entries import make_post
from tests.fakes.openai import FakeOpenAI
from tests.fakes.openai_answers import fails, flood, no_quota, refuses, says


async def test_a_post_is_read_by_the_model_once(store: Store) -> None:
    post = make_post(text=TEXT)
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        item = await take(store, post)
        await reader.handle(item)
        await reader.handle(item)  # the same item again, as after a lost acknowledgement
        assert len(fake.posts) == 1
    entry = await entry_of(store, post)
    assert entry.engine == "llm"
    assert entry.prompt_id != "extractive-2"
    assert (await store.usage.of(NOW.date()))["posts"] == 1


@pytest.mark.parametrize("failure", ["refusal", "nonsense", "server", "quota"])
async def test_a_failing_model_leaves_a_labelled_extract_and_never_its_error(
    store: Store, failure: str
) -> None:
    post = make_post(text=TEXT)
    answers = {
        "refusal": refuses("I cannot help with OOPS"),
        "nonsense": says("OOPS not json"),
        "server": fails(500, "OOPS"),
        "quota": no_quota(),
    }
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        fake.always = answers[failure]
        await reader.handle(await take(store, post))
    entry = await entry_of(store, post)
    assert entry.engine == "extractive"
    assert "OOPS" not in entry.model_dump_json()
    assert entry.card("en").tldr
    again = await store.redis.zcard(keys.later(keys.POSTS))
    assert again == (failure != "refusal")  # nonsense of a server that never gave a form, too
    assert await store.usage.spent(NOW.date()) >= 0


async def test_when_the_model_is_back_its_reading_replaces_the_extract(store: Store) -> None:
    post = make_post(text=TEXT)
    async with FakeOpenAI() as fake:
        fake.always = fails(503, "down")
        async with analyst(store, fake) as reader:
            await reader.handle(await take(store, post))
        [planned] = await store.redis.zrange(keys.later(keys.POSTS), 0, -1)
        await store.redis.zadd(keys.later(keys.POSTS), {str(planned): 0})
        await store.post_stream.promote()
        fake.always = None
        async with analyst(store, fake) as reader:
            await reader.handle(await following(store))
    assert (await entry_of(store, post)).engine == "llm"


async def test_after_a_fatal_answer_the_model_is_left_alone(store: Store) -> None:
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        fake.always = fails(401, "bad key")
        asked = []
        for number in range(1, 6):
            await reader.handle(await take(store, make_post(message_id=number, text=TEXT)))
            asked.append(len(fake.requests))
    assert asked == asked[:1] * 5
    assert len(await store.entries.between(NOW - timedelta(days=9), NOW + timedelta(days=9))) == 5


async def test_what_is_not_worth_a_call_costs_none(store: Store) -> None:
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        for number, text in enumerate(("", "👍", "Good morning!"), 1):
            await reader.handle(await take(store, make_post(message_id=number, text=text)))
        assert fake.requests == []


async def test_an_edited_post_is_read_again_and_the_old_work_is_dropped(store: Store) -> None:
    post = make_post(text=TEXT)
    edited = post.model_copy(update={"text": f"{TEXT} Update: the code is open."})
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        first = await take(store, post)
        second = await take(store, edited)
        for item in (first, second):
            await reader.handle(item)
        assert len(fake.posts) == 1
    assert (await entry_of(store, post)).post.text.endswith("open.")


async def test_an_edit_storm_is_not_paid_for(store: Store) -> None:
    post = make_post(text=TEXT)
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        for number in range(20):
            edited = post.model_copy(update={"text": f"{TEXT} Version {number}."})
            await reader.handle(await take(store, edited))
        asked = len(fake.posts)
    assert asked == MOST_EDITS + 1
    assert "Version 19" in (await entry_of(store, post)).post.text


async def test_a_flood_answer_is_waited_out(store: Store) -> None:
    async with FakeOpenAI() as fake, analyst(store, fake) as reader:
        fake.always = flood("3600")
        await reader.handle(await take(store, make_post(text=TEXT)))
    now = int(time.time() * 1000)
    assert await store.redis.zcount(keys.later(keys.POSTS), now + 3_500_000, "+inf") == 1


async def test_without_a_model_everything_is_read_all_the_same(store: Store) -> None:
    post = make_post(text=TEXT)
    await Analyst(store).handle(await take(store, post))
    entry = await entry_of(store, post)
    assert (entry.engine, entry.prompt_id) == ("extractive", "extractive-2")
    assert await store.redis.zcard(keys.later(keys.POSTS)) == 0


async def test_what_a_channel_puts_under_all_its_posts_is_in_no_card(store: Store) -> None:
    reader = Analyst(store)
    for number in range(1, 5):
        words = f"Вышла модель Reed {number} для речи.\n\nОна читает вслух на {number + 7} языках."
        text = f"{words}\n\nПекарня «Тесто»: осталось булок {number * 97} 🥖"
        post = make_post("pane_one", number, text=text)
        await reader.handle(await take(store, post))
    entry = await entry_of(store, post)
    assert "языках" in entry.card("ru").tldr
    assert "Пекарня" not in entry.card("ru").model_dump_json()
    other = make_post("pane_two", 1, text="Пекарня «Тесто» открыла второй зал для гостей.")
    await reader.handle(await take(store, other))
    assert "Пекарня" in (await entry_of(store, other)).card("ru").title
