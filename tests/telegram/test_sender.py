"""Every message once: floods, refusals, gateways, cut and late answers, dead workers."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from aiogram import Bot

from bot.model import Button, Delivery, Entity, Screen, Subscription
from bot.store import Store, keys
from bot.telegram.sender import OnUnknown, send
from bot.telegram.wire import TokenRefused, connect
from tests.fakes import botapi_answers as answers
from tests.fakes.botapi import FakeBotApi
from tests.fakes.proxy import FakeProxy
from tests.telegram.waiting import eventually

READER = 100
CHANNEL = -1001000000002
SOON = datetime(2030, 1, 1, tzinfo=UTC)


def message(name: str, chat: int = READER, screen: Screen | None = None) -> Delivery:
    return Delivery(id=name, chat_id=chat, screen=screen or Screen(text=f"text of {name}"))


@asynccontextmanager
async def sending(
    bot: Bot, store: Store, on_unknown: OnUnknown | None = None
) -> AsyncIterator[None]:
    stop = asyncio.Event()
    work = send(bot, store, stop, on_unknown=on_unknown, settling=timedelta(0))
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        stop.set()
        await task


async def settled(store: Store, name: str, state: str = "sent") -> dict[str, str]:
    """The state of a message once it is closed."""

    async def closed() -> bool:
        return (await store.outbox.state(name)).get("state") == state

    await eventually(closed)
    return await store.outbox.state(name)


async def sent_before(api: FakeBotApi, store: Store, delivery: Delivery) -> None:
    """That message is in its chat and known to be there."""
    await store.outbox.enqueue([delivery])
    await store.outbox_stream.ready()
    (item,) = await store.outbox_stream.read("before", 1)
    await store.outbox.begin(delivery, "before")
    there = await api.run(
        "sendmessage", {"chat_id": delivery.chat_id, "text": delivery.screen.text}
    )
    await store.outbox.settle(delivery, item, "before", "sent", message_id=there["message_id"])


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
        (answers.no_chat(), "chat not found"),
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


async def test_a_group_that_moved_takes_reader_and_message_along(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    group, supergroup = -55, -1000000000055
    await subscribed(store, group)
    api.order(answers.migrated(supergroup), chat=group)
    await store.outbox.enqueue([message("a", group)])
    async with sending(line, store):
        await api.delivered(lambda delivery: delivery.chat_id == supergroup)
        await settled(store, "a", "undeliverable")
    assert await store.subscriptions.get(group) is None
    moved = await store.subscriptions.get(supergroup)
    assert moved is not None
    assert moved.active
    assert await store.subscriptions.due_at(supergroup) == SOON


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


async def tried(proxy: FakeProxy) -> bool:
    return proxy.refused > 0


async def test_a_refused_connection_is_retried(api: FakeBotApi, store: Store) -> None:
    async with FakeProxy(api.url) as proxy:
        proxy.set("refuse")
        bot = connect(api.token, proxy.url)
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


async def test_an_unknown_id_in_the_outbox_is_dropped(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    await store.redis.xadd(store.outbox_stream.name, {"id": "nobody"})
    await store.outbox.enqueue([message("a")])
    async with sending(line, store):
        await settled(store, "a")
    assert await store.outbox_stream.waiting() == 0
    assert len(api.deliveries) == 1
