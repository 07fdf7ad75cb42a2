"""/privacy, /export and /forget: one honest page, one file, and an end that leaves nothing."""

import json
import re
from datetime import date
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.model import Delivery, Screen, Slot
from bot.store import Store
from bot.telegram.handlers.privacy import personal_data
from tests.fakes.entries import NOON, make_entry, make_story
from tests.telegram.seeding import put
from tests.telegram.talk import Talk, carried
from tests.waiting import eventually

READER, OTHER = 7_654_321_098, 7_654_321_099


async def dump(store: Store) -> str:
    """All keys with all they hold."""
    parts = []
    async for key in store.redis.scan_iter("*", count=1000):
        parts.append(f"{key} {await _held(store, str(key))}")
    return "\n".join(sorted(parts))


READ = {
    "string": ("GET",),
    "hash": ("HGETALL",),
    "set": ("SMEMBERS",),
    "zset": ("ZRANGE", "0", "-1"),
    "stream": ("XRANGE", "-", "+"),
}


async def _held(store: Store, key: str) -> object:
    """What is under a key, as bytes: not all of it is text; None where it expired meanwhile."""
    command, *rest = READ.get(str(await store.redis.type(key)), ("",))
    if not command:
        return None
    redis: Any = store.redis  # its types do not know that raw replies can be asked for
    return await redis.execute_command(command, key, *rest, NEVER_DECODE=True)


async def live(talk: Talk, store: Store, who: int) -> None:
    """Leave a trace of every kind that a reader can leave."""
    got = await talk.say("/subscribe", who)
    for data in ("f:rl", "c:rl:1", "o:length:short"):
        await talk.press(got, data)
    await store.saved.add(who, make_story(), NOON)
    await store.preferences.add(who, "0123", "topic", "rl", "@pane_one")
    await store.alerts.number("0123", who, date(2026, 11, 20), 5)
    slot = Slot(chat_id=who, cadence="daily", day=date(2026, 11, 20))
    await store.subscriptions.close_slot(slot, [], NOON, until=NOON, stories=["0123"])
    later = Delivery(id=f"alert:0123:{who}", chat_id=who, screen=Screen(text="Later"))
    await store.outbox.enqueue_at(later, NOON.replace(year=2100))
    await store.reactions.note("0123", who, "up")


async def test_the_page_in_both_languages(talk: Talk) -> None:
    got = await talk.say("/privacy", language="ru")
    assert got.text.startswith("🔒 Мои данные\n\nЧто хранится: номер чата")
    assert carried(got.message) == ["p:data", "p:forget", "p:settings", "p:home"]
    assert (await talk.say("/privacy", 101)).text.startswith("🔒 My data")


async def test_forget_asks_twice_and_leaves_nothing(talk: Talk, store: Store) -> None:
    await live(talk, store, READER)
    await live(talk, store, OTHER)
    asked = await talk.say("/forget", READER, language="ru")
    assert carried(asked.message) == ["p:sure", "p:privacy"]
    sure = await talk.press(asked, "p:sure", "ru")
    assert carried(sure) == ["erase", "p:privacy"]
    assert str(READER) in await dump(store)
    done = await talk.press(asked, "erase", "ru")
    assert done["text"] == "Done: nothing is kept about you. To start anew: /start"

    async def gone() -> bool:
        return str(READER) not in await dump(store)

    await eventually(gone)
    other = await dump(store)
    for family in ("subscription", "saved", "dislikes", "slot", "seen", "alert:0123"):
        assert re.search(rf"ftk:{family}:{OTHER}", other), family


async def test_no_log_line_names_who_was_forgotten(talk: Talk, store: Store) -> None:
    with capture_logs() as logs:
        await live(talk, store, READER)
        asked = await talk.say("/forget", READER)
        await talk.press(asked, "erase")
    assert logs
    assert str(READER) not in repr(logs)


async def test_forgetting_twice_and_a_stranger_is_no_error(store: Store) -> None:
    await store.erasure.erase(READER)
    await store.erasure.erase(READER)
    assert (await dump(store)).splitlines() == ["ftk:forgotten b'2'"]


async def test_numbers_of_channels_and_posts_are_not_taken_for_readers(
    talk: Talk, store: Store
) -> None:
    await put(store, make_entry("pane_one", READER))
    before = await dump(store)
    await store.erasure.erase(READER)
    after = (await dump(store)).splitlines()
    assert [line for line in after if not line.startswith("ftk:forgotten")] == before.splitlines()


async def test_one_who_was_forgotten_begins_anew(talk: Talk, store: Store) -> None:
    got = await talk.say("/subscribe 07:15")
    await talk.press(got, "erase")
    assert await store.subscriptions.get(100) is None
    back = await talk.say("/subscribe")
    assert back.text.startswith("Done: a digest every day at 09:00")


async def test_all_that_is_kept_comes_in_one_file(talk: Talk, store: Store) -> None:
    await live(talk, store, READER)
    got = await talk.say("/export", READER)
    assert got.message["document"]["file_name"] == "fortochka-my-data.json"
    reader = await store.subscriptions.get(READER)
    assert reader is not None
    data = json.loads((await personal_data(store, reader, NOON)).body)
    assert data["settings"]["topics"] == ["rl"]
    assert data["opinions"] == {"0123": "topic:rl"}
    assert [story["id"] for story in data["saved"]] == ["s1"]
    assert data["sent_stories"] == []


@pytest.mark.parametrize("data", ["erase", "export", "o:cap:3", "c:rl:1", "f:rl", "xb:S:1"])
async def test_a_member_changes_nothing_in_a_group(talk: Talk, store: Store, data: str) -> None:
    group = -1009000000001
    got = await talk.say("/help", chat=group)
    talk.api.press(got, data, user_id=7)
    await talk.api.until(lambda api: bool(api.answered))
    [answer] = talk.api.answered
    assert answer["url"].startswith("https://t.me/")  # into the bot, where it is his own
    assert await store.subscriptions.get(group) is None
