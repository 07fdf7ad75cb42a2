"""Every known fault of receiving has its stated result.

| fault | shown by |
|---|---|
| U1 undecodable update | test_inbox.test_poison_is_buried_…; test_poll.test_one_undecodable_… |
| U2 the same update again | test_u2_… here; test_inbox.test_an_update_that_is_handled_again_… |
| U3 killed before the write | test_poll.test_an_update_that_was_not_stored_…; e2e/test_ingest |
| U4 a handler raises | test_u4_… here |
| U5 two pollers | test_leading; e2e/test_two_processes |
| U6 a webhook is set | test_poll.test_a_webhook_is_named_…; test_serve.test_a_webhook_ends_it |
| U7 webhook knocked at by strangers | test_webhook.test_u7_… |
| U8 webhook and a slow handler | test_webhook.test_u8_…, …test_what_is_not_stored_… |
| U9 flood from one user | test_inbox.test_a_flood_gets_one_answer_…; test_u9_… here |
| U10 old, forged, foreign buttons | test_u10_… here; test_buttons |
| U11 payload of /start | test_u11_… here |
| U12 anonymous, no sender | test_u12_… here; test_groups.test_an_anonymous_admin_… |
| U13 edited, caption, another bot | test_u13_… here; test_groups.test_talk_and_commands_… |
| U14 ids begin anew | test_u14_… here |
| U15 one asks as fast as he can | test_u15_… here; test_lines |
"""

import asyncio
import json
from typing import Any

import pytest
from aiogram import Bot, Router
from aiogram.filters import Command

from bot.store import Store
from bot.store.queue.stream import MOST_DELIVERIES, Item
from bot.telegram.dispatch import dispatcher
from bot.telegram.receive.channel_posts import Collector
from bot.telegram.receive.inbox import Inbox, answer
from bot.telegram.receive.intake import ASKING, AskingRate, Intake
from tests.fakes.botapi import FakeBotApi
from tests.telegram.talk import Talk
from tests.waiting import eventually

Json = dict[str, Any]
GROUP = -1009000000001


def said(update_id: int, text: str = "/help", user: int = 5) -> str:
    sender: Json = {"id": user, "is_bot": False, "first_name": "R"}
    chat: Json = {"id": user, "type": "private"}
    message = {"message_id": 1, "date": 1, "chat": chat, "from": sender, "text": text}
    return json.dumps({"update_id": update_id, "message": message})


async def worked_off(line: Bot, store: Store, stop: asyncio.Event, inbox: Inbox) -> None:
    """Every stored update is finished or buried."""
    work = asyncio.create_task(answer(inbox, store, stop))

    async def done() -> bool:
        return await store.update_stream.waiting() == 0

    await eventually(done)
    stop.set()
    await work


async def abandoned(store: Store, item: Item, deliveries: int) -> None:
    """The item was handed out so often, the last time to a worker that died a minute ago."""
    stream = store.update_stream.name
    await store.redis.xclaim(
        stream, "workers", "before", 0, [item.id], idle=60_000, retrycount=deliveries
    )


async def test_u2_the_same_update_by_any_way_has_one_effect(
    api: FakeBotApi, line: Bot, store: Store, stop: asyncio.Event
) -> None:
    for _ in range(5):
        await Intake(line, store).accept(7, said(7))
    assert await store.update_stream.waiting() == 1
    collector = Collector(store)
    await worked_off(
        line, store, stop, Inbox(line, store, dispatcher(store, collector), collector)
    )
    assert await store.outbox_stream.waiting() == 1


async def test_u4_a_handler_that_always_raises_is_buried_after_some_attempts(
    line: Bot, store: Store, stop: asyncio.Event
) -> None:
    tried: list[str] = []

    async def broken(_: object) -> None:
        tried.append("again")
        raise LookupError("a bug")

    routes, collector = dispatcher(store, Collector(store)), Collector(store)
    bad = Router()
    bad.message.register(broken, Command("broken"))
    routes.sub_routers.insert(0, bad)
    intake = Intake(line, store)
    for body in (said(1, "/broken"), said(2, user=6), said(3)):
        await intake.accept(json.loads(body)["update_id"], body)
    await store.update_stream.ready()
    item, other = await store.update_stream.read("before", 5)
    await abandoned(store, other, 1)
    await abandoned(store, item, MOST_DELIVERIES - 1)
    work = asyncio.create_task(answer(Inbox(line, store, routes, collector), store, stop))

    async def answered() -> bool:
        return await store.outbox_stream.waiting() == 1 and len(tried) == 1

    await eventually(answered)  # one update's failure holds up no other chat
    assert await store.update_stream.waiting() == 2
    await abandoned(store, item, MOST_DELIVERIES)

    async def buried() -> bool:
        return await store.dead_letters.count() == 1 and await store.outbox_stream.waiting() == 2

    await eventually(buried)
    stop.set()
    await work
    (letter,) = [letter async for letter in store.dead_letters.letters()]
    assert json.loads(letter.fields["body"])["update_id"] == 1
    assert tried == ["again"]


async def test_u9_a_flood_is_counted_over_all_workers(
    line: Bot, store: Store, stop: asyncio.Event
) -> None:
    intakes = [Intake(line, store, AskingRate(ASKING.burst, per_second=0)) for _ in range(2)]
    for number in range(100):
        await intakes[number % 2].accept(number, said(number))
    for number in range(3):
        await intakes[0].accept(1000 + number, said(1000 + number, user=6))
    for intake in intakes:
        await intake.drain()
    collector = Collector(store)
    inboxes = [Inbox(line, store, dispatcher(store, collector), collector) for _ in range(2)]
    other = asyncio.create_task(answer(inboxes[1], store, stop))
    await worked_off(line, store, stop, inboxes[0])
    await other
    assert await store.outbox_stream.waiting() == ASKING.burst + 1 + 3


async def test_u15_what_is_too_often_takes_no_trips_to_the_store(line: Bot, store: Store) -> None:
    async def trips() -> int:
        return int((await store.redis.info("commandstats"))["cmdstat_evalsha"]["calls"])

    intake = Intake(line, store, AskingRate(ASKING.burst, per_second=0.01))
    await intake.accept(0, said(0, user=6))
    before = await trips()
    for number in range(1, 501):
        await intake.accept(number, said(number))
    await intake.accept(501, said(501, user=6))
    await intake.drain()
    assert await trips() - before < 100
    assert await store.update_stream.waiting() == 1 + ASKING.burst + 1
    assert await store.outbox_stream.waiting() == 1  # he was told once


@pytest.mark.parametrize("data", ["", "x" * 64, "T:999999", "d:", "sub:forged", "я" * 32, "\x00"])
async def test_u10_forged_data_changes_nothing(talk: Talk, store: Store, data: str) -> None:
    screen = await talk.say("/help")
    talk.api.press(screen, data)
    await talk.api.until(lambda api: bool(api.answered) or not data)
    assert (await talk.say("/help")).text == screen.text
    assert await store.subscriptions.get(100) is None
    assert [letter async for letter in store.dead_letters.letters()] == []


@pytest.mark.parametrize(
    "payload", ["t_", "t_nothing", "x" * 64, "t_" + "я" * 30, "..%2f", "inv_000", "=" * 64, "u100"]
)
async def test_u11_a_payload_that_means_nothing_changes_nothing(
    talk: Talk, store: Store, payload: str
) -> None:
    greeting = await talk.say("/start")
    assert (await talk.say(f"/start {payload}")).buttons == greeting.buttons
    assert await store.subscriptions.get(100) is None


async def test_u12_nobody_in_particular_has_no_rights_and_breaks_nothing(
    talk: Talk, store: Store
) -> None:
    chat = {"id": GROUP, "type": "supergroup", "title": "Chat"}
    base = {"message_id": 1, "date": 1, "chat": chat, "text": "/subscribe"}
    senders: list[Json] = [
        {},
        {"sender_chat": chat},
        {"sender_chat": {"id": -1001, "type": "channel", "title": "C"}},
    ]
    for sender in senders:
        number = talk.api.queue.take_id()
        update = {"update_id": number, "message": {**base, **sender}}
        talk.api.queue.push_raw(number, json.dumps(update))
    await talk.say("/help")

    async def done() -> bool:
        return await store.update_stream.waiting() == 0

    await eventually(done)
    assert await store.subscriptions.get(GROUP) is None
    assert [letter async for letter in store.dead_letters.letters()] == []


async def test_u13_an_edited_command_and_one_in_a_caption_are_ignored(
    talk: Talk, store: Store
) -> None:
    talk.api.show("/subscribe")
    number = talk.api.queue.take_id()
    edited = json.loads(said(number, "/subscribe", 100).replace('"message"', '"edited_message"'))
    talk.api.queue.push_raw(number, json.dumps(edited))
    await talk.say("/help")
    assert await store.subscriptions.get(100) is None


async def test_u14_ids_that_begin_anew_are_news(talk: Talk, line: Bot, store: Store) -> None:
    await talk.say("/help")
    high = talk.api.queue.take_id() + 1_000_000
    talk.api.queue.push_raw(high, said(high))
    await talk.api.delivered(lambda delivery: delivery.chat_id == 5)
    await Intake(line, store).accept(3, said(3, user=6))
    got = await talk.api.delivered(lambda delivery: delivery.chat_id == 6)
    assert "/digest" in got.text
