"""/settings and what follows a subscription: time, zone, cadence, alerts, pause, language."""

from datetime import UTC, datetime, time, timedelta

import pytest
from inline_snapshot import snapshot

from bot.model import Subscription
from bot.store import Store
from tests.fakes.entries import NOON
from tests.telegram.talk import Talk, carried, labels, words_on


async def reader_of(store: Store, chat_id: int = 100) -> Subscription:
    found = await store.subscriptions.get(chat_id)
    assert found is not None
    return found


async def test_the_panel_in_russian(talk: Talk) -> None:
    await talk.say("/subscribe 08:30", language="ru")
    got = await talk.say("/settings", language="ru")
    assert got.text == snapshot("""\
⚙️ Настройки

Следующий дайджест: сб, 21 ноября, 08:30.

Каждое нажатие сохраняется сразу.\
""")
    assert labels(got.message) == snapshot(
        [
            ["🕘 Время: 08:30", "🌍 Пояс: Москва"],
            ["📅 Как часто: ежедневно"],
            ["🎯 Темы: все", "📏 Длина: обычно"],
            ["🔔 Оповещения: до 5 в день", "🔎 Слова: 0"],
            ["🗣 Экраны: Русский", "📝 Пересказ: как экраны"],
            ["⏸ Пауза", "🔕 Отписаться"],
            ["🔒 Мои данные", "‹ Меню"],
        ]
    )


async def test_the_panel_in_english(talk: Talk) -> None:
    await talk.say("/subscribe 08:30")
    got = await talk.say("/settings")
    assert got.text == snapshot("""\
⚙️ Settings

Next digest: Sat, 21 November, 08:30.

Every tap is saved at once.\
""")
    assert labels(got.message) == snapshot(
        [
            ["🕘 Time: 08:30", "🌍 Zone: UTC"],
            ["📅 How often: daily"],
            ["🎯 Topics: all", "📏 Length: normal"],
            ["🔔 Alerts: up to 5 a day", "🔎 Words: 0"],
            ["🗣 Screens: English", "📝 Summaries: as screens"],
            ["⏸ Pause", "🔕 Unsubscribe"],
            ["🔒 My data", "‹ Menu"],
        ]
    )


async def test_a_stranger_is_offered_to_subscribe(talk: Talk, store: Store) -> None:
    got = await talk.say("/settings")
    assert "not subscribed" in got.text
    assert "sub" in carried(got.message)
    assert await store.subscriptions.get(100) is None


async def test_after_subscribing_another_time_is_two_taps_away(talk: Talk, store: Store) -> None:
    greeting = await talk.say("/start", language="ru")
    done = await talk.press(greeting, "sub", "ru")
    assert done["text"] == snapshot("""\
Готово: дайджест каждый день в 09:00 (Москва).
Следующий: сб, 21 ноября, 09:00.
У вас сейчас 15:00? Если нет, нажмите 🌍.\
""")
    assert {"p:time", "p:zone", "p:pick", "unsub", "p:home"} <= {*carried(done)}
    hours = await talk.press(greeting, "p:time", "ru")
    assert "✓ 09:00" in words_on(hours)
    panel = await talk.press(greeting, "o:time:2000", "ru")
    assert "20:00" in panel["text"]
    assert (await reader_of(store)).at == time(20)
    assert await store.subscriptions.due_at(100) == datetime(2026, 11, 20, 17, tzinfo=UTC)


async def test_a_zone_is_found_by_what_the_clock_shows(talk: Talk, store: Store) -> None:
    got = await talk.say("/subscribe", language="ru")
    clocks = await talk.press(got, "p:zone", "ru")
    assert clocks["text"].startswith("🌍 Сколько у вас сейчас времени?")
    assert "✓ 15:00 Москва" in words_on(clocks)
    later = await talk.press(got, "p:zone:3", "ru")
    assert "19:00 Бангкок" in words_on(later)
    places = await talk.press(got, "z:420", "ru")
    assert "На часах 19:00" in places["text"]
    assert {"Новосибирск", "Томск", "Барнаул"} <= {*words_on(places)}
    await talk.press(got, "o:zone:Asia/Novosibirsk", "ru")
    reader = await reader_of(store)
    assert (reader.zone, reader.at) == ("Asia/Novosibirsk", time(9))
    assert await store.subscriptions.due_at(100) == datetime(2026, 11, 21, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "cadence", "weekly", "day"),
    [("daily", "daily", False, 21), ("weekly", "weekly", False, 23), ("both", "daily", True, 21)],
)
async def test_how_often(
    talk: Talk, store: Store, value: str, cadence: str, weekly: bool, day: int
) -> None:
    got = await talk.say("/subscribe")
    await talk.press(got, "p:often")
    shown = await talk.press(got, f"o:often:{value}")
    reader = await reader_of(store)
    assert (reader.cadence, reader.weekly) == (cadence, weekly)
    assert await store.subscriptions.due_at(100) == datetime(2026, 11, day, 9, tzinfo=UTC)
    assert any(label.startswith("✓") for row in labels(shown) for label in row)


async def test_the_day_of_the_week(talk: Talk, store: Store) -> None:
    got = await talk.say("/subscribe")
    await talk.press(got, "o:often:weekly")
    await talk.press(got, "o:weekday:4")
    assert (await reader_of(store)).weekday == 4
    assert await store.subscriptions.due_at(100) == datetime(2026, 11, 27, 9, tzinfo=UTC)


async def test_length_language_and_alerts_are_kept(talk: Talk, store: Store) -> None:
    got = await talk.say("/subscribe")
    for data in ("o:length:short", "o:cap:10", "o:night:ring"):
        await talk.press(got, data)
    shown = await talk.press(got, "o:language:ru")
    reader = await reader_of(store)
    assert (reader.length, reader.alert_cap, reader.at_night) == ("short", 10, "ring")
    assert (reader.language, reader.zone) == ("ru", "UTC")
    assert shown["text"].startswith("⚙️ Настройки")
    call = await talk.api.called("setMyCommands", lambda params: "scope" in params)
    assert call.params["scope"] == {"type": "chat", "chat_id": 100}
    assert call.params["commands"][0]["description"].startswith("Дайджест")


async def test_a_pause_is_kept_over_other_changes_and_ended(talk: Talk, store: Store) -> None:
    got = await talk.say("/subscribe")
    paused = await talk.press(got, "o:pause:7")
    assert "Paused" in paused["text"]
    assert (await reader_of(store)).paused_until == NOON + timedelta(days=7)
    await talk.press(got, "o:time:1000")
    assert await store.subscriptions.due_at(100) == datetime(2026, 11, 28, 10, tzinfo=UTC)
    resumed = await talk.press(got, "o:pause:0")
    assert "Paused" not in resumed["text"]
    assert await store.subscriptions.due_at(100) == datetime(2026, 11, 21, 10, tzinfo=UTC)


async def test_a_change_does_not_put_off_a_digest_that_is_due(talk: Talk, store: Store) -> None:
    got = await talk.say("/subscribe")
    late = NOON - timedelta(minutes=1)
    await store.subscriptions.wait_until(100, late)
    await talk.press(got, "o:length:detailed")
    assert await store.subscriptions.due_at(100) == late


async def test_topics_are_ticked_one_by_one(talk: Talk, store: Store) -> None:
    got = await talk.say("/topics", language="ru")
    assert got.text == snapshot("""\
☑ Мои темы

В дайджест идут все темы. Выберите свои, и остальных не будет.\
""")
    shown = await talk.press(got, "c:quantization:1", "ru")
    assert "Квантизация" in shown["text"]
    assert "☑ Квантизация 0" in words_on(shown)
    await talk.press(got, "c:agents:2", "ru")
    assert (await reader_of(store)).topics == ("quantization", "agents")
    await talk.press(got, "C:quantization:1", "ru")
    assert (await reader_of(store)).topics == ("agents",)
    await talk.press(got, "c:all:1", "ru")
    assert (await reader_of(store)).topics == ()


async def test_a_setting_does_not_subscribe_a_stranger(talk: Talk, store: Store) -> None:
    got = await talk.say("/settings")
    await talk.press(got, "o:time:0700")
    reader = await reader_of(store)
    assert (reader.at, reader.active) == (time(7), False)
    assert await store.subscriptions.due_at(100) is None
    assert await store.subscriptions.count() == 0
    subscribed = await talk.press(got, "sub")
    assert subscribed["text"].startswith("Done")
