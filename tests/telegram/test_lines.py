"""One reader, however fast, takes one worker's time at most; a chat's updates keep their order."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiogram import Bot

from bot.store import Store, keys
from bot.store.keys import updates as update_keys
from bot.store.queue.stream import Item
from bot.telegram.dispatch import dispatcher
from bot.telegram.receive.channel_posts import Collector
from bot.telegram.receive.inbox import CONCURRENCY, Inbox, answer
from bot.telegram.receive.intake import ASKING, TYPING, AskingRate, Intake
from tests.fakes import botapi_answers as answers
from tests.fakes.botapi import FakeBotApi
from tests.telegram.talk import Talk, talking
from tests.waiting import eventually

Json = dict[str, Any]
READER, OTHER, GROUP = 100, 200, -1009000000001


@pytest.fixture
async def hasty(api: FakeBotApi, line: Bot, store: Store) -> AsyncIterator[Talk]:
    """A talk in which nothing is too often."""
    async with talking(api, line, store, AskingRate(1000, 1000)) as conversation:
        yield conversation


def said(number: int, text: str = "/help", chat: int = READER, user: int = READER) -> Json:
    sender: Json = {"id": user, "is_bot": False, "first_name": "R"}
    place: Json = {"id": chat, "type": "private" if chat > 0 else "supergroup", "title": "C"}
    message = {"message_id": number, "date": 1, "chat": place, "from": sender, "text": text}
    return {"update_id": number, "message": message}


async def take_in(line: Bot, store: Store, *updates: Json) -> None:
    intake = Intake(line, store)
    for update in updates:
        await intake.accept(update["update_id"], json.dumps(update))


async def first(store: Store, consumer: str = "one") -> Item:
    """The only update that a worker gets now."""
    (item,) = await store.update_stream.read(consumer, 10, timedelta(milliseconds=1))
    return item


@pytest.fixture
async def working(line: Bot, store: Store) -> AsyncIterator[None]:
    """An inbox at work."""
    stop, collector = asyncio.Event(), Collector(store)
    inbox = Inbox(line, store, dispatcher(store, collector), collector)
    task = asyncio.create_task(answer(inbox, store, stop))
    yield
    stop.set()
    await task


async def test_taps_that_telegram_answers_late_hold_up_nobody_else(hasty: Talk) -> None:
    screen = await hasty.say("/help", READER)
    hasty.api.order(answers.late(), method="answerCallbackQuery")
    for _ in range(3 * CONCURRENCY):
        hasty.api.press(screen, "T:1")
    await hasty.api.called("answerCallbackQuery")
    assert "/digest" in (await hasty.say("/help", OTHER)).text
    under_way = sum(call.method == "answercallbackquery" for call in hasty.api.calls)
    assert under_way == 1
    hasty.api.release()
    await hasty.api.until(lambda api: len(api.answered) == 3 * CONCURRENCY)


async def test_only_the_newest_tap_is_drawn_and_every_tap_is_answered(
    hasty: Talk, store: Store
) -> None:
    screen = await hasty.say("/help", READER)
    await store.outbox.pause(timedelta(hours=1), READER)
    for topic in ("agents", "rl", "data", "quantization"):
        hasty.api.press(screen, f"t:{topic}:1")
    await hasty.api.until(lambda api: len(api.answered) == 4)

    async def handled() -> bool:
        return not await store.update_stream.waiting()

    async def drawn() -> bool:
        await store.redis.delete(keys.chat_limit(READER))  # the hour is over
        for delivery in await store.redis.zrange(later, 0, -1):
            await store.redis.zadd(later, {str(delivery): 0})
        return not await store.outbox_stream.waiting()

    later = keys.later(keys.OUTBOX)
    await eventually(handled)
    await eventually(drawn)
    edits = [call.params for call in hasty.api.done if call.method == "editmessagetext"]
    assert len(edits) == 1
    assert "Quantization" in edits[0]["text"]


async def test_a_tap_too_many_is_answered_where_it_comes_in(talk: Talk, store: Store) -> None:
    screen = await talk.say("/help", READER)
    for _ in range(ASKING.burst + 5):
        talk.api.press(screen, "T:1", language="ru")
    await talk.api.until(lambda api: len(api.answered) >= ASKING.burst + 5)
    assert sum("Слишком часто" in text for text in talk.toasts()) >= 4
    assert "/digest" in (await talk.say("/help", OTHER)).text


async def test_a_flood_of_inline_queries_is_dropped_where_it_comes_in(
    talk: Talk, store: Store
) -> None:
    most = 10 * TYPING.burst
    queries = [talk.api.ask_inline(f"word {number}", READER) for number in range(most)]
    await talk.api.called("answerInlineQuery")
    other = talk.api.ask_inline("lora", OTHER)
    await talk.api.called("answerInlineQuery", lambda params: params["inline_query_id"] == other)
    assert "/digest" in (await talk.say("/help", READER)).text
    answered = [
        call.params["inline_query_id"]
        for call in talk.api.calls
        if call.method == "answerinlinequery"
    ]
    assert len(answered) < 2 * TYPING.burst
    assert set(answered) <= {*queries, other}


async def test_of_the_queries_that_wait_only_the_newest_is_left(line: Bot, store: Store) -> None:
    def query(number: int) -> Json:
        sender: Json = {"id": READER, "is_bot": False, "first_name": "R"}
        asked = {"id": str(number), "from": sender, "query": "lora", "offset": ""}
        return {"update_id": number, "inline_query": asked}

    await store.update_stream.ready()
    await take_in(line, store, *map(query, range(1, 8)))
    assert await store.update_stream.waiting() == 2
    handed = []
    while await store.update_stream.waiting():
        item = await first(store)
        handed.append(item.fields["id"])
        await store.update_stream.finish(item)
    assert handed == ["1", "7"]


async def test_a_chat_s_updates_are_handed_out_one_by_one(line: Bot, store: Store) -> None:
    await store.update_stream.ready()
    await take_in(line, store, said(9), said(8), said(7))
    handed = []
    for ending in ("finish", "bury", "finish"):
        item = await first(store)
        handed.append(item.fields["id"])
        assert await store.update_stream.waiting() == 4 - len(handed)
        if ending == "bury":
            await store.update_stream.bury(item, "made up")
        else:
            await store.update_stream.finish(item)
            await store.update_stream.finish(item)  # its reply was lost
    assert handed == ["9", "8", "7"]
    assert not await store.redis.exists(update_keys.PARKED, update_keys.line(str(READER)))


async def test_one_that_is_put_off_keeps_its_place(line: Bot, store: Store) -> None:
    await store.update_stream.ready()
    await take_in(line, store, said(1), said(2))
    await store.update_stream.postpone(await first(store), timedelta(0))
    await take_in(line, store, said(3))
    assert await store.update_stream.read("one", 10, timedelta(milliseconds=1)) == []
    for number in ("1", "2", "3"):
        await store.update_stream.promote()
        item = await first(store)
        assert item.fields["id"] == number
        await store.update_stream.finish(item)


async def test_a_head_that_an_older_program_has_finished_holds_up_nobody(
    line: Bot, store: Store
) -> None:
    await store.update_stream.ready()
    await take_in(line, store, said(1), said(2))
    item = await first(store)
    await store.redis.xack(store.update_stream.name, "workers", item.id)
    await store.redis.xdel(store.update_stream.name, item.id)
    await store.update_stream.promote()
    second = await first(store)
    assert second.fields["id"] == "2"
    await store.redis.xdel(store.update_stream.name, second.id)
    await take_in(line, store, said(3))
    assert (await first(store)).fields["id"] == "3"


async def test_a_letter_that_is_tried_again_stands_in_its_line(line: Bot, store: Store) -> None:
    await store.update_stream.ready()
    await take_in(line, store, said(1), said(2))
    await store.update_stream.bury(await first(store), "made up")
    (letter,) = [letter async for letter in store.dead_letters.letters()]
    assert await store.dead_letters.retry(letter.id)
    for number in ("2", "1"):
        item = await first(store)
        assert item.fields["id"] == number
        await store.update_stream.finish(item)


async def test_two_bots_may_have_updates_of_one_number(store: Store) -> None:
    took = [await store.updates.accept(bot_id, 7, "{}") for bot_id in (1, 2, 1)]
    assert [each.new for each in took] == [True, True, False]


async def test_what_the_version_before_has_stored_is_done(store: Store, working: None) -> None:
    for number, text in enumerate(("/subscribe 10:00", "/subscribe 11:11"), start=1):
        body = json.dumps(said(number, text))
        await store.redis.xadd(store.update_stream.name, {"id": str(number), "body": body})

    async def done() -> bool:
        return await store.update_stream.waiting() == 0

    await eventually(done)
    reader = await store.subscriptions.get(READER)
    assert reader is not None
    assert f"{reader.at:%H:%M}" == "11:11"


async def test_what_came_before_a_farewell_has_no_effect_after_it(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    api.admins.add((GROUP, READER))
    await store.update_stream.ready()
    before = said(1, "/subscribe", GROUP)
    await take_in(line, store, before, said(2, "/forget"))
    held = await store.update_stream.read("dead", 10, timedelta(milliseconds=1))
    assert len(held) == 2
    await store.erasure.erase(READER, number=2)
    await store.update_stream.finish(held[1])
    stop, collector = asyncio.Event(), Collector(store)
    inbox = Inbox(line, store, dispatcher(store, collector), collector)
    await inbox.handle(held[0])
    assert await store.subscriptions.get(GROUP) is None
    await take_in(line, store, said(3, "/subscribe"))
    work = asyncio.create_task(answer(inbox, store, stop))

    async def back() -> bool:
        return await store.subscriptions.get(READER) is not None

    await eventually(back)
    stop.set()
    await work
    marks = [key async for key in store.redis.scan_iter("ftk:forgotten:*")]
    assert len(marks) == 1
    assert str(READER) not in marks[0]
    assert 0 < await store.redis.ttl(marks[0]) <= update_keys.FORGOTTEN_KEPT.total_seconds()
