"""A time or a place that is typed after a question is its answer, for ten minutes."""

from datetime import time

import pytest

from bot.model import Language, Subscription
from bot.store import Store, keys
from tests.telegram.talk import Talk, carried, words_on
from tests.telegram.test_places import ADMIN, CHANNEL, channel

READER = 100
LANGUAGES: tuple[Language, ...] = ("ru", "en")


async def reader_of(store: Store, chat_id: int = READER) -> Subscription:
    found = await store.subscriptions.get(chat_id)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("language", "city", "row"),
    [("ru", "Минск", "🌍 Пояс: Минск"), ("en", "Minsk", "🌍 Zone: Minsk")],
)
async def test_a_city_answers_the_question_of_the_clock(
    talk: Talk, store: Store, language: Language, city: str, row: str
) -> None:
    got = await talk.say("/subscribe", language=language)
    await talk.press(got, "p:zone", language)
    answer = await talk.say(city, language=language)
    assert (await reader_of(store)).zone == "Europe/Minsk"
    assert "15:00" in answer.text.splitlines()[0]
    assert row in words_on(answer.message)
    assert await store.pending_actions.asked(READER) is None
    again = await talk.say(city, language=language)  # nothing is asked any more
    assert any(each.startswith("q:") for each in carried(again.message))


async def test_a_time_answers_by_its_places(talk: Talk, store: Store) -> None:
    await talk.say("пояс", language="ru")
    got = await talk.say("19:03", language="ru")
    assert got.text == "🌍 На часах 19:00. Где вы?"
    assert await store.pending_actions.asked(READER)
    await talk.press(got, "o:zone:Asia/Novosibirsk", "ru")
    assert (await reader_of(store)).zone == "Asia/Novosibirsk"
    assert await store.pending_actions.asked(READER) is None


async def test_what_has_several_places_asks_which(talk: Talk, store: Store) -> None:
    await talk.say("time zone")
    for text, shown in (
        ("7", {"Detroit", "New York"}),
        ("2 am", {"🌍 02:00 Honolulu", "🌍 02:00 Kiritimati"}),
        ("+5:30", {"Delhi"}),
        ("Georgia", {"🌍 16:00 Tbilisi", "🌍 07:00 New York"}),
    ):
        answer = await talk.say(text)
        assert shown <= {*words_on(answer.message)}
    assert await store.subscriptions.get(READER) is None


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ru", "Не знаю места «Тридевятое царство»."),
        ("en", "I know no place called “Тридевятое царство”."),
    ],
)
async def test_an_unknown_place_has_ways_on(talk: Talk, language: Language, said: str) -> None:
    await talk.say("пояс" if language == "ru" else "time zone", language=language)
    got = await talk.say("Тридевятое царство", language=language)
    assert got.text.startswith(said)
    assert [each for each in carried(got.message) if each.startswith("z:")]
    assert carried(got.message)[-2:][0] == "p:settings"
    assert carried(got.message)[-1].startswith("q:")


async def test_what_is_no_answer_keeps_its_meaning(talk: Talk) -> None:
    await talk.say("time zone")
    assert "/digest" in (await talk.say("help")).text
    assert "t:agents:1" in carried((await talk.say("agents")).message)
    long = await talk.say("how do readers find papers about all of this")
    assert long.text.startswith("Search for")
    assert (await talk.say("2024")).text.startswith("Search for")


async def test_who_went_back_to_the_settings_is_asked_no_more(talk: Talk) -> None:
    got = await talk.say("/subscribe")
    await talk.press(got, "p:zone")
    await talk.press(got, "p:settings")
    assert (await talk.say("hello there")).text.startswith("Search for")


async def test_after_ten_minutes_a_city_is_an_offer_again(talk: Talk, store: Store) -> None:
    await talk.say("time zone")
    left = await store.redis.pttl(keys.asked(READER))
    assert 0 < left <= 600_000
    await store.redis.pexpire(keys.asked(READER), 1)
    while await store.pending_actions.asked(READER):
        pass
    got = await talk.say("Berlin")
    assert any(each.startswith("q:") for each in carried(got.message))
    assert await store.subscriptions.get(READER) is None


async def test_a_time_answers_when_to_send(talk: Talk, store: Store) -> None:
    got = await talk.say("/subscribe", language="ru")
    await talk.press(got, "p:zone", "ru")
    await talk.press(got, "p:time", "ru")  # what was asked last
    answer = await talk.say("полдевятого", language="ru")
    assert "🕘 Время: 08:30" in words_on(answer.message)
    reader = await reader_of(store)
    assert (reader.at, reader.zone) == (time(8, 30), "Europe/Moscow")


async def test_an_answer_about_a_channel_is_not_the_admins_own(talk: Talk, store: Store) -> None:
    talk.api.admins |= {(CHANNEL, ADMIN)}
    talk.api.place(channel(), "administrator", ADMIN)
    got = await talk.api.delivered(lambda d: d.chat_id == ADMIN)
    await talk.press(got, f"o:daily:0:{CHANNEL}")
    about = f"g:{-CHANNEL}"
    clocks = await talk.press(got, f"{about}:p:zone")
    assert f"{about}:z:180" in carried(clocks)
    places = await talk.press(got, f"{about}:z:180")
    assert f"{about}:o:zone:Europe/Minsk" in carried(places)
    answer = await talk.say("Berlin", ADMIN)
    assert (await reader_of(store, CHANNEL)).zone == "Europe/Berlin"
    assert answer.text.startswith("✅ “Made-up channel”")
    assert await store.subscriptions.get(ADMIN) is None
    await talk.press(got, f"{about}:p:time")
    talk.api.admins -= {(CHANNEL, ADMIN)}
    refused = await talk.say("11:30", ADMIN)
    assert "Only an admin of that chat" in refused.text
    assert (await reader_of(store, CHANNEL)).at == time(10)


async def test_a_question_is_forgotten_with_its_reader(talk: Talk, store: Store) -> None:
    await talk.say("time zone")
    await store.erasure.erase(READER)
    assert await store.redis.exists(keys.asked(READER)) == 0
