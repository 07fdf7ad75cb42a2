"""Slots on a real store: each digest composed once, whoever ticks, whatever dies."""

import asyncio
import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
import time_machine

from bot.digest.slots import next_slot
from bot.model import Entry, Subscription
from bot.publish.edition import edition
from bot.publish.schedule import run_schedule, send_due
from bot.publish.worker import join_story
from bot.store import Store, keys
from bot.store.errors import ReadModelError
from bot.store.read_model.file import FILE, only_follower
from bot.taxonomy.topics import Topic
from tests.fakes.clock import standing_at
from tests.fakes.entries import make_entry
from tests.waiting import EVENT_S, due_sent

NOW = datetime.now(UTC).replace(microsecond=0)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
AT = (NOW - MINUTE).time().replace(second=0)


async def _publish(store: Store, *entries: Entry) -> None:
    for stream in (store.post_stream, store.entry_stream):
        await stream.ready()
    for entry in entries:
        await store.posts.ingest(entry.post)
        [item] = await store.post_stream.read("t", 1)
        await store.entries.commit(entry, item)
        [item] = await store.entry_stream.read("t", 1)
        await join_story(store, item)
    await store.read_model.refresh()


async def _subscribe(store: Store, chat: int = 5, *, at: time = AT, **fields: object) -> None:
    reader = Subscription.model_validate({"chat_id": chat, "at": at, **fields})
    await store.subscriptions.save(reader, next_slot(reader, NOW - 2 * MINUTE).at)


async def test_a_due_digest_goes_out_once_and_the_next_is_a_day_later(store: Store) -> None:
    await _publish(store, make_entry(title="Two bits", at=NOW, hours_ago=3))
    await _subscribe(store)
    due = await store.subscriptions.due_at(5)
    assert due is not None
    assert [await due_sent(store) for _ in range(3)] == [1, 0, 0]
    assert await store.outbox_stream.waiting() == 1
    [item] = await _read_outbox(store)
    delivery = await store.outbox.get(item)
    assert delivery is not None
    assert "Two bits" in delivery.screen.text
    assert await store.subscriptions.due_at(5) == due + timedelta(days=1)


async def test_a_day_that_brought_nothing_makes_no_noise(store: Store) -> None:
    await _publish(store, make_entry(kind="promo", at=NOW, hours_ago=3))
    await _subscribe(store)
    await due_sent(store)
    [item] = await _read_outbox(store)
    delivery = await store.outbox.get(item)
    assert delivery is not None
    assert (delivery.silent, delivery.screen.text.splitlines()[0]) == (
        *(True, "All quiet: 1 post, nothing of note."),
    )  # fmt: skip


async def _read_outbox(store: Store) -> list[str]:
    """Ids of the messages, those that wait for a less crowded moment last."""
    await store.outbox_stream.ready()
    later = await store.redis.zrange(keys.later(keys.OUTBOX), 0, -1)
    now = [item.fields["id"] for item in await store.outbox_stream.read("t", 50)]
    return now + [json.loads(str(member))[1] for member in later]


async def test_many_schedulers_close_each_slot_once(store: Store) -> None:
    for chat in range(1, 31):
        await _subscribe(store, chat)
    closed = await asyncio.gather(*(send_due(store) for _ in range(5)))
    assert sum(closed) == 30
    assert await store.outbox_stream.waiting() == 30


async def test_a_broken_reader_keeps_nobody_elses_digest_back(store: Store) -> None:
    for chat in range(1, 6):
        await _subscribe(store, chat)
    await store.redis.hset(keys.subscription(2), "body", '{"v":1,"chat_id":"?"}')
    assert await due_sent(store) == 4


async def test_a_broken_entry_keeps_no_digest_back(store: Store) -> None:
    good, bad = (make_entry(message_id=n, title=f"Title {n}", at=NOW) for n in (1, 2))
    await _publish(store, good, bad)
    await _subscribe(store)
    await store.redis.set(keys.entry(bad.key), '{"v":1,"post":"?"}')
    assert await due_sent(store) == 1
    delivery = await store.outbox.get(*await _read_outbox(store))
    assert delivery is not None
    assert "Title 1" in delivery.screen.text
    assert "Title 2" not in delivery.screen.text


async def test_an_entry_of_a_newer_program_leaves_its_digests_to_that_program(
    store: Store,
) -> None:
    entry = make_entry(title="Title", at=NOW, hours_ago=3)
    await _publish(store, entry)
    await _subscribe(store)
    known = entry.model_dump_json()
    newer = json.loads(known) | {"v": 99}
    await store.redis.set(keys.entry(entry.key), json.dumps(newer))
    assert await due_sent(store) == 0
    assert await store.outbox_stream.waiting() == 0
    await store.redis.set(keys.entry(entry.key), known)  # read by who knows it
    await store.redis.zadd(keys.DUE, {"5": 0})  # the claim has run out
    assert await due_sent(store) == 1


async def test_a_claim_whose_scheduler_died_is_taken_up_and_nothing_doubles(store: Store) -> None:
    await _subscribe(store)
    assert await store.subscriptions.claim_due() == [5]  # and here its claimer dies
    assert await due_sent(store) == 0
    await store.redis.zadd(keys.DUE, {"5": 0})  # the claim has run out
    assert await due_sent(store) == 1
    await store.redis.zadd(keys.DUE, {"5": 0})
    assert await due_sent(store) == 0
    assert await store.outbox_stream.waiting() == 1


async def test_after_a_long_downtime_only_what_is_within_the_grace_is_sent(store: Store) -> None:
    reader = Subscription(chat_id=5, at=(NOW - timedelta(hours=9)).time())
    await store.subscriptions.save(reader, NOW - timedelta(days=3, hours=9))
    assert await due_sent(store) == 0
    due = await store.subscriptions.due_at(5)
    assert due is not None
    assert due > NOW


async def test_a_reader_gets_only_the_chosen_topics(store: Store) -> None:
    await _publish(
        store,
        make_entry(title="Two bits", at=NOW, hours_ago=3, text="Two bits for a weight, at last."),
        make_entry(
            "pane_two",
            2,
            title="Tool use",
            topics=("agents",),
            at=NOW,
            hours_ago=3,
            text="An agent that asks first before it acts.",
        ),
    )
    await _subscribe(store, topics=(Topic("agents"),))
    await due_sent(store)
    [item] = await _read_outbox(store)
    delivery = await store.outbox.get(item)
    assert delivery is not None
    assert "Tool use" in delivery.screen.text
    assert "Two bits" not in delivery.screen.text


async def test_the_tick_sends_what_is_due(store: Store) -> None:
    await _subscribe(store)
    stop = asyncio.Event()

    async def until_sent() -> None:
        await store.redis.xread({keys.OUTBOX: "0"}, block=4000)
        stop.set()

    async with asyncio.timeout(EVENT_S), asyncio.TaskGroup() as tasks:
        tasks.create_task(until_sent())
        tasks.create_task(run_schedule(store, stop))
    assert await store.outbox_stream.waiting() == 1


async def test_a_digest_does_not_repeat_what_the_last_one_showed(store: Store) -> None:
    await _publish(store, make_entry(title="Two bits", at=NOW, hours_ago=3))
    await _subscribe(store)
    due = await store.subscriptions.due_at(5)
    assert due is not None
    await due_sent(store)
    reader = await store.subscriptions.get(5)
    assert reader is not None
    later = await edition(store, reader, "day", due + 5 * MINUTE, scheduled=True)
    asked = await edition(store, reader, "day", due + 5 * MINUTE)
    again = await edition(store, reader, "day", due)
    shown = [[story.first.card("en").title for story in e.digest.stories] for e in (later, asked)]
    assert shown == [[], ["Two bits"]]
    assert [story.first.card("en").title for story in again.digest.stories] == ["Two bits"]


async def test_a_week_tells_what_the_daily_digests_did_not_show(store: Store) -> None:
    await _publish(store, make_entry(title="Two bits", at=NOW, hours_ago=3))
    await _subscribe(store)
    await due_sent(store)
    late = make_entry("pane_two", 9, title="Late", text="Quite another thing, told later.", at=NOW)
    await _publish(store, late)
    reader = await store.subscriptions.get(5)
    assert reader is not None
    week = await edition(store, reader, "week", NOW + MINUTE)
    said = week.pages[0].text.split("\n\n")
    numbers = {s.first.card("en").title: n for n, s in enumerate(week.digest.stories, start=1)}
    assert f"⏳ Missed on your topics: 1 story\n{numbers['Late']}. Late" in said
    assert sum(entity.url == late.post.url for entity in week.pages[0].entities) >= 2


@pytest.mark.parametrize("skew", [-10 * MINUTE, -timedelta(seconds=2), 10 * MINUTE, 9 * HOUR])
async def test_a_host_with_a_wrong_clock_sends_each_digest_at_the_servers_time(
    store: Store, skew: timedelta
) -> None:
    for chat in range(1, 21):
        await _subscribe(store, chat)
    with time_machine.travel(datetime.now(UTC) + skew):
        assert [await due_sent(store) for _ in range(2)] == [20, 0]
    assert len(await _read_outbox(store)) == 20
    due = await store.subscriptions.due_at(1)
    assert due is not None
    assert due - NOW > 23 * HOUR


async def test_what_a_store_whose_clock_went_back_gives_too_early_waits(store: Store) -> None:
    await _subscribe(store)
    async with asyncio.timeout(EVENT_S):
        assert await due_sent(store, standing_at(NOW - 30 * MINUTE)) == 0
    assert await store.outbox_stream.waiting() == 0
    await store.redis.zadd(keys.DUE, {"5": 0})
    assert await due_sent(store) == 1


async def test_a_digest_stays_due_until_the_read_model_holds_what_the_store_knows(
    store: Store, tmp_path: Path
) -> None:
    own = Store(store.redis, timedelta(days=120), tmp_path)
    with only_follower(tmp_path / FILE):  # as another process does, in the middle of it
        for stream in (store.post_stream, store.entry_stream):
            await stream.ready()
        entry = make_entry("pane_one", 1, at=NOW, hours_ago=3)
        await store.posts.ingest(entry.post)
        [item] = await store.post_stream.read("t", 1)
        await store.entries.commit(entry, item)
        await _subscribe(store)
        due = await store.redis.zscore(keys.DUE, "5")
        assert await send_due(own) == 0
        assert await store.redis.zscore(keys.DUE, "5") == due
    await own.read_model.refresh()
    assert await send_due(own) == 1
    await own.read_model.close()


async def test_a_digest_stays_due_while_the_file_cannot_be_used(
    store: Store, tmp_path: Path
) -> None:
    (tmp_path / FILE).mkdir()
    await _subscribe(store)
    with pytest.raises(ReadModelError, match=FILE):
        await send_due(Store(store.redis, timedelta(days=120), tmp_path))
    assert await store.subscriptions.claim_due() == [5]
