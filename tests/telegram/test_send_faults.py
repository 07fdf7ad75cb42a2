"""Every known fault of sending has its stated result.

| fault | shown by (M14 and later: in test_send_faults_late) |
|---|---|
| M1 429 with 7, 3,600, nothing | test_m1_… here; test_sender.test_a_long_flood_… |
| M2 403 blocked, kicked, … | test_sender.test_a_reader_who_is_gone_…; test_m2_… here |
| M3 chat not found | test_m3_… here |
| M4 group upgraded | test_sender_moved |
| M5 text refused | test_sender.test_a_refused_text_goes_out_plain_once; test_m5_… here |
| M6 too long | test_sender.test_too_long_a_text_is_shortened_…; publish/test_screens_fit |
| M7 not modified | test_sender_edits.test_an_edit_that_changes_nothing_is_done |
| M8 edit not found, not ours | test_m8_… here |
| M9 401 | test_m9_… here; test_sender.test_a_revoked_token_stops_sending_and_loses_nothing |
| M10 404 of a method | test_m10_… here |
| M11 413 | test_m11_… here |
| M12 500, 502, HTML | test_sender_unknown.test_a_probe_finds_what_arrived, …_sends_again_… |
| M13 delivered, then cut | test_sender_unknown, the same two |
| M14 delivered, answer too late | test_m14_… |
| M15 200 that cannot be read | test_sender_unknown.test_an_id_in_a_broken_answer_is_enough |
| M16 refused, DNS, TLS | test_sender.test_a_refused_connection_…; test_m16_… |
| M17 crash between parts | test_m17_…; test_sender_line.test_parts_keep_their_order_… |
| M18 two workers on one item | test_m18_…; store/test_doubt |
| M19 unsent messages pile up | test_m19_… |
| M20 we are our own source | test_m20_… |
| M21 nothing but blanks | test_sender.test_a_text_that_is_always_refused_is_closed |
| M22 another token | test_m22_… |
"""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from aiogram import Bot
from pydantic import SecretStr

from bot.config import Settings
from bot.model import Subscription, utc_now
from bot.store import Store, keys
from bot.telegram.send.sender import send
from bot.telegram.send.session import TokenRefused
from bot.telegram.serve import serve
from tests.fakes import botapi_answers as answers
from tests.fakes.botapi import FakeBotApi
from tests.telegram.outbound import (
    READER,
    bring_back,
    message,
    put_off,
    sending,
    sent_before,
    settled,
)
from tests.waiting import EVENT_S

SOON = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("flood", "least", "most"),
    [
        (answers.flood(7), 5, 8),
        (answers.flood(3600), 3590, 3601),
        (answers.bare_flood(), 3, 6),
    ],
)
async def test_m1_a_flood_is_obeyed_without_a_busy_loop(
    api: FakeBotApi, line: Bot, store: Store, flood: answers.Answer, least: float, most: float
) -> None:
    api.order(flood)
    await store.outbox.enqueue([message("a")])
    async with sending(line, store):
        (wait,) = await put_off(store)
    assert least <= wait <= most
    assert len(api.calls) == 1
    assert (await store.outbox.state("a"))["state"] == "pending"
    assert not (await store.outbox.turn_of(message("a"), timedelta(seconds=1))).yours


async def test_m1_a_flood_during_a_probe_is_obeyed_too(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    await sent_before(api, store, message("a"))
    api.order(answers.cut(executed=True))
    api.order(answers.flood(500), method="editMessageText")
    await store.outbox.enqueue([message("b")])
    async with sending(line, store, "probe"):
        (wait,) = await put_off(store)
    assert wait > 490
    assert await store.outbox.take_turn(READER) > timedelta(seconds=490)
    assert (await store.outbox.state("b"))["state"] == "sending"


async def test_m2_a_reader_who_comes_back_gets_messages_again(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    await store.subscriptions.save(Subscription(chat_id=READER), SOON)
    api.blocked.add(READER)
    await store.outbox.enqueue([message("a")])
    async with sending(line, store):
        await settled(store, "a", "undeliverable")
        left = await store.subscriptions.get(READER)
        assert left is not None
        assert not left.active
        api.blocked.clear()
        await store.subscriptions.save(Subscription(chat_id=READER), SOON)
        await store.outbox.enqueue([message("b")])
        await settled(store, "b")
    assert api.sent(READER) == ["text of b"]


async def test_m3_a_chat_that_is_not_found_gets_a_second_day(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    await store.subscriptions.save(Subscription(chat_id=READER), SOON)
    api.order(answers.no_chat(), times=2)
    await store.outbox.enqueue([message("a")])
    async with sending(line, store):
        (wait,) = await put_off(store)
        assert wait > timedelta(hours=23).total_seconds()
        reader = await store.subscriptions.get(READER)
        assert reader is not None
        assert reader.active
        yesterday = (utc_now() - timedelta(days=1)).date()
        await store.redis.hset(keys.delivery("a"), "missed", yesterday.isoformat())
        await bring_back(store)
        state = await settled(store, "a", "undeliverable")
    assert state["reason"] == "chat not found"
    reader = await store.subscriptions.get(READER)
    assert reader is not None
    assert not reader.active


async def test_m3_a_chat_that_is_found_again_gets_its_message(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    api.order(answers.no_chat())
    await store.outbox.enqueue([message("a")])
    async with sending(line, store):
        await put_off(store)
        await store.outbox.enqueue([message("b")])
        await settled(store, "b")  # it is not held up
        await bring_back(store)
        await settled(store, "a")


@pytest.mark.parametrize(
    "words",
    [
        "can't parse entities: Unmatched end tag at byte offset 3",
        "can't parse entities: Unclosed start tag at byte offset 3",
        "can't parse entities: Character '-' is reserved",
        "ENTITY_BOUNDS_INVALID",
    ],
)
async def test_m5_whatever_is_wrong_with_the_text_it_goes_out_plain_once(
    api: FakeBotApi, line: Bot, store: Store, words: str
) -> None:
    api.order(answers.error(400, f"Bad Request: {words}"))
    await store.outbox.enqueue([message("a")])
    async with sending(line, store):
        await settled(store, "a")
    assert api.sent(READER) == ["text of a"]
    assert len(api.calls) == 2


@pytest.mark.parametrize("words", ["message to edit not found", "message can't be edited"])
async def test_m8_an_edit_of_what_is_gone_is_closed_and_nothing_is_sent(
    api: FakeBotApi, line: Bot, store: Store, words: str
) -> None:
    await sent_before(api, store, message("a"))
    api.order(answers.error(400, f"Bad Request: {words}"), method="editMessageText")
    await store.outbox.enqueue([message("b").model_copy(update={"edits": "a"})])
    async with sending(line, store):
        state = await settled(store, "b", "undeliverable")
    assert state["reason"] == words
    assert api.sent(READER) == ["text of a"]


async def test_m9_a_revoked_token_is_tried_once_not_in_a_storm(
    api: FakeBotApi, line: Bot, store: Store
) -> None:
    api.revoke()
    await store.outbox.enqueue([message(f"m{number}", 200 + number) for number in range(30)])
    with pytest.raises(TokenRefused):
        await asyncio.wait_for(send(line, store, asyncio.Event()), EVENT_S)
    assert len(api.calls) <= 30
    assert await store.outbox_stream.waiting() == 30


async def test_m10_an_unknown_method_at_the_start_is_fatal(
    api: FakeBotApi, settings: Settings, store: Store
) -> None:
    api.order(answers.error(404, "Not Found: method not found"), method="getMe")
    chosen = settings.model_copy(
        update={"telegram_bot_token": SecretStr(api.token), "telegram_api_base": api.url}
    )
    with pytest.raises(TokenRefused):
        await serve(chosen, store, lambda: None, asyncio.Event())


async def test_m11_what_is_too_large_is_closed(api: FakeBotApi, line: Bot, store: Store) -> None:
    api.order(answers.error(413, "Request Entity Too Large"))
    await store.outbox.enqueue([message("a"), message("b")])
    async with sending(line, store):
        state = await settled(store, "a", "undeliverable")
        await settled(store, "b")
    assert state["reason"] == "too large"
