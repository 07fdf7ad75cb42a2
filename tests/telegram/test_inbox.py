"""Stored updates: posts are collected, poison is buried, repeats and floods have no effect."""

import asyncio
import json
from typing import Any

import pytest
from aiogram import Bot

from bot.store import Store
from bot.telegram.dispatch import dispatcher, wanted_updates
from bot.telegram.receive.channel_posts import Collector
from bot.telegram.receive.inbox import Inbox, answer
from bot.telegram.receive.intake import ASKING, AskingRate, Intake
from tests.fakes.botapi import FakeBotApi
from tests.telegram.talk import Talk
from tests.waiting import eventually

Json = dict[str, Any]


async def test_a_channel_post_is_taken_in_once(talk: Talk, store: Store) -> None:
    await store.sources.listen("1000000001")
    message = talk.api.channel_post("A made-up post", handle="pane_one")
    await talk.say("/help")
    talk.api.edit_channel_post(message, "A made-up post, corrected")
    key = f"1000000001/{message['message_id']}"

    async def corrected() -> bool:
        post = await store.posts.get(key)
        return post is not None and post.text.endswith("corrected")

    await eventually(corrected)
    assert await store.update_stream.waiting() == 0


@pytest.mark.parametrize(
    "update",
    [
        {"message": {"date": "soon"}},
        {"message": "?"},
        {"callback_query": {"message": "?", "id": []}},
        {"a_kind_of_tomorrow": {"chat": {"id": 1}}},
        {"channel_post": {"chat": {"id": -1, "username": "pane_one"}, "message_id": 1}},
    ],
)
async def test_poison_is_buried_and_others_go_on(talk: Talk, store: Store, update: Json) -> None:
    poison = talk.api.queue.take_id()
    talk.api.queue.push_raw(poison, json.dumps({"update_id": poison, **update}))
    got = await talk.say("/help")
    assert "/digest" in got.text

    async def buried() -> bool:
        return len([letter async for letter in store.dead_letters.letters()]) == 1

    await eventually(buried)
    (letter,) = [letter async for letter in store.dead_letters.letters()]
    assert letter.stream == "updates"
    assert letter.reason.startswith("undecodable")
    assert json.loads(letter.fields["body"])["update_id"] == poison
    assert await store.update_stream.waiting() == 0


async def test_an_update_that_is_handled_again_sends_nothing_again(
    api: FakeBotApi, line: Bot, store: Store, stop: asyncio.Event
) -> None:
    user: Json = {"id": 5, "is_bot": False, "first_name": "R"}
    chat: Json = {"id": 5, "type": "private"}
    message: Json = {"message_id": 1, "date": 1, "chat": chat, "from": user, "text": "/help"}
    body = json.dumps({"update_id": 1, "message": message})
    for _ in range(2):
        await store.redis.xadd(store.update_stream.name, {"id": "1", "body": body})
    collector = Collector(store)
    inbox = Inbox(line, store, dispatcher(store, collector), collector)
    work = asyncio.create_task(answer(inbox, store, stop))

    async def done() -> bool:
        return await store.update_stream.waiting() == 0

    await eventually(done)
    stop.set()
    await work
    assert await store.outbox_stream.waiting() == 1


async def test_a_flood_gets_one_answer_and_holds_up_nobody(
    api: FakeBotApi, line: Bot, store: Store, stop: asyncio.Event
) -> None:
    collector = Collector(store)
    intake = Intake(line, store, AskingRate(ASKING.burst, per_second=0))
    inbox = Inbox(line, store, dispatcher(store, collector), collector)
    for update in range(200):
        user: Json = {"id": 5, "is_bot": False, "first_name": "R"}
        chat: Json = {"id": 5, "type": "private"}
        message: Json = {"message_id": 1, "date": 1, "chat": chat, "from": user, "text": "/help"}
        await intake.accept(update, json.dumps({"update_id": update, "message": message}))
    await intake.drain()
    work = asyncio.create_task(answer(inbox, store, stop))

    async def done() -> bool:
        return await store.update_stream.waiting() == 0

    await eventually(done)
    stop.set()
    await work
    assert await store.outbox_stream.waiting() == ASKING.burst + 1


async def test_we_ask_for_what_we_handle(store: Store) -> None:
    assert wanted_updates(dispatcher(store, Collector(store))) == [
        "callback_query",
        "channel_post",
        "edited_channel_post",
        "inline_query",
        "message",
        "message_reaction",
        "my_chat_member",
    ]
