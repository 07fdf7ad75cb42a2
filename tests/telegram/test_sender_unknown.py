"""Sends of unknown fate: cut and broken answers, dead workers; found by a probe or resent."""

from collections.abc import Callable

import pytest
from aiogram import Bot

from bot.store import Store, keys
from tests.fakes import botapi_answers as answers
from tests.fakes.botapi import FakeBotApi
from tests.telegram.outbound import CHANNEL, READER, message, sending, sent_before, settled

UNKNOWN: list[Callable[[], answers.Answer]] = [
    lambda: answers.cut(executed=True),
    lambda: answers.server_error(executed=True),
    lambda: answers.bad_gateway(executed=True),
]


@pytest.mark.parametrize("trouble", UNKNOWN)
async def test_a_probe_finds_what_arrived(
    api: FakeBotApi, line: Bot, store: Store, trouble: Callable[[], answers.Answer]
) -> None:
    await sent_before(api, store, message("a"))
    api.say("a guest's words take an id, too", READER)
    api.order(trouble())
    await store.outbox.enqueue([message("b")])
    async with sending(line, store, "probe"):
        state = await settled(store, "b")
    assert api.sent(READER) == ["text of a", "text of b"]
    assert state["message_id"] == str(api.deliveries[1].message["message_id"])


@pytest.mark.parametrize("trouble", [answers.cut(False), answers.bad_gateway(False)])
async def test_a_probe_sends_again_what_did_not_arrive(
    api: FakeBotApi, line: Bot, store: Store, trouble: answers.Answer
) -> None:
    await sent_before(api, store, message("a"))
    api.order(trouble)
    await store.outbox.enqueue([message("b"), message("c")])
    async with sending(line, store, "probe"):
        await settled(store, "b")
        await settled(store, "c")
    assert api.sent(READER) == ["text of a", "text of b", "text of c"]


async def test_a_probe_passes_files_of_our_own(api: FakeBotApi, line: Bot, store: Store) -> None:
    await sent_before(api, store, message("a"))
    api.chats.next_id(READER)  # a file that was sent meanwhile
    api.order(answers.cut(executed=True))
    words = "Bad Request: there is no text in the message to edit"
    api.order(answers.error(400, words), method="editMessageText")
    await store.outbox.enqueue([message("b")])
    async with sending(line, store, "probe"):
        await settled(store, "b")
    assert api.sent(READER) == ["text of a", "text of b"]


async def test_a_probe_never_touches_other_messages(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    await sent_before(api, store, message("a"))
    await sent_before(api, store, message("b"))
    api.order(answers.cut(executed=True))
    api.order(answers.server_error(), method="editMessageText")
    await store.outbox.enqueue([message("c")])
    async with sending(line, store, "probe"):
        await settled(store, "c")
    texts = [shown["text"] for shown in api.chats.messages.values()]
    assert texts == ["text of a", "text of b", "text of c"]


async def test_channels_are_probed_by_default(api: FakeBotApi, line: Bot, store: Store) -> None:
    await sent_before(api, store, message("a", CHANNEL))
    api.order(answers.cut(executed=True))
    await store.outbox.enqueue([message("b", CHANNEL)])
    async with sending(line, store):
        await settled(store, "b")
    assert api.sent(CHANNEL) == ["text of a", "text of b"]


async def test_a_private_chat_is_resent_to_by_default(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    api.order(answers.cut(executed=False))
    await store.outbox.enqueue([message("a")])
    async with sending(line, store):
        await settled(store, "a")
    assert api.sent(READER) == ["text of a"]
    assert not [call for call in api.calls if call.method == "editmessagetext"]


async def test_an_id_in_a_broken_answer_is_enough(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    api.order(answers.garbled())
    await store.outbox.enqueue([message("a")])
    async with sending(line, store):
        state = await settled(store, "a")
    assert api.sent(READER) == ["text of a"]
    assert state["message_id"] == str(api.deliveries[0].message["message_id"])


async def test_what_a_dead_worker_may_have_sent_is_looked_for(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    await sent_before(api, store, message("a"))
    dead = message("b")
    await store.outbox.enqueue([dead])
    await store.outbox.begin(dead, "a worker that died")
    await api.run("sendmessage", {"chat_id": READER, "text": dead.screen.text})
    await store.redis.delete(keys.chat_lock(READER))  # its lease is over
    async with sending(line, store, "probe"):
        await settled(store, "b")
    assert api.sent(READER) == ["text of a", "text of b"]


async def test_a_chat_that_another_worker_sends_to_is_left_to_it(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    other, mine = message("a"), message("b")
    await store.outbox.enqueue([other])
    await store.outbox.begin(other, "another worker")
    await store.outbox.enqueue([mine])
    async with sending(line, store):
        await store.outbox.release(other, "another worker")
        await settled(store, "b")
    assert sorted(api.sent(READER)) == ["text of a", "text of b"]
