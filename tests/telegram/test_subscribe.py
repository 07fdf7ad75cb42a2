"""/subscribe and /unsubscribe: times in many spellings, kept settings, honest answers."""

from datetime import UTC, datetime, time

import pytest

from bot.store import Store
from bot.telegram.words.clock_times import parse_time
from tests.telegram.talk import Talk


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("09:00", time(9)),
        ("9", time(9)),
        ("8.30", time(8, 30)),
        ("0830", time(8, 30)),
        (" 23:59 ", time(23, 59)),
        ("9 pm", time(21)),
        ("12am", time(0)),
        ("00:00", time(0)),
        ("24:00", None),
        ("9:60", None),
        ("13pm", None),
        ("завтра в 9", None),
        ("٩", time(9)),
        ("-1", None),
        ("9" * 4000, None),
        ("", None),
    ],
)
def test_times_are_read_as_people_write_them(text: str, at: time | None) -> None:
    assert parse_time(text) == at


async def test_a_reader_subscribes_at_a_time(talk: Talk, store: Store) -> None:
    got = await talk.say("/subscribe 08:30", language="ru")
    reader = await store.subscriptions.get(100)
    assert reader is not None
    assert reader.at == time(8, 30)
    assert await store.subscriptions.due_at(100) == datetime(2026, 11, 21, 5, 30, tzinfo=UTC)
    assert "08:30" in got.text
    assert "сб, 21 ноября" in got.text


async def test_a_bad_time_changes_nothing(talk: Talk, store: Store) -> None:
    got = await talk.say("/subscribe завтра в 9", language="ru")
    assert got.text == "Не понял «завтра в 9». Напишите время так: /subscribe 09:00"
    assert await store.subscriptions.get(100) is None


async def test_subscribing_twice_says_what_is_set(talk: Talk) -> None:
    await talk.say("/subscribe 7")
    got = await talk.say("/subscribe")
    assert "You are subscribed: 07:00 (UTC)" in got.text


async def test_a_reader_leaves_and_comes_back_to_kept_settings(talk: Talk, store: Store) -> None:
    await talk.say("/subscribe 07:15")
    assert "stopped" in (await talk.say("/unsubscribe")).text
    left = await store.subscriptions.get(100)
    assert left is not None
    assert not left.active
    assert await store.subscriptions.count() == 0
    back = await talk.say("/subscribe")
    assert back.text.startswith("Welcome back")
    assert "07:15" in back.text


async def test_a_stranger_who_leaves_is_told_so(talk: Talk) -> None:
    got = await talk.say("/unsubscribe")
    assert got.text.startswith("You are not subscribed")


async def test_the_cancel_button_unsubscribes_in_place(talk: Talk, store: Store) -> None:
    got = await talk.say("/subscribe")
    shown = await talk.press(got, "unsub")
    reader = await store.subscriptions.get(100)
    assert reader is not None
    assert not reader.active
    assert "stopped" in shown["text"]


async def test_who_blocks_the_bot_is_left_alone_and_welcomed_back(
    talk: Talk, store: Store
) -> None:
    await talk.say("/subscribe 07:15")
    talk.api.block(100)
    await talk.api.until(lambda api: not api.queue.pending)
    talk.api.unblock(100)
    got = await talk.say("/subscribe")
    assert got.text.startswith("Welcome back")
