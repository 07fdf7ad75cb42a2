"""Search on a real server: what is stored is found, whatever becomes of the file."""

from datetime import UTC, datetime

import pytest

from bot.model import Card, Entry, Link
from bot.store import Store, keys
from bot.store.queue.stream import Item
from bot.store.read_model.terms import Query
from bot.taxonomy.topics import Kind, Topic
from tests.fakes.entries import make_entry

NOW = datetime.now(UTC).replace(microsecond=0)
CODE = Link(url="https://github.com/pane/leaf", kind="code")


def entry(number: int, text: str, channel: str = "pane_one", **more: object) -> Entry:
    made = {"title": f"Title {number}", "tldr": "", "at": NOW, **more}
    return make_entry(channel, number, text=text, **made)  # type: ignore[arg-type]


async def put(store: Store, *entries: Entry) -> None:
    """As the analyst does."""
    for each in entries:
        await store.posts.ingest(each.post)
        assert await store.entries.commit(each, Item("0-1", {})) == "stored"


async def found(store: Store, query: Query, limit: int = 10, offset: int = 0) -> list[int]:
    await store.read_model.refresh()
    hits = await store.search.find(query, NOW, limit, offset)
    return [each.post.message_id for each in hits.entries]


@pytest.mark.parametrize(
    ("word", "numbers"),
    [
        ("квантизация", {1}),
        ("квантизацию", {1}),
        ("adapter", {2}),
        ("adapters", {2}),
        ("fine-tuning", {2, 3, 4}),
        ("finetuning", {2, 4}),
        ("tuning", {2, 3}),
        ("c++", {1}),
        ("ежик", {5}),
        ("unheard", set()),
    ],
)
async def test_words_are_found_in_all_their_forms(
    store: Store, word: str, numbers: set[int]
) -> None:
    await put(
        store,
        entry(1, "Новый способ квантизации весов на C++"),
        entry(2, "Adapters for fine-tuning"),
        entry(3, "Why fine tuning of a model fails"),
        entry(4, "Finetuning at home"),
        entry(5, "Про ёжика"),
    )
    assert set(await found(store, Query(words=(word,)))) == numbers


async def test_all_words_must_be_there_and_unwanted_ones_must_not(store: Store) -> None:
    await put(store, entry(1, "LoRA for vision"), entry(2, "LoRA for speech"), entry(3, "Speech"))
    assert await found(store, Query(words=("lora", "speech"))) == [2]
    assert await found(store, Query(words=("lora",), without=("speech",))) == [1]
    assert set(await found(store, Query(without=("vision",)))) == {2, 3}


async def test_filters(store: Store) -> None:
    await put(
        store,
        entry(1, "one leaf", papers=["2611.04821"], topics=("agents",)),
        entry(2, "two leaf", "Other_Lab", links=[CODE], kind="tutorial"),
        entry(3, "three leaf", hours_ago=24 * 20, topics=("agents", "quantization")),
    )
    queries = {
        Query(paper=True): {1},
        Query(code=True): {2},
        Query(channels=("other_lab",)): {2},
        Query(channels=("other_lab", "pane_one")): {1, 2, 3},
        Query(topics=(Topic("agents"),)): {1, 3},
        Query(topics=(Topic("agents"),), days=7): {1},
        Query(kinds=(Kind("tutorial"),), words=("leaf",)): {2},
        Query(words=("2611.04821",)): {1},
    }
    assert {q: set(await found(store, q)) for q in queries} == queries


async def test_a_phrase_is_found_word_for_word(store: Store) -> None:
    await put(
        store,
        entry(1, "The glass leaf falls"),
        entry(2, "A leaf of glass"),
        entry(3, "x", cards={"en": Card(title="Of Glass: leaf", tldr="")}),
    )
    phrase = Query(phrases=(("glass", "leaf"),))
    assert set(await found(store, phrase)) == {1, 3}
    hits = await store.search.find(phrase, NOW, limit=1)
    assert (len(hits.entries), hits.total, hits.more) == (1, 2, False)


async def test_the_best_come_first(store: Store) -> None:
    await put(
        store,
        entry(1, "A leaf among many other things", hours_ago=24 * 60),
        entry(2, "A leaf among many other things"),
        entry(3, "About it", title="The leaf", hours_ago=24),
        entry(4, "About a leaf", title="Buy a leaf", kind="promo"),
    )
    assert await found(store, Query(words=("leaf",))) == [3, 2, 4, 1]
    assert await found(store, Query(words=("leaf",)), limit=2, offset=1) == [2, 4]
    assert (await store.search.find(Query(words=("leaf",)), NOW, 1)).total == 4


async def test_a_changed_entry_replaces_the_old_one(store: Store) -> None:
    plain = entry(1, "An old leaf", engine="extractive")
    await put(store, plain)
    assert await found(store, Query(words=("leaf",))) == [1]
    edited = plain.post.model_copy(update={"text": "A new stone"})
    await put(store, plain.model_copy(update={"post": edited}))
    assert await found(store, Query(words=("leaf",))) == []
    assert await found(store, Query(words=("stone",))) == [1]


async def test_what_arrives_between_two_questions_is_found(store: Store) -> None:
    await put(store, entry(1, "leaf"))
    await put(store, *[entry(number, "leaf") for number in range(2, 30)])
    await store.read_model.refresh()
    assert (await store.search.find(Query(words=("leaf",)), NOW, 5)).total == 29


async def test_an_unreadable_entry_stops_nobody(store: Store) -> None:
    await put(store, entry(1, "leaf"), entry(2, "leaf"))
    await store.redis.set(keys.entry("@pane_one/1"), '{"v": 9}')
    assert await found(store, Query(words=("leaf",))) == [2]
    assert (await store.search.reach()).posts == 1
