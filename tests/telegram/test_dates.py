"""Moments go out as entities; a server that does not know them gets the words, and only once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest

from bot.model import Delivery, Screen, Subscription
from bot.screens.rich_text import bold, filled, instant, join
from bot.telegram.replies.composers import subscribed_view
from bot.telegram.send.requests import edit_request, send_request
from tests.fakes.botapi import FakeBotApi
from tests.fakes.botapi_answers import bad_markup
from tests.fakes.entries import NOON
from tests.telegram.talk import Talk

READER = 100


def dated() -> Screen:
    moment = instant("пт, 20 ноября, 15:00", NOON)
    return join((bold("🗞"), filled("Следующий: {moment}.", moment=moment)), by=" ").screen()


def dates(message: Any) -> list[dict[str, Any]]:
    return [e for e in message.get("entities") or [] if e["type"] == "date_time"]


async def send(line: Bot, screen: Screen) -> None:
    await line(send_request(Delivery(id="a", chat_id=READER, screen=screen), screen))


async def test_a_date_stands_where_its_words_stand(api: FakeBotApi, line: Bot) -> None:
    await send(line, dated())
    (message,) = [delivered.message for delivered in api.deliveries]
    (date,) = dates(message)
    units = message["text"].encode("utf-16-le")
    shown = units[2 * date["offset"] : 2 * (date["offset"] + date["length"])]
    assert shown.decode("utf-16-le") == "пт, 20 ноября, 15:00"
    assert (date["unix_time"], date["date_time_format"]) == (int(NOON.timestamp()), "wdt")


async def test_an_old_server_gets_words_and_is_asked_once(api: FakeBotApi, line: Bot) -> None:
    api.takes_dates = False
    for _ in range(3):
        await send(line, dated())
    first, second, third = [delivered.message for delivered in api.deliveries]
    assert first["text"] == second["text"] == third["text"] == "🗞 Следующий: пт, 20 ноября, 15:00."
    assert [entity["type"] for entity in first["entities"]] == ["bold"]
    assert len(api.refused) == 1


async def test_edits_fall_back_as_well(api: FakeBotApi, line: Bot) -> None:
    api.takes_dates = False
    await send(line, Screen(text="before"))
    (sent,) = api.deliveries
    await line(edit_request(READER, sent.message["message_id"], dated()))
    edited = api.chats.messages[READER, sent.message["message_id"]]
    assert edited["text"].startswith("🗞 Следующий")
    assert dates(edited) == []


async def test_another_refusal_teaches_nothing(api: FakeBotApi, line: Bot) -> None:
    api.order(bad_markup(), times=2)
    with pytest.raises(TelegramBadRequest):
        await send(line, dated())
    await send(line, dated())
    (delivered,) = api.deliveries
    assert dates(delivered.message)


async def test_readers_are_told_of_their_next_digest_by_their_own_clock(talk: Talk) -> None:
    got = await talk.say("/subscribe 08:30", language="ru")
    (date,) = dates(got.message)
    due = datetime(2026, 11, 21, 5, 30, tzinfo=UTC)
    assert datetime.fromtimestamp(date["unix_time"], UTC) == due
    panel = await talk.say("/settings", language="ru")
    assert [each["unix_time"] for each in dates(panel.message)] == [date["unix_time"]]


def test_the_words_are_those_of_the_readers_zone() -> None:
    reader = Subscription(chat_id=READER, language="en", zone="Asia/Tokyo")
    screen = subscribed_view(reader, NOON + timedelta(hours=12), NOON)
    assert "Next: Sat, 21 November, 09:00." in screen.text
