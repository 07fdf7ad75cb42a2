"""Repositories on a real server: what is written twice counts once."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from bot.model import Button, Channel, Delivery, Screen, Slot, Subscription, utc_now
from bot.store import Store, keys
from bot.store.content.stories import Joined
from bot.store.queue.stream import Item
from bot.taxonomy.topics import Topic
from tests.fakes.botapi_chats import BOT_ID
from tests.fakes.entries import make_entry, make_post

NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = timedelta(hours=1)


async def _next(store: Store) -> Item:
    await store.post_stream.ready()
    [item] = await store.post_stream.read("test", 1)
    return item


async def test_a_post_is_work_once_per_revision(store: Store) -> None:
    post = make_entry(text="Новый метод квантизации весов.").post
    answers = [await store.posts.ingest(post) for _ in range(3)]
    edited = post.model_copy(update={"text": "Новый метод квантизации весов и активаций."})
    answers.append(await store.posts.ingest(edited))
    assert answers == ["new", "same", "same", "changed"]
    assert await store.post_stream.waiting() == 2
    assert await store.posts.get(post.key) == edited


async def test_views_and_white_space_are_no_edit(store: Store) -> None:
    post = make_entry(text="A new method.\n\nIt works.").post
    await store.posts.ingest(post)
    again = post.model_copy(update={"views": 99, "text": "A new method.\nIt works. "})
    assert await store.posts.ingest(again) == "same"


@pytest.mark.parametrize("year", [1970, 2012, 2106])
async def test_c7_a_post_of_no_possible_date_is_of_now(store: Store, year: int) -> None:
    odd = make_post(at=datetime(year, 1, 2, tzinfo=UTC))
    before = utc_now()
    assert await store.posts.ingest(odd) == "new"
    found = await store.posts.get(odd.key)
    assert found is not None
    assert before <= found.published_at <= utc_now()
    assert await store.posts.ingest(odd) == "same"


async def test_an_update_is_accepted_once(store: Store) -> None:
    accepted = [await store.updates.accept(BOT_ID, 7, "{}") for _ in range(2)]
    assert [each.new for each in accepted] == [True, False]
    assert await store.update_stream.waiting() == 1


async def test_an_entry_is_committed_with_its_indexes_and_its_work_is_done(store: Store) -> None:
    entry = make_entry(at=NOW, hours_ago=1)
    await store.posts.ingest(entry.post)
    assert await store.entries.commit(entry, await _next(store)) == "stored"
    assert await store.post_stream.waiting() == 0
    assert await store.entry_stream.waiting() == 1
    topic = entry.analysis.topics[0]
    assert await store.entries.between(NOW - 2 * HOUR, NOW) == (entry,)
    assert await store.surveys.entries(NOW - 2 * HOUR, NOW, topic) == (entry,)
    assert await store.entries.between(NOW - 2 * HOUR, NOW - HOUR) == ()
    assert (await store.surveys.counts(NOW - 2 * HOUR, NOW))[topic] == 1


async def test_a_late_worker_changes_nothing(store: Store) -> None:
    entry = make_entry(at=NOW, hours_ago=1)
    await store.posts.ingest(entry.post)
    item = await _next(store)
    await store.entries.commit(entry, item)
    assert await store.entries.commit(entry, item) == "kept"
    assert await store.entry_stream.waiting() == 1


async def test_an_analysis_of_an_older_revision_is_dropped(store: Store) -> None:
    entry = make_entry(at=NOW, hours_ago=1)
    await store.posts.ingest(entry.post)
    item = await _next(store)
    await store.posts.ingest(entry.post.model_copy(update={"text": "Quite another text now."}))
    assert await store.entries.commit(entry, item) == "stale"
    assert await store.entries.get(entry.key) is None


async def test_the_model_replaces_the_extract_and_its_topics(store: Store) -> None:
    entry = make_entry(at=NOW, hours_ago=1, topics=("quantization",))
    plain = entry.model_copy(update={"engine": "extractive"})
    analysis = entry.analysis.model_copy(update={"topics": (Topic("agents"),)})
    better = entry.model_copy(update={"engine": "llm", "analysis": analysis})
    await store.posts.ingest(entry.post)
    item = await _next(store)
    answers = [await store.entries.commit(each, item) for each in (plain, better, plain)]
    assert answers == ["stored", "stored", "kept"]
    span = (NOW - 2 * HOUR, NOW)
    assert await store.surveys.entries(*span, Topic("quantization")) == ()
    assert await store.surveys.entries(*span, Topic("agents")) == (better,)


async def test_entries_with_a_common_lookup_are_one_story(store: Store) -> None:
    lookups = (["paper:a"], ["text:b", "paper:a"], ["text:b"])
    joined = [
        (await store.stories.join(key, new_id=f"s{key}", decisive=decisive)).story
        for key, decisive in zip(("1/1", "2/9", "3/4"), lookups, strict=True)
    ]
    assert joined == ["s1/1"] * 3
    assert await store.stories.members("s1/1") == ("1/1", "2/9", "3/4")
    assert await store.stories.of(["1/1", "9/9"]) == {"1/1": "s1/1"}


async def test_an_entry_stays_in_its_story(store: Store) -> None:
    for decisive in (["paper:a"], ["paper:other"]):
        joined = await store.stories.join("1/1", new_id="s", decisive=decisive)
        assert joined == Joined("s", met=False, gone=(), moved="")
    assert await store.stories.found(["paper:a", "paper:other", "unknown"]) == ("s",)


async def test_a_hint_alone_joins_nothing(store: Store) -> None:
    await store.stories.join("1/1", new_id="s1", decisive=[], hints=["band:1"])
    assert await store.stories.found(["band:1"]) == ("s1",)
    apart = await store.stories.join("2/2", new_id="s2", decisive=[], hints=["band:1"])
    alike = await store.stories.join("3/3", new_id="s3", decisive=[], similar="s1")
    assert (apart.story, alike.story) == ("s2", "s1")


async def test_a_channel_has_one_ref_by_every_name(store: Store) -> None:
    post = make_post(Channel(ref="77", handle="demo_lab"))
    await store.channels.watch("Demo_Lab")
    adopted = await store.channels.adopt(post)
    assert adopted.channel.ref == "@demo_lab"
    anonymous = post.model_copy(
        update={"channel": post.channel.model_copy(update={"handle": None})}
    )
    assert (await store.channels.adopt(anonymous)).key == adopted.key


def _delivery(name: str) -> Delivery:
    screen = Screen(text="Привет", buttons=((Button(text="A", data="a"),),))
    return Delivery(id=name, chat_id=5, screen=screen)


async def test_a_delivery_is_queued_once(store: Store) -> None:
    assert await store.outbox.enqueue([_delivery("a"), _delivery("b")]) == 2
    assert await store.outbox.enqueue([_delivery("a")]) == 0
    assert await store.outbox_stream.waiting() == 2
    assert await store.outbox.get("a") == _delivery("a")


async def test_one_worker_at_a_time_sends_to_a_chat(store: Store) -> None:
    a, b = _delivery("a"), _delivery("b")
    await store.outbox.enqueue([a, b])
    assert await store.outbox.begin(a, "w1") == "pending"
    assert await store.outbox.begin(b, "w2") == "busy"
    assert await store.outbox.begin(a, "w1") == "sending"
    await store.outbox.release(a, "w1")
    assert await store.outbox.begin(b, "w2") == "busy"  # a stands before it
    assert await store.outbox.begin(a, "w2") == "pending"
    await store.outbox.settle(a, Item("0-1", {}), "w2", "undeliverable", reason="refused")
    assert await store.outbox.begin(b, "w2") == "pending"
    await store.outbox.settle(b, Item("0-1", {}), "w2", "sent", message_id=41)
    assert await store.outbox.last_id(5) == 41
    assert (await store.outbox.state("b"))["state"] == "sent"
    assert await store.outbox.begin(b, "w1") == "sent"


async def turn(store: Store, chat: int) -> tuple[datetime, datetime]:
    """Between which two instants of the server a chat's turn is: one asks before and after."""
    before = await store.now()
    wait = await store.outbox.take_turn(chat)
    return before + wait, await store.now() + wait


async def test_turns_keep_the_distance_that_telegram_asks_for(store: Store) -> None:
    ours = [await turn(store, 1) for _ in range(3)]
    for (earliest, _), (_, latest) in pairwise(ours):
        assert latest - earliest > timedelta(seconds=0.9)
    others = [await turn(store, chat) for chat in range(100, 160)]
    assert others[-1][1] - others[0][0] > timedelta(seconds=1.5)
    (first, _), (_, second) = [await turn(store, -9) for _ in range(2)]
    assert second - first > timedelta(seconds=2.5)
    await store.outbox.pause(timedelta(seconds=30), 1)
    before = await store.now()
    (_, paused), (_, free) = await turn(store, 1), await turn(store, 2)
    assert paused - before > timedelta(seconds=29)
    assert free < paused


async def test_a_slot_is_closed_once_and_the_next_is_set(store: Store) -> None:
    reader = Subscription(chat_id=5, topics=(Topic("agents"),))
    assert await store.subscriptions.save(reader, NOW - HOUR)
    assert await store.subscriptions.claim_due() == [5]
    assert await store.subscriptions.claim_due() == []
    slot = Slot(chat_id=5, cadence="daily", day=NOW.date())
    tomorrow = NOW + 24 * HOUR
    closed = [
        await store.subscriptions.close_slot(
            slot, [_delivery("s")], tomorrow, until=NOW, stories=["x"]
        )
        for _ in "ab"
    ]
    assert closed == [True, False]
    assert await store.outbox_stream.waiting() == 1
    assert await store.subscriptions.due_at(5) == tomorrow


async def test_a_reader_who_leaves_is_not_due_and_one_forgotten_is_gone(store: Store) -> None:
    reader = Subscription(chat_id=5, topics=(Topic("agents"),))
    await store.subscriptions.save(reader, NOW - HOUR)
    assert await store.subscriptions.deactivate(5)
    assert await store.subscriptions.claim_due() == []
    kept = await store.subscriptions.get(5)
    assert kept is not None
    assert not kept.active
    assert await store.subscriptions.forget(5)
    assert not await store.subscriptions.forget(5)
    assert [key async for key in store.redis.scan_iter(f"{keys.PREFIX}*5*")] == []


async def test_money_is_never_promised_beyond_the_cap(store: Store) -> None:
    day = NOW.date()
    first, second, third = [await store.usage.reserve(day, 40, 100) for _ in range(3)]
    assert first and second and not third
    for _ in range(2):  # the second time as after a lost reply
        await store.usage.settle(first, 10, {"model_calls": 2, "tokens_read": 7})
    assert await store.usage.spent(day) == 50
    assert await store.usage.of(day) == {"model_calls": 2, "tokens_read": 7}
    assert await store.usage.reserve(day, 40, 100)


async def test_a_post_from_elsewhere_keeps_its_address(store: Store) -> None:
    elsewhere = make_post(message_id=2).model_copy(update={"address": "https://blog.invalid/2"})
    for post in (make_post(message_id=1), elsewhere):
        await store.posts.ingest(post)
        kept = await store.posts.get(post.key)
        assert kept is not None
        assert kept.url == post.url
    assert elsewhere.url == "https://blog.invalid/2"
    assert "address" not in make_post().model_dump_json()  # programs before this read it as well
