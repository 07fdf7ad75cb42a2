"""Every tap is answered; old, foreign and forged ones bring a fresh screen and no effect."""

import pytest

from bot.model import Delivery, Screen
from bot.store import Store
from tests.fakes import botapi_answers as answers
from tests.fakes.botapi_duties import Delivered
from tests.fakes.entries import make_entry
from tests.telegram.seeding import put
from tests.telegram.talk import Talk
from tests.waiting import eventually

OLD = "That screen was old; refreshed."


@pytest.mark.parametrize(
    "data",
    [
        "d:day:0:0",
        "d:year:0:1",
        "D:day:99999999999:1",
        "s:0123456789ab",
        "s:../../x",
        "t:no_such_topic:1",
        "T:0",
        "sub:-100500",
        "lang:de",
        "\x00",
        "я" * 32,
    ],
)
async def test_forged_data_brings_a_fresh_screen(talk: Talk, store: Store, data: str) -> None:
    greeting = await talk.say("/help")
    shown = await talk.press(greeting, data)
    assert shown["text"] != greeting.text
    assert len(talk.toasts()) == 1
    assert await store.subscriptions.get(100) is None


async def test_a_story_that_is_gone_is_called_old(talk: Talk) -> None:
    greeting = await talk.say("/help")
    shown = await talk.press(greeting, "s:0123456789ab:t:quantization:1")
    assert talk.toasts() == [OLD]
    assert shown["text"].startswith("Quantization")


async def test_a_page_beyond_the_end_is_the_last(talk: Talk, store: Store) -> None:
    await put(store, make_entry(title="Fresh"))
    greeting = await talk.say("/help")
    shown = await talk.press(greeting, "d:week:0:99")
    assert "Fresh" in shown["text"]


async def test_a_digest_of_the_future_is_the_present_one(talk: Talk, store: Store) -> None:
    await put(store, make_entry(title="Fresh"))
    greeting = await talk.say("/help")
    shown = await talk.press(greeting, "d:day:99999999999:1")
    assert "Fresh" in shown["text"]


async def test_the_same_button_twice_is_no_error(talk: Talk) -> None:
    screen = await talk.say("/topics")
    await talk.press(screen, "t:quantization:1")
    await talk.press(screen, "t:quantization:1")
    assert talk.toasts() == ["", ""]
    assert len(talk.api.deliveries) == 1


async def test_a_message_that_is_gone_is_sent_anew(talk: Talk) -> None:
    screen = await talk.say("/help")
    del talk.api.chats.messages[100, screen.message["message_id"]]
    talk.api.press(screen, "T:1")
    got = await talk.api.delivered(lambda delivery: delivery.text != screen.text)
    assert "Topics of the week" in got.text


async def test_a_tap_that_came_too_late_still_redraws(talk: Talk) -> None:
    screen = await talk.say("/help")
    stale = answers.error(400, "Bad Request: query is too old and response timeout expired")
    talk.api.order(stale, method="answerCallbackQuery")
    shown = await talk.press(screen, "T:1")
    assert "Topics of the week" in shown["text"]


async def test_a_flooded_redraw_pauses_the_chat(talk: Talk, store: Store) -> None:
    screen = await talk.say("/help")
    talk.api.order(answers.flood(30), method="editMessageText")
    await talk.press(screen, "T:1")

    async def paused() -> bool:
        return (await store.outbox.take_turn(100)).total_seconds() > 20

    await eventually(paused)


async def test_a_stranger_s_language_lives_in_the_screen(talk: Talk, store: Store) -> None:
    greeting = await talk.say("/start", language="en")
    russian = await talk.press(greeting, "lang:ru")
    assert "Подписаться" in str(russian["reply_markup"])
    subscribed = await talk.press(greeting, "sub")
    assert "Готово" in subscribed["text"]
    reader = await store.subscriptions.get(100)
    assert reader is not None
    assert (reader.language, reader.zone) == ("ru", "Europe/Moscow")


async def test_a_subscriber_keeps_the_language_chosen(talk: Talk, store: Store) -> None:
    await talk.say("/subscribe", language="en")
    greeting = await talk.say("/start", language="en")
    await talk.press(greeting, "lang:ru")
    assert (await talk.say("/help", language="en")).text.startswith("Читаю")


async def test_a_button_under_a_digest_works(talk: Talk, store: Store) -> None:
    await store.outbox.enqueue([Delivery(id="x", chat_id=100, screen=Screen(text="A digest"))])
    digest: Delivered = await talk.api.delivered(lambda delivery: delivery.text == "A digest")
    shown = await talk.press(digest, "T:1")
    assert "Topics of the week" in shown["text"]
