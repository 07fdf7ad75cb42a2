"""Messages that edit earlier ones: an alert whose story has grown."""

from aiogram import Bot

from bot.store import Store
from tests.fakes import botapi_answers as answers
from tests.fakes.botapi import FakeBotApi
from tests.telegram.outbound import READER, message, sending, sent_before, settled


async def test_an_edit_changes_the_message_and_sends_none(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    await sent_before(api, store, message("a"))
    edit = message("b").model_copy(update={"edits": "a"})
    await store.outbox.enqueue([edit])
    async with sending(line, store):
        await settled(store, "b")
    assert len(api.deliveries) == 1
    number = int((await store.outbox.state("a"))["message_id"])
    assert api.chats.messages[READER, number]["text"] == "text of b"


async def test_an_edit_that_changes_nothing_is_done(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    await sent_before(api, store, message("a"))
    same = message("a").model_copy(update={"id": "b", "edits": "a"})
    await store.outbox.enqueue([same])
    async with sending(line, store):
        await settled(store, "b")


async def test_an_edit_of_what_was_never_sent_is_closed(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    await store.outbox.enqueue([message("b").model_copy(update={"edits": "missing"})])
    async with sending(line, store):
        state = await settled(store, "b", "undeliverable")
    assert "not in the chat" in state["reason"]
    assert api.deliveries == []


async def test_an_edit_with_a_lost_answer_is_made_again(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    await sent_before(api, store, message("a"))
    api.order(answers.cut(executed=True), method="editMessageText")
    await store.outbox.enqueue([message("b").model_copy(update={"edits": "a"})])
    async with sending(line, store):
        await settled(store, "b")
    assert len(api.deliveries) == 1
