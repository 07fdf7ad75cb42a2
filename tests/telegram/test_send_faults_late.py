"""Faults of sending by late answers, crashes, crowds and loops; test_send_faults has the list."""

from datetime import UTC, datetime

import pytest
from aiogram import Bot

from bot.model import Subscription
from bot.store import Store
from bot.telegram.receive.channel_posts import Collector
from bot.telegram.send.session import Session, connect_bot
from tests.fakes import botapi_answers as answers
from tests.fakes.botapi import FakeBotApi
from tests.telegram.outbound import (
    CHANNEL,
    READER,
    message,
    put_off,
    sending,
    sent_before,
    settled,
)

SOON = datetime(2030, 1, 1, tzinfo=UTC)


async def test_m14_an_answer_that_comes_too_late_is_looked_for(
    api: FakeBotApi, store: Store
) -> None:
    bot = Bot(api.token, session=Session(api.url, patience=1))
    await sent_before(api, store, message("a"))
    api.order(answers.late())
    await store.outbox.enqueue([message("b")])
    async with sending(bot, store, "probe"):
        await settled(store, "b")
    api.release()
    await bot.session.close()
    assert api.sent(READER) == ["text of a", "text of b"]


@pytest.mark.parametrize("address", ["http://no-such-host.invalid", "https://127.0.0.1:1"])
async def test_m16_what_never_left_is_certainly_not_sent(store: Store, address: str) -> None:
    bot = connect_bot("42:made-up", address)
    await store.outbox.enqueue([message("a", CHANNEL)])
    async with sending(bot, store):
        await put_off(store)
    await bot.session.close()
    assert (await store.outbox.state("a"))["state"] == "pending"


async def test_m17_after_a_crash_the_rest_of_the_parts_follow_in_order(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    parts = [message(f"part {number}") for number in range(1, 6)]
    await store.outbox.enqueue(parts)
    await store.outbox_stream.ready()
    for part, item in zip(parts[:2], await store.outbox_stream.read("dies", 2), strict=True):
        await store.outbox.begin(part, "dies")
        shown = await api.run("sendmessage", {"chat_id": READER, "text": part.screen.text})
        await store.outbox.settle(part, item, "dies", "sent", message_id=shown["message_id"])
    async with sending(line, store):
        await settled(store, "part 5")
    assert api.sent(READER) == [part.screen.text for part in parts]


async def test_m18_a_slow_worker_is_not_overtaken_at_its_own_message(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    await store.outbox.enqueue([message("a")])
    await store.outbox.begin(message("a"), "slow")
    async with sending(line, store):
        await put_off(store)
        assert api.calls == []
        await store.outbox.release(message("a"), "slow")
        await settled(store, "a")
    assert api.sent(READER) == ["text of a"]


async def test_m19_at_most_one_message_is_on_its_way_to_a_chat(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    api.order(answers.late(), chat=READER)
    await store.outbox.enqueue([message(f"m{number}") for number in range(40)])
    await store.outbox.enqueue([message("other", READER + 1)])
    async with sending(line, store):
        await settled(store, "other")
        assert len(api.sent(READER)) == 1
        api.release()
        await settled(store, "m1")


async def test_m20_our_own_digests_are_never_read(store: Store) -> None:
    await store.subscriptions.save(Subscription(chat_id=CHANNEL), SOON)
    chat = {"id": CHANNEL, "type": "channel", "title": "Ours", "username": "pane_ours"}
    post = {"message_id": 1, "date": 1_795_000_000, "chat": chat, "text": "A made-up digest"}
    forward = {
        "message_id": 5,
        "date": 1_795_000_000,
        "chat": {"id": READER, "type": "private"},
        "text": "A made-up digest",
        "forward_origin": {
            "type": "channel",
            "chat": chat,
            "message_id": 1,
            "date": 1_795_000_000,
        },
    }
    collector = Collector(store)
    assert await collector.take({"update_id": 1, "channel_post": post}) is None
    assert await collector.take({"update_id": 2, "message": forward}) is None
    assert await store.post_stream.waiting() == 0
    await store.subscriptions.deactivate(CHANNEL)
    await store.sources.listen(str(chat["id"]).removeprefix("-100"))
    assert await collector.take({"update_id": 3, "channel_post": post}) is not None


async def test_m22_readers_and_unsent_messages_outlive_the_bot_s_account(
    line: Bot, store: Store
) -> None:
    await store.subscriptions.save(Subscription(chat_id=READER), SOON)
    await store.outbox.enqueue([message("a")])
    async with FakeBotApi("777:another-made-up-token") as another:
        bot = connect_bot(another.token, another.url)
        async with sending(bot, store):
            await settled(store, "a")
        await bot.session.close()
        assert another.sent(READER) == ["text of a"]
    assert await store.subscriptions.get(READER) == Subscription(chat_id=READER)
    found = [key async for key in store.redis.scan_iter("*4242*")]
    assert found == []
