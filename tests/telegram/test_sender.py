"""Every message once and within the limits: floods, refusals, readers who are gone or moved."""

import asyncio
from datetime import UTC, datetime

import pytest
from aiogram import Bot

from bot.model import Button, Entity, Screen, Subscription
from bot.store import Store
from bot.telegram.send.sender import send
from bot.telegram.send.session import BotMoved, TokenRefused, connect_bot
from tests.fakes import botapi_answers as answers
from tests.fakes.botapi import FakeBotApi
from tests.fakes.proxy import FakeProxy
from tests.telegram.outbound import READER, message, sending, settled
from tests.waiting import eventually

SOON = datetime(2030, 1, 1, tzinfo=UTC)


async def subscribed(store: Store, chat: int) -> None:
    await store.subscriptions.save(Subscription(chat_id=chat), SOON)


async def test_a_screen_arrives_as_it_is(api: FakeBotApi, line: Bot, store: Store) -> None:
    screen = Screen(
        text="😀 bold and a link",
        entities=(
            Entity(type="bold", offset=3, length=4),
            Entity(type="text_link", offset=14, length=4, url="https://arxiv.org/abs/2511.00001"),
        ),
        buttons=(
            (Button(text="1", data="d:1"), Button(text="post", url="https://t.me/made_up/1")),
        ),
    )
    quiet = message("a", screen=screen).model_copy(update={"silent": True})
    await store.outbox.enqueue([quiet])
    async with sending(line, store):
        got = await api.delivered(lambda delivery: delivery.chat_id == READER)
        state = await settled(store, "a")
    assert got.text == screen.text
    assert got.silent
    assert [entity["type"] for entity in got.message["entities"]] == ["bold", "text_link"]
    assert [button.get("callback_data") for button in got.buttons] == ["d:1", None]
    assert state["message_id"] == str(got.message["message_id"])
    assert await store.outbox_stream.waiting() == 0


async def test_messages_to_a_chat_keep_their_order(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    await store.outbox.enqueue([message(name) for name in ("a", "b", "c")])
    async with sending(line, store):
        await settled(store, "c")
    assert api.sent(READER) == ["text of a", "text of b", "text of c"]


async def test_a_flood_is_waited_out(api: FakeBotApi, line: Bot, store: Store) -> None:
    api.order(answers.flood(1))
    await store.outbox.enqueue([message("a")])
    async with sending(line, store):
        await settled(store, "a")
    assert [call.method for call in api.calls] == ["sendmessage", "sendmessage"]
    assert api.sent(READER) == ["text of a"]


async def test_a_long_flood_holds_up_nobody_else(api: FakeBotApi, line: Bot, store: Store) -> None:
    api.order(answers.flood(3600), chat=READER)
    await store.outbox.enqueue([message("a"), message("b", READER + 1), message("c")])
    async with sending(line, store):
        await settled(store, "b")
    assert api.sent(READER) == []
    assert (await store.outbox.state("a"))["state"] == "pending"
    assert await store.outbox_stream.waiting() == 2


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        (answers.blocked(), "bot was blocked by the user"),
        (answers.error(403, "Forbidden: user is deactivated"), "user is deactivated"),
        (answers.kicked(), "bot was kicked from the supergroup chat"),
        (answers.error(400, "Bad Request: PEER_ID_INVALID"), "PEER_ID_INVALID"),
    ],
)
async def test_a_reader_who_is_gone_is_left_alone(
    api: FakeBotApi, line: Bot, store: Store, refusal: answers.Answer, reason: str
) -> None:
    await subscribed(store, READER)
    api.order(refusal)
    await store.outbox.enqueue([message("a")])
    async with sending(line, store):
        state = await settled(store, "a", "undeliverable")
    reader = await store.subscriptions.get(READER)
    assert reader is not None
    assert not reader.active
    assert state["reason"] == reason
    assert await store.outbox_stream.waiting() == 0


@pytest.mark.parametrize("refusal", [answers.bad_markup(), answers.too_long()])
async def test_a_refused_text_goes_out_plain_once(
    api: FakeBotApi, line: Bot, store: Store, refusal: answers.Answer
) -> None:
    screen = Screen(text="bold", entities=(Entity(type="bold", offset=0, length=4),))
    api.order(refusal)
    await store.outbox.enqueue([message("a", screen=screen)])
    async with sending(line, store):
        await settled(store, "a")
    assert len(api.deliveries) == 1
    assert api.deliveries[0].text == "bold"
    assert not api.deliveries[0].message["entities"]


async def test_a_text_that_is_always_refused_is_closed(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    await store.outbox.enqueue([message("a", screen=Screen(text="\u200b")), message("b")])
    async with sending(line, store):
        state = await settled(store, "a", "undeliverable")
        await settled(store, "b")
    assert "non-empty" in state["reason"]


async def test_too_long_a_text_is_shortened_and_bad_buttons_are_dropped(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    bad = Screen(text="x", buttons=((Button(text="1", data="я" * 40),),))
    long = Screen(text="word " * 2000)
    await store.outbox.enqueue([message("a", screen=bad), message("b", READER + 1, long)])
    async with sending(line, store):
        await settled(store, "a")
        await settled(store, "b")
    assert api.sent(READER) == ["x"]
    assert api.sent(READER + 1)[0].startswith("word word")


async def tried(proxy: FakeProxy) -> bool:
    return proxy.refused > 0


async def test_a_refused_connection_is_retried(api: FakeBotApi, store: Store) -> None:
    async with FakeProxy(api.url) as proxy:
        proxy.set("refuse")
        bot = connect_bot(api.token, proxy.url)
        await store.outbox.enqueue([message("a")])
        async with sending(bot, store):
            await eventually(lambda: tried(proxy))
            proxy.set("pass")
            await settled(store, "a")
        await bot.session.close()
    assert api.sent(READER) == ["text of a"]


async def test_a_revoked_token_stops_sending_and_loses_nothing(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    api.revoke()
    await store.outbox.enqueue([message("a"), message("b", READER + 1)])
    with pytest.raises(TokenRefused):
        await send(line, store, asyncio.Event())
    assert await store.outbox_stream.waiting() == 2
    assert (await store.outbox.state("a"))["state"] == "pending"


@pytest.mark.parametrize("code", [400, 401])
async def test_a_bot_that_moved_to_another_server_stops_sending_and_loses_nothing(
    api: FakeBotApi, line: Bot, store: Store, code: int
) -> None:
    """So a server answers that the bot has left by logOut, for whatever chat."""
    await store.subscriptions.save(Subscription(chat_id=READER), datetime(2030, 1, 1, tzinfo=UTC))
    api.order(answers.error(code, "Logged out"), times=9, method="sendMessage")
    await store.outbox.enqueue([message("a"), message("b", READER + 1)])
    with pytest.raises(BotMoved) as said:
        await send(line, store, asyncio.Event())
    assert str(said.value).startswith("TELEGRAM_API_BASE: ")
    assert await store.outbox_stream.waiting() == 2
    assert [(await store.outbox.state(name))["state"] for name in "ab"] == ["pending"] * 2
    reader = await store.subscriptions.get(READER)
    assert reader is not None
    assert reader.active


async def test_an_unknown_id_in_the_outbox_is_dropped(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    await store.redis.xadd(store.outbox_stream.name, {"id": "nobody"})
    await store.outbox.enqueue([message("a")])
    async with sending(line, store):
        await settled(store, "a")
    assert await store.outbox_stream.waiting() == 0
    assert len(api.deliveries) == 1
