"""What is asked for before the first posts are read says so, and is edited when they are."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from bot.publish.late import FIRST_SPAN, amend_first
from bot.publish.schedule import run_schedule
from bot.store import Store
from bot.store.connection.embedded import socket_path
from tests.fakes.botapi_duties import Delivered
from tests.fakes.clock import standing_at
from tests.fakes.dying import Died, DyingRedis
from tests.fakes.entries import NOON, make_entry, make_post
from tests.telegram.late import edits, shown
from tests.telegram.seeding import put, read_all
from tests.telegram.talk import Talk

CHANNELS = ("pane_one", "pane_two", "pane_three")
POSTS = [
    make_post(
        "pane_one",
        1,
        "The red result weighs half as much. It was measured.",
        hours_ago=1,
    ),
    make_post("pane_two", 2, "A green method needs no labels at all. ", hours_ago=2),
]
READING = {"en": "Reading the first posts, to go: ", "ru": "Читаю первые посты, осталось: "}
LEFT = {"en": "3 channels, 2 posts", "ru": "3 канала, 2 поста"}
STILL = {"en": "Still reading, to go: 3 channels.", "ru": "Ещё читаю, осталось: 3 канала."}
NOTHING = {
    "en": "There were no new posts in the last day.",
    "ru": "За последние сутки новых постов не было.",
}
COUNTED = {"en": "2 posts", "ru": "2 поста"}
LANGUAGES = pytest.mark.parametrize("language", ["en", "ru"])


async def begin(store: Store) -> None:
    """An installation whose channels were named just now, with its first posts come in."""
    for handle in CHANNELS:
        await store.channels.watch(handle)
    for post in POSTS:
        await store.posts.ingest(post)


async def look(store: Store) -> None:
    """All channels have been looked at."""
    for handle in CHANNELS:
        await store.channels.update(f"@{handle}", {"seconds": 60, "failures": 0, "unread": ""})


async def amend(store: Store, after: timedelta = timedelta(0)) -> int:
    return await amend_first(store, standing_at(NOON + after))


async def edited(talk: Talk, times: int) -> None:
    await talk.api.until(lambda _: edits(talk) == times)


def text_of(talk: Talk, message: Delivered) -> str:
    return str(shown(talk, message)["text"])


async def quiet(store: Store) -> bool:
    """Nothing is left that would be edited."""
    return not await store.digest_messages.any_first()


@LANGUAGES
@pytest.mark.parametrize("question", ["/start", "/digest"])
async def test_a_message_of_the_first_minutes_is_edited_to_the_real_one(
    talk: Talk, store: Store, question: str, language: str
) -> None:
    await begin(store)
    asked = await talk.say(question, language=language)
    assert LEFT[language] in asked.text
    assert (READING[language] in asked.text) == (question == "/start")
    assert await amend(store) == 0

    await read_all(store)
    assert await amend(store) == 1
    await edited(talk, 1)
    assert COUNTED[language] in text_of(talk, asked)
    assert STILL[language] in text_of(talk, asked)
    assert await amend(store) == 0

    await look(store)
    assert await amend(store) == 1
    await edited(talk, 2)
    assert COUNTED[language] in text_of(talk, asked)
    assert STILL[language][:9] not in text_of(talk, asked)
    assert await quiet(store)
    assert len(talk.api.deliveries) == 1


async def test_each_reader_s_message_is_edited_in_its_language(talk: Talk, store: Store) -> None:
    await begin(store)
    asked = {each: await talk.say("/start", 200 + n, language=each)
             for n, each in enumerate(("en", "ru"))}  # fmt: skip
    await read_all(store)
    await look(store)
    assert await amend(store) == 2
    await edited(talk, 2)
    for language, message in asked.items():
        assert COUNTED[language] in text_of(talk, message)
    assert await quiet(store)


@LANGUAGES
async def test_where_history_had_nothing_for_today_the_message_says_that(
    talk: Talk, store: Store, language: str
) -> None:
    await store.channels.watch("pane_one")
    asked = await talk.say("/start", language=language)
    assert READING[language] in asked.text
    await put(store, make_entry("pane_one", 1, hours_ago=100))
    await store.channels.update("@pane_one", {"seconds": 60})
    assert await amend(store) == 1
    await edited(talk, 1)
    assert NOTHING[language] in text_of(talk, asked)
    assert await quiet(store)


@LANGUAGES
async def test_an_installation_with_nothing_to_read_does_not_say_that_it_reads(
    talk: Talk, store: Store, language: str
) -> None:
    asked = await talk.say("/start", language=language)
    assert NOTHING[language] in asked.text
    assert await quiet(store)


async def test_a_channel_that_cannot_be_read_is_not_waited_for(talk: Talk, store: Store) -> None:
    await store.channels.watch("pane_one")
    await store.channels.update("@pane_one", {"failures": 2, "state": "not_found"})
    assert NOTHING["en"] in (await talk.say("/start")).text


async def test_reading_that_takes_longer_ends_the_waiting(talk: Talk, store: Store) -> None:
    await begin(store)
    asked = await talk.say("/digest")
    for post in range(20):
        await store.posts.ingest(make_post("pane_three", post + 10, f"Number {post} of many."))
    assert await amend(store, FIRST_SPAN - timedelta(seconds=30)) == 1
    await edited(talk, 1)
    assert "3 channels, 22 posts" in text_of(talk, asked)
    assert await quiet(store)


async def test_another_screen_is_left_alone(talk: Talk, store: Store) -> None:
    await begin(store)
    asked = await talk.say("/start")
    shown_now = await talk.press(asked, "p:help")
    await read_all(store)
    await look(store)
    assert await amend(store) == 0
    assert text_of(talk, asked) == shown_now["text"]
    assert await quiet(store)


async def test_the_digest_that_was_opened_meanwhile_is_edited(talk: Talk, store: Store) -> None:
    await begin(store)
    asked = await talk.say("/start")
    digest = await talk.press(asked, "D:day:0:1")
    assert "3 channels, 2 posts" in digest["text"]
    await read_all(store)
    await look(store)
    assert await amend(store) == 1
    await edited(talk, 2)
    assert "🗞 Digest" in text_of(talk, asked)
    assert "2 posts" in text_of(talk, asked)


async def test_two_schedulers_edit_once(talk: Talk, store: Store) -> None:
    await begin(store)
    asked = await talk.say("/start")
    await read_all(store)
    await look(store)
    stop = asyncio.Event()
    clock = standing_at(NOON)
    both = [asyncio.create_task(run_schedule(store, stop, clock)) for _ in range(2)]
    await edited(talk, 1)
    await talk.api.until(lambda _: "2 posts" in text_of(talk, asked))
    stop.set()
    await asyncio.gather(*both)
    assert edits(talk) == 1


@pytest.mark.parametrize("at", range(1, 4))
@pytest.mark.parametrize("after", [False, True])
async def test_a_kill_between_leaves_a_message_that_the_next_one_edits(
    talk: Talk, store: Store, server_home: Path, at: int, after: bool
) -> None:
    await begin(store)
    asked = await talk.say("/start")
    await read_all(store)
    await look(store)
    client = DyingRedis(socket_path(server_home), at, after=after)
    with suppress(Died):
        await amend(Store(client, timedelta(days=1), server_home))
    await client.bury()
    await amend(store)
    await edited(talk, 1)
    assert "2 posts" in text_of(talk, asked)
    assert len(talk.api.deliveries) == 1
