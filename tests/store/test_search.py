"""Search on a real server: what is stored is found, whatever becomes of the file."""

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.model import Card, Entry, Link
from bot.store import Store, keys
from bot.store.queue.stream import Item
from bot.store.search.index import Change, Index
from bot.store.search.service import FILE, Query, Search, SearchError
from bot.taxonomy.topics import Kind, Topic
from tests.fakes.entries import make_entry
from tests.waiting import eventually

NOW = datetime.now(UTC).replace(microsecond=0)
CODE = Link(url="https://github.com/pane/leaf", kind="code")


@pytest.fixture
def search(store: Store, tmp_path: Path) -> Search:
    return Search(tmp_path, store)


def entry(number: int, text: str, channel: str = "pane_one", **more: object) -> Entry:
    made = {"title": f"Title {number}", "tldr": "", "at": NOW, **more}
    return make_entry(channel, number, text=text, **made)  # type: ignore[arg-type]


async def put(store: Store, *entries: Entry) -> None:
    """As the analyst does."""
    for each in entries:
        await store.posts.ingest(each.post)
        assert await store.entries.commit(each, Item("0-1", {})) == "stored"


async def found(search: Search, query: Query, limit: int = 10, offset: int = 0) -> list[int]:
    await search.refresh()
    hits = await search.find(query, NOW, limit, offset)
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
    search: Search, store: Store, word: str, numbers: set[int]
) -> None:
    await put(
        store,
        entry(1, "Новый способ квантизации весов на C++"),
        entry(2, "Adapters for fine-tuning"),
        entry(3, "Why fine tuning of a model fails"),
        entry(4, "Finetuning at home"),
        entry(5, "Про ёжика"),
    )
    assert set(await found(search, Query(words=(word,)))) == numbers


async def test_all_words_must_be_there_and_unwanted_ones_must_not(
    search: Search, store: Store
) -> None:
    await put(store, entry(1, "LoRA for vision"), entry(2, "LoRA for speech"), entry(3, "Speech"))
    assert await found(search, Query(words=("lora", "speech"))) == [2]
    assert await found(search, Query(words=("lora",), without=("speech",))) == [1]
    assert set(await found(search, Query(without=("vision",)))) == {2, 3}


async def test_filters(search: Search, store: Store) -> None:
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
    assert {q: set(await found(search, q)) for q in queries} == queries


async def test_a_phrase_is_found_word_for_word(search: Search, store: Store) -> None:
    await put(
        store,
        entry(1, "The glass leaf falls"),
        entry(2, "A leaf of glass"),
        entry(3, "x", cards={"en": Card(title="Of Glass: leaf", tldr="")}),
    )
    phrase = Query(phrases=(("glass", "leaf"),))
    assert set(await found(search, phrase)) == {1, 3}
    hits = await search.find(phrase, NOW, limit=1)
    assert (len(hits.entries), hits.total, hits.more) == (1, 2, False)


async def test_the_best_come_first(search: Search, store: Store) -> None:
    await put(
        store,
        entry(1, "A leaf among many other things", hours_ago=24 * 60),
        entry(2, "A leaf among many other things"),
        entry(3, "About it", title="The leaf", hours_ago=24),
        entry(4, "About a leaf", title="Buy a leaf", kind="promo"),
    )
    assert await found(search, Query(words=("leaf",))) == [3, 2, 4, 1]
    assert await found(search, Query(words=("leaf",)), limit=2, offset=1) == [2, 4]
    assert (await search.find(Query(words=("leaf",)), NOW, 1)).total == 4


async def test_a_changed_entry_replaces_the_old_one(search: Search, store: Store) -> None:
    plain = entry(1, "An old leaf", engine="extractive")
    await put(store, plain)
    assert await found(search, Query(words=("leaf",))) == [1]
    edited = plain.post.model_copy(update={"text": "A new stone"})
    await put(store, plain.model_copy(update={"post": edited}))
    assert await found(search, Query(words=("leaf",))) == []
    assert await found(search, Query(words=("stone",))) == [1]


async def test_what_arrives_between_two_questions_is_found(search: Search, store: Store) -> None:
    await put(store, entry(1, "leaf"))
    await search.refresh()
    await put(store, *[entry(number, "leaf") for number in range(2, 30)])
    assert (await search.find(Query(words=("leaf",)), NOW, 5)).total == 29


@pytest.mark.parametrize("damage", ["gone", "garbage", "cut", "foreign"])
async def test_a_lost_or_broken_file_is_made_again(
    search: Search, store: Store, tmp_path: Path, damage: str
) -> None:
    await put(store, *[entry(number, "leaf") for number in range(1, 40)])
    await search.refresh()
    file = tmp_path / FILE
    whole = file.read_bytes()
    file.unlink()
    if damage == "garbage":
        file.write_bytes(b"no database at all " * 400)
    elif damage == "cut":
        file.write_bytes(whole[: len(whole) // 2])
    elif damage == "foreign":
        with sqlite3.connect(file) as other:
            other.execute("CREATE TABLE docs(a)")
        other.close()
    assert (await search.find(Query(words=("leaf",)), NOW, 5)).total == 39


async def test_a_store_emptied_or_put_back_is_followed(
    search: Search, store: Store, tmp_path: Path
) -> None:
    await put(store, entry(1, "leaf"), entry(2, "leaf"))
    assert len(await found(search, Query(words=("leaf",)))) == 2
    await store.redis.flushdb()
    assert await found(search, Query(words=("leaf",))) == []
    await put(store, entry(3, "leaf"), entry(4, "leaf"))
    assert set(await found(search, Query(words=("leaf",)))) == {3, 4}
    await store.redis.zrem(keys.CHANGED, "@pane_one/3")
    assert await found(search, Query(words=("leaf",))) == [4]
    assert await found(Search(tmp_path, store), Query(words=("leaf",))) == [4]


async def test_a_search_waits_for_what_is_being_taken_in(search: Search, store: Store) -> None:
    await search.refresh()
    await put(store, *[entry(number, "leaf") for number in range(1, 30)])
    leaf = search.find(Query(words=("leaf",)), NOW, 50)
    assert (await asyncio.gather(search.refresh(), leaf))[1].total == 29


async def test_an_unreadable_entry_stops_nobody(search: Search, store: Store) -> None:
    await put(store, entry(1, "leaf"), entry(2, "leaf"))
    await store.redis.set(keys.entry("@pane_one/1"), '{"v": 9}')
    assert await found(search, Query(words=("leaf",))) == [2]
    assert (await search.reach()).posts == 1


async def test_a_file_full_of_waste_is_made_anew(
    search: Search, store: Store, tmp_path: Path
) -> None:
    await put(store, entry(1, "leaf"))
    await search.refresh()
    index = Index(tmp_path / FILE)
    index.apply([Change("@pane_one/2", number, terms=["stone"]) for number in range(1, 2_100)])
    assert index.wasteful()
    assert await found(search, Query(words=("leaf",))) == [1]
    assert not index.wasteful()
    assert index.size()[0] == 1


async def test_two_processes_share_the_file(store: Store, tmp_path: Path) -> None:
    both = [Search(tmp_path, store), Search(tmp_path, store)]
    await put(store, *[entry(number, "leaf") for number in range(1, 30)])
    await asyncio.gather(*(each.refresh() for each in both))
    await put(store, entry(30, "leaf"))
    totals = [(await each.find(Query(words=("leaf",)), NOW, 1)).total for each in both]
    assert totals == [30, 30]


async def test_changes_have_growing_numbers(store: Store) -> None:
    await put(store, *[entry(number, "leaf") for number in range(1, 30)])
    far = int((NOW + timedelta(days=1)).timestamp() * 1000)
    await store.redis.zadd(keys.CHANGED, {"@pane_one/29": far})  # the clock was ahead once
    await put(store, entry(30, "leaf"))
    found = await store.redis.zrange(keys.CHANGED, 0, -1)
    assert found == [f"@pane_one/{number}" for number in range(1, 31)]
    assert await store.redis.zscore(keys.CHANGED, "@pane_one/30") == far + 1


async def test_it_follows_until_it_is_stopped(search: Search, store: Store) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(search.run(stop, seconds=0.01))
    await put(store, entry(1, "leaf"))
    await eventually(lambda: reached(search, 1))
    await put(store, entry(2, "leaf"))
    await eventually(lambda: reached(search, 2))
    stop.set()
    await running


async def reached(search: Search, posts: int) -> bool:
    return (await search.reach()).posts == posts


async def test_a_home_that_cannot_be_used_is_said(store: Store, tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    (tmp_path / "home").write_text("")
    for home in (tmp_path, tmp_path / "home"):
        with pytest.raises(SearchError, match="search: "):
            await Search(home, store).refresh()
