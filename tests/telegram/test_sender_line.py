"""The line of a chat: nothing passes what is not settled, nobody holds it up for ever."""

import asyncio
import json
from datetime import timedelta

from aiogram import Bot

from bot.store import Store, keys
from bot.store.delivery.outbox import BETWEEN_TO_GROUP, MOST_SENDS
from bot.store.queue.stream import GROUP as WORKERS
from tests.fakes import botapi_answers as answers
from tests.fakes.botapi import FakeBotApi
from tests.telegram.outbound import READER, message, sending, sent_before, settled
from tests.waiting import EVENT_S

GROUP = -55
SECOND = timedelta(seconds=1)


async def test_a_wait_that_is_refused_reserves_no_turn(store: Store) -> None:
    await store.outbox.pause(timedelta(seconds=30), GROUP)
    waits = [await store.outbox.take_turn(GROUP, 5 * SECOND) for _ in range(100)]
    assert max(waits) <= timedelta(seconds=30)
    assert await store.outbox.take_turn(READER) < SECOND


async def test_many_messages_after_a_flood_put_nobody_off_for_ever(store: Store) -> None:
    many = [message(f"m{number}", GROUP) for number in range(100)]
    await store.outbox.enqueue(many)
    await store.outbox.pause(timedelta(seconds=30), GROUP)
    turns = [await store.outbox.turn_of(delivery, SECOND) for delivery in many]
    assert not any(turn.yours for turn in turns)
    assert turns[-1].wait <= timedelta(seconds=30) + 99 * BETWEEN_TO_GROUP
    await store.redis.delete(keys.chat_limit(GROUP))  # the flood is over
    assert await store.outbox.turn_of(many[0], SECOND) == (True, timedelta(0))


async def test_only_the_first_of_a_chat_has_a_turn(store: Store) -> None:
    first, second = message("a"), message("b")
    await store.outbox.enqueue([first, second])
    assert not (await store.outbox.turn_of(second, 60 * SECOND)).yours
    assert (await store.outbox.turn_of(first, 60 * SECOND)).yours


async def test_nothing_passes_a_message_whose_worker_died(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    await sent_before(api, store, message("a"))
    lost = message("b")
    await store.outbox.enqueue([message("c")])
    await store.redis.delete(keys.chat_line(READER))
    await store.outbox.enqueue([lost])
    assert await store.outbox.begin(lost, "dead") == "pending"
    await api.run("sendmessage", {"chat_id": READER, "text": "text of b"})
    await store.redis.delete(keys.chat_lock(READER))  # its lease is over
    async with sending(line, store, "probe"):  # it reads c first
        await settled(store, "c")
    assert api.sent(READER) == ["text of a", "text of b", "text of c"]


async def test_parts_keep_their_order_when_one_is_put_off(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    await store.outbox.enqueue([message("1")])
    async with sending(line, store):
        await settled(store, "1")
        api.order(answers.error(429, "Too Many Requests: retry after 1", retry_after=1))
        api.order(answers.server_error(executed=False))
        await store.outbox.enqueue([message(name) for name in "2345"])
        await settled(store, "5")
    assert api.sent(READER) == [f"text of {name}" for name in "12345"]


async def test_two_workers_keep_the_order(api: FakeBotApi, line: Bot, store: Store) -> None:
    names = [str(number) for number in range(8)]
    async with sending(line, store), sending(line, store):
        for name in names:
            await store.outbox.enqueue([message(name)])
        await settled(store, names[-1])
    assert api.sent(READER) == [f"text of {name}" for name in names]


async def test_an_old_message_that_nobody_sends_holds_nobody_up(store: Store) -> None:
    lost, later = message("lost"), message("later")
    await store.outbox.enqueue([lost, later])
    await store.redis.zadd(keys.chat_line(READER), {keys.delivery(lost.id): 1})
    assert (await store.outbox.turn_of(later, SECOND)).yours
    assert await store.outbox.begin(later, "w") == "pending"


async def _handed_out(store: Store, times: int) -> None:
    """The oldest message has been with so many workers, all of them dead for long."""
    await store.outbox_stream.ready()
    (item,) = await store.outbox_stream.read("dead", 1)
    await store.redis.xclaim(
        keys.OUTBOX, WORKERS, "dead", 0, (item.id,), idle=60_000, retrycount=times
    )


async def test_workers_that_died_by_chance_do_not_bury_a_message(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    await store.outbox.enqueue([message("a"), message("b")])
    await _handed_out(store, 12)
    async with sending(line, store):
        await settled(store, "b")
    assert api.sent(READER) == ["text of a", "text of b"]


async def test_p3_a_buried_message_holds_up_nobody_in_its_chat(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    await store.outbox.enqueue([message("a"), message("b")])
    await _handed_out(store, MOST_SENDS)
    async with sending(line, store):
        await settled(store, "b")
    assert api.sent(READER) == ["text of b"]
    [letter] = [letter async for letter in store.dead_letters.letters()]
    assert letter.fields == {"id": "a"}
    await store.dead_letters.retry(letter.id)
    async with sending(line, store):
        await settled(store, "a")


async def test_p6_a_newer_program_s_message_waits_for_that_program(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    await store.outbox.enqueue([message("new"), message("old", READER + 1)])
    key = keys.delivery("new")
    known = str(await store.redis.hget(key, "body"))
    await store.redis.hset(key, "body", json.dumps(json.loads(known) | {"v": 99, "mood": "?"}))
    async with sending(line, store):  # the older program
        await settled(store, "old")
    assert api.sent(READER) == []
    assert await store.outbox_stream.waiting() == 1
    await store.redis.hset(key, "body", known)  # read by who knows it
    [row] = await store.redis.xpending_range(keys.OUTBOX, WORKERS, "-", "+", 9)
    assert int(row["times_delivered"]) <= 1
    await store.redis.xclaim(
        keys.OUTBOX, WORKERS, "gone", 0, (row["message_id"],), idle=60_000, retrycount=0
    )
    async with sending(line, store):
        await settled(store, "new")
    assert api.sent(READER) == ["text of new"]


async def test_what_is_closed_or_forgotten_holds_nobody_up(store: Store) -> None:
    gone, later = message("gone"), message("later")
    await store.outbox.enqueue([gone, later])
    await store.redis.delete(keys.delivery(gone.id))
    assert (await store.outbox.turn_of(later, SECOND)).yours
    assert await store.outbox.begin(later, "w") == "pending"


async def test_a_crowd_for_one_chat_leaves_room_for_others(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    await store.outbox.enqueue([message(f"g{number}", GROUP) for number in range(80)])
    await store.outbox.enqueue([message("a")])
    async with sending(line, store):
        await settled(store, "a")
    assert len(api.sent(GROUP)) < 5


async def test_the_end_gives_back_what_waits_for_its_turn(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    await store.outbox.enqueue([message("a"), message("b", READER + 1)])
    await store.outbox.pause(timedelta(seconds=9), READER)
    async with sending(line, store):
        await settled(store, "b")
    await asyncio.wait_for(store.outbox_stream.promote(), EVENT_S)
    await store.outbox_stream.ready()
    (item,) = await store.outbox_stream.read("next", 5)
    assert item.fields["id"] == "a"
