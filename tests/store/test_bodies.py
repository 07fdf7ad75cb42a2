"""Entries are stored small, read back the same, and those of earlier programs are still read."""

import json
from datetime import timedelta

import pytest

from bot.model import Entry
from bot.store import Store, keys
from bot.store.codec.entries import entry_in, packed
from bot.store.errors import NewerVersion
from bot.store.queue.stream import Item
from bot.taxonomy.topics import Topic
from tests.fakes.entries import NOON, make_entry, make_paper

ODD = [
    make_entry(),
    make_entry(text="", title="", tldr="", topics=["other"]),
    make_entry(text="Пост | о весах\n\n🪟 «кавычки» \x00\x01", papers=[make_paper(title="A|B")]),
    make_entry(text="слово " * 5_000, bullets=["a", "б"] * 50),
]
ITEM = Item("0-1", {})
SPAN = (NOON - timedelta(days=1), NOON + timedelta(days=1))


@pytest.mark.parametrize("entry", ODD, ids=range(len(ODD)))
def test_an_entry_comes_back_as_it_was(entry: Entry) -> None:
    stored = packed(entry, entry.revision)
    assert entry_in(stored) == entry
    assert entry_in(entry.model_dump_json().encode()) == entry
    assert len(stored) < 0.6 * len(entry.model_dump_json().encode())


@pytest.mark.parametrize(
    "damage", [b"\x01", b"\x01a|b|c|d\n", b"\x01a|b|c|d\n\xff\xff", b"{}", b"?"]
)
def test_a_damaged_one_is_an_error_that_is_caught_as_such(damage: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        entry_in(damage)


def test_one_in_a_form_of_a_newer_program_is_left_to_it() -> None:
    with pytest.raises(NewerVersion):
        entry_in(b"\x02" + packed(ODD[0], "r")[1:])


async def test_a_post_is_kept_once_and_still_found(store: Store) -> None:
    entry = make_entry(at=NOON)
    await store.posts.ingest(entry.post)
    assert await store.posts.get(entry.key) == entry.post
    await store.entries.commit(entry, ITEM)
    assert not await store.redis.hexists(keys.post(entry.key), "body")
    assert await store.posts.get(entry.key) == entry.post
    assert await store.posts.ingest(entry.post) == "same"
    edited = entry.post.model_copy(update={"text": "Quite another text.", "edited_at": NOON})
    assert await store.posts.ingest(edited) == "changed"
    assert await store.posts.get(entry.key) == edited
    assert await store.entries.get(entry.key) == entry
    await store.entries.retract(entry.key, entry.post.channel.ref)
    assert await store.posts.get(entry.key) is None


async def test_entries_of_earlier_programs_are_read_kept_replaced_and_retracted(
    store: Store,
) -> None:
    old = make_entry(at=NOON, engine="extractive", topics=["agents"])
    await store.posts.ingest(old.post)
    await store.entries.commit(old, ITEM)
    plain = {**old.model_dump(mode="json"), "revision": old.revision}
    await store.redis.set(keys.entry(old.key), json.dumps(plain))
    assert await store.entries.between(*SPAN) == (old,)
    assert await store.entries.commit(old, ITEM) == "kept"
    better = make_entry(at=NOON, topics=["speech"])
    assert await store.entries.commit(better, ITEM) == "stored"
    counts = await store.surveys.counts(*SPAN)
    assert (counts[Topic("agents")], counts[Topic("speech")]) == (0, 1)
    await store.redis.set(keys.entry(old.key), json.dumps(better.model_dump(mode="json")))
    assert await store.entries.retract(old.key, old.post.channel.ref)
    assert (await store.surveys.counts(*SPAN))[Topic("speech")] == 0
