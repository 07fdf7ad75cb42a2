"""What readers suggest is kept until an owner decides, also for one who was never there."""

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot

from bot.config import Settings
from bot.store import Store
from bot.store.sources.suggestions import MOST_SUGGESTIONS
from tests.fakes.botapi import FakeBotApi
from tests.fakes.entries import NOON
from tests.telegram.looks import Looks, running
from tests.telegram.talk import OWNER, Talk, carried, talking, words_on

SECOND = 2


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"admin_ids": (OWNER, SECOND)})


@pytest.fixture
def looks() -> Looks:
    return Looks()


@pytest.fixture
async def talk(api: FakeBotApi, line: Bot, store: Store, looks: Looks) -> AsyncIterator[Talk]:
    async with talking(api, line, store, running=running(looks)) as conversation:
        yield conversation


async def suggest(talk: Talk, text: str, reader: int = 100, language: str = "en") -> str:
    """What a reader is told who suggests these channels."""
    got = await talk.say(text, reader, language=language)
    shown = await talk.press(got, got.buttons[0]["callback_data"], language)
    return str(shown["text"])


@pytest.mark.parametrize(
    ("language", "title", "buttons"),
    [
        ("en", "💡 Readers suggest channels: 2", ["🔎 Check all", "🗑 Dismiss", "‹ Sources"]),
        ("ru", "💡 Читатели предлагают каналы: 2",
         ["🔎 Проверить все", "🗑 Отклонить", "‹ Источники"]),
    ],
)  # fmt: skip
async def test_an_owner_who_never_pressed_start_sees_it_when_he_comes(
    talk: Talk, store: Store, language: str, title: str, buttons: list[str]
) -> None:
    talk.api.blocked |= {OWNER, SECOND}
    await suggest(talk, "@demo_lab @demo_two")
    await suggest(talk, "@Demo_Lab", 101)
    await talk.api.until(lambda api: len(api.refused) >= 4)
    talk.api.blocked.clear()
    talk.api.say("/start", OWNER, language=language)
    kept = await talk.api.delivered(lambda d: d.chat_id == OWNER and "💡" in d.text)
    assert kept.text == f"{title}\n@\u2060demo_lab, @\u2060demo_two"
    assert words_on(kept.message) == buttons
    found = await talk.press(kept, carried(kept.message)[0], language)
    assert "@\u2060demo_two" in found["text"]
    await talk.press(kept, carried(found)[0], language)
    assert await store.channels.watched() == ("@demo_lab", "@demo_two")
    assert await store.suggestions.all() == ()
    greeted = len(talk.api.sent(SECOND))
    await talk.say("/start", SECOND)
    listed = await talk.say("/sources", SECOND)
    assert "o:suggested:0:" not in carried(listed.message)
    assert len(talk.api.sent(SECOND)) == greeted + 2  # no list of what is decided


async def test_what_one_owner_dismisses_is_gone_for_all(talk: Talk, store: Store) -> None:
    await suggest(talk, "@demo_lab @demo_two")
    note = await talk.api.delivered(lambda d: d.chat_id == OWNER and "demo_lab" in d.text)
    talk.api.say("/sources", SECOND)
    listed = await talk.api.delivered(lambda d: d.chat_id == SECOND and "📡" in d.text)
    assert words_on(listed.message)[0] == "💡 Suggested: 2"
    await talk.press(note, carried(note.message)[1])
    assert await store.suggestions.all() == ("demo_two",)
    kept = await talk.press(listed, "o:suggested:0:")
    assert kept["text"].startswith("💡 Readers suggest channels: 1")
    await talk.press(listed, carried(kept)[1])
    assert await store.suggestions.all() == ()
    empty = await talk.press(listed, "o:suggested:0:")
    assert empty["text"] == "💡 Nothing is suggested at the moment."


async def test_what_became_a_source_by_another_way_is_no_suggestion(
    talk: Talk, store: Store
) -> None:
    await suggest(talk, "@demo_lab")
    await store.sources.add("demo_lab")
    kept = await talk.press(await talk.say("/sources", OWNER), "o:suggested:0:")
    assert kept["text"] == "💡 Nothing is suggested at the moment."
    assert (
        await talk.say("@demo_lab")
    ).text == "@\u2060demo_lab is already being read for everybody."


async def test_more_than_there_is_room_for_is_refused_and_said_so(
    talk: Talk, store: Store
) -> None:
    many = [f"many_{number}" for number in range(MOST_SUGGESTIONS)]
    assert len(await store.suggestions.keep(many, NOON)) == MOST_SUGGESTIONS
    assert "many suggestions to look through" in await suggest(talk, "@demo_lab")
    assert await suggest(talk, "@many_7", 101) == "Passed on to the owner. Thank you!"
    assert len(await store.suggestions.all()) == MOST_SUGGESTIONS


async def test_many_suggestions_are_looked_at_as_a_list(
    talk: Talk, store: Store, looks: Looks
) -> None:
    await store.suggestions.keep(["demo_lab", *(f"many_{n}" for n in range(30))], NOON)
    kept = await talk.press(await talk.say("/sources", OWNER), "o:suggested:0:")
    talk.api.press(talk.api.deliveries[-1], carried(kept)[0])
    asked = await talk.api.delivered(lambda d: "❔ no such channel: 30" in d.text)
    await talk.press(asked, carried(asked.message)[0])
    assert len(looks.asked) == 31
    assert await store.channels.watched() == ("@demo_lab",)
    assert await store.suggestions.all() == ()


async def test_a_reader_may_suggest_twenty_at_once(talk: Talk, store: Store) -> None:
    got = await talk.say(" ".join(f"@many_{number}" for number in range(30)))
    assert "These are the first 20" in got.text
    await talk.press(got, got.buttons[0]["callback_data"])
    assert len(await store.suggestions.all()) == 20


@pytest.mark.parametrize("data", ["o:vet:0:000000000000", "o:dismiss:0:nothing", "o:suggested:0:"])
async def test_old_buttons_bring_a_screen_and_strangers_none(
    talk: Talk, store: Store, data: str
) -> None:
    await store.suggestions.keep(["demo_lab"], NOON)
    assert (await talk.press(await talk.say("/sources", OWNER), data))["text"]
    talk.api.press(await talk.say("/help"), data)
    await talk.api.until(lambda api: "Only the bot's owner can do that." in talk.toasts())
    assert await store.suggestions.all() == ("demo_lab",)


async def test_suggested_while_the_bot_had_no_owner(talk: Talk, store: Store) -> None:
    store.owners.named = frozenset()
    await suggest(talk, "@demo_lab")
    code = await store.owners.code()
    talk.api.say(f"/start own_{code}", 7)
    kept = await talk.api.delivered(lambda d: d.chat_id == 7 and "💡" in d.text)
    assert "@\u2060demo_lab" in kept.text
