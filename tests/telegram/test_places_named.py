"""A reader's zone by the name of a place, in either language, or by an offset."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.digest.time_zones import (
    all_zones,
    clocks,
    offsets_showing,
    read_offset,
    zone_title,
    zones_named,
)
from bot.model import Screen, Subscription
from bot.screens.callbacks.settings import ZoneClock
from bot.screens.settings_screens import places_screen, zone_screen
from bot.store import Store
from tests.fakes.entries import NOON
from tests.telegram.talk import Talk, carried, words_on


@pytest.mark.parametrize(
    ("text", "zones"),
    [
        ("Минск", {"Europe/Minsk"}),
        ("минске", {"Europe/Minsk"}),
        ("Minsk", {"Europe/Minsk"}),
        ("Europe/Minsk", {"Europe/Minsk"}),
        ("НЬЮ ЙОРК", {"America/New_York"}),
        ("Sao Paulo", {"America/Sao_Paulo"}),
        ("São Paulo", {"America/Sao_Paulo"}),
        ("Кишинев", {"Europe/Chisinau"}),
        ("Казань", {"Europe/Moscow"}),
        ("Bengaluru", {"Asia/Kolkata"}),
        ("Лондон", {"Europe/London", "America/Toronto"}),
        ("St. Petersburg", {"Europe/Moscow", "America/New_York"}),
        ("Georgia", {"Asia/Tbilisi", "America/New_York"}),
        ("Грузия", {"Asia/Tbilisi"}),
        ("Урюпинск-сити", set()),
        ("", set()),
    ],
)
def test_a_place_is_known_by_its_names(text: str, zones: set[str]) -> None:
    assert set(zones_named(text)) == zones


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("+3", 3), ("UTC+3", 3), ("GMT+5:30", 5.5), ("gmt +5.30", 5.5), ("-4", -4),
        ("−0330", -3.5), ("МСК+2", 5),
        ("utc", 0), ("+25", None), ("+14:30", None), ("3", None), ("+", None),
        ("C++", None),
    ],
)  # fmt: skip
def test_an_offset_is_read(text: str, hours: float | None) -> None:
    assert read_offset(text) == (None if hours is None else timedelta(hours=hours))


def test_every_zone_has_a_name_in_each_language() -> None:
    russian = {zone_title(zone, "ru") for zone in all_zones() - {"UTC"}}
    assert not [name for name in russian if name.isascii()]
    assert not [zone for zone in all_zones() if "_" in zone_title(zone, "en")]
    assert zone_title("Europe/Minsk", "ru") == "Минск"
    assert zone_title("America/Argentina/Buenos_Aires", "en") == "Buenos Aires"
    assert zone_title("US/Pacific", "ru") == "Pacific"  # an old name, which no screen offers


def test_every_clock_can_be_told_by_the_time() -> None:
    for now in (NOON, datetime(2026, 7, 1, 23, 50, tzinfo=UTC)):
        for offset in clocks(now):
            assert offset in offsets_showing((now + offset).time(), now)


def test_every_zone_can_be_tapped() -> None:
    reader = Subscription(chat_id=1)
    clock_pages = [zone_screen(reader, NOON, number) for number in range(1, 5)]
    buttons = [key for page in clock_pages for key in tapped(page)]
    for data in buttons:
        if at := ZoneClock.parse(data):
            for page in range(1, 8):
                shown = places_screen(reader, NOON, ZoneClock(at.offset, page))
                assert shown
                buttons += [key for key in tapped(shown) if key.startswith("o:zone:")]
    assert {each.removeprefix("o:zone:") for each in buttons if "o:zone:" in each} == all_zones()


def tapped(screen: Screen) -> list[str]:
    return [key.data for row in screen.buttons for key in row if key.data]


async def test_a_city_is_offered_as_the_zone(talk: Talk, store: Store) -> None:
    await talk.say("/subscribe", language="ru")
    got = await talk.say("Минск", language="ru")
    assert "🌍 15:00 Минск" in words_on(got.message)
    assert any(each.startswith("q:") for each in carried(got.message))
    panel = await talk.press(got, "o:zone:Europe/Minsk", "ru")
    assert "🌍 Пояс: Минск" in words_on(panel)
    reader = await store.subscriptions.get(100)
    assert reader is not None
    assert reader.zone == "Europe/Minsk"


async def test_a_city_of_two_lands_is_asked_back(talk: Talk) -> None:
    got = await talk.say("London")
    assert {"🌍 12:00 London", "🌍 07:00 Toronto"} <= {*words_on(got.message)}


async def test_an_offset_leads_to_its_places(talk: Talk) -> None:
    assert "Минск" in words_on((await talk.say("+3", language="ru")).message)
    got = await talk.say("GMT+5:30")
    assert {"Delhi", "Colombo"} <= {*words_on(got.message)}
    assert "✓ 12:00 UTC" in words_on((await talk.say("+13:30")).message)


async def test_an_unknown_place_after_the_word_for_zones_is_told(talk: Talk) -> None:
    got = await talk.say("часовой пояс: Тридевятое", language="ru")
    assert got.text.startswith("Не знаю места «тридевятое».")
    assert any(each.startswith("z:") for each in carried(got.message))
    assert "Berlin" in " ".join(words_on((await talk.say("time zone Berlin")).message))
    assert "Минск" in words_on((await talk.say("пояс 15:00", language="ru")).message)
