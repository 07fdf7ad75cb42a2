"""Sources in the chat: pasted, checked, added, paused, removed by owners; suggested by readers."""

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot

from bot.model import Subscription
from bot.store import Store
from tests.fakes.botapi import FakeBotApi
from tests.fakes.entries import NOON, make_entry
from tests.telegram.looks import Looks, running
from tests.telegram.seeding import put
from tests.telegram.talk import OWNER, Talk, carried, talking


@pytest.fixture
def looks() -> Looks:
    return Looks()


@pytest.fixture
async def talk(api: FakeBotApi, line: Bot, store: Store, looks: Looks) -> AsyncIterator[Talk]:
    async with talking(api, line, store, running=running(looks)) as conversation:
        yield conversation


@pytest.mark.parametrize(
    "pasted", ["@demo_lab", "t.me/demo_lab/123", "https://t.me/s/demo_lab", "/add demo_lab"]
)
async def test_an_owner_adds_what_was_pasted(talk: Talk, store: Store, pasted: str) -> None:
    got = await talk.say(pasted, OWNER)
    assert "Invented lab" in got.text
    assert "✅ preview is open" in got.text
    assert "✅ last post 3 h ago" in got.text
    assert "⚠️ 31% of the posts have no text" in got.text
    assert await store.channels.watched() == ()
    done = await talk.press(got, got.buttons[0]["callback_data"])
    assert done["text"] == "✅ Reading: @\u2060demo_lab"
    assert await store.channels.watched() == ("@demo_lab",)


async def test_the_same_in_russian(talk: Talk) -> None:
    got = await talk.say("@demo_lab", OWNER, language="ru")
    assert "✅ превью открыто" in got.text
    assert "Способ: веб-превью" in got.text
    assert [button["text"] for button in got.buttons] == [
        "➕ Добавить",
        "➕ Добавить и прочитать 7 дней (≈ 12 постов, ≈ $0.00)",
        "Отмена",
    ]


async def test_adding_with_history_remembers_how_much(talk: Talk, store: Store) -> None:
    got = await talk.say("@demo_lab", OWNER)
    await talk.press(got, got.buttons[1]["callback_data"])
    assert (await store.channels.state("@demo_lab"))["backfill"] == "7"


async def test_a_list_with_garbage(talk: Talk, store: Store) -> None:
    text = "@demo_lab, t.me/demo_two/5;\n@demo_closed @demo_group\nt.me/+AbCdEf hmm? @demo_lab"
    got = await talk.say(text, OWNER)
    assert got.text.count("demo_lab") == 1
    assert "its web preview is off" in got.text
    assert "this is not a channel" in got.text
    assert "is private" in got.text
    assert "Not understood: hmm" in got.text
    await talk.press(got, got.buttons[0]["callback_data"])
    assert await store.channels.watched() == ("@demo_lab", "@demo_two")


async def test_when_the_line_is_down_one_question_is_enough(
    talk: Talk, store: Store, looks: Looks
) -> None:
    await store.sources.add("demo_known")
    got = await talk.say("@demo_away @demo_lab @demo_two @demo_known", OWNER)
    assert looks.asked == ["demo_away"]
    assert got.text.count("cannot be opened") == 3
    assert "@\u2060demo_known is already being read." in got.text


async def test_a_sentence_is_no_list(talk: Talk, looks: Looks) -> None:
    await talk.say("what does @demo_lab say about small models these days", OWNER)
    assert looks.asked == []


async def test_what_is_read_already_is_said_so(talk: Talk, store: Store) -> None:
    await store.sources.add("demo_lab")
    got = await talk.say("@Demo_Lab", OWNER)
    assert "is already being read" in got.text


async def test_a_new_name_goes_on_with_the_channel(talk: Talk, store: Store) -> None:
    ref = await store.sources.add("demo_old", "1234569")
    got = await talk.say("@demo_new", OWNER)
    assert "is the new name of @\u2060demo_old" in got.text
    await talk.press(got, got.buttons[0]["callback_data"])
    assert await store.channels.watched() == (ref,)
    assert (await store.channels.state(ref))["handle"] == "demo_new"


async def test_where_digests_are_published_nothing_is_read(talk: Talk, store: Store) -> None:
    await store.subscriptions.save(Subscription(chat_id=-1001234567), NOON)
    got = await talk.say("@demo_lab", OWNER)
    assert "I publish digests there" in got.text
    assert not [data for data in carried(got.message) if data.startswith("o:add")]


async def test_the_list_shows_health_and_leads_to_cards(talk: Talk, store: Store) -> None:
    await put(store, make_entry("demo_lab", 1))
    await store.sources.add("demo_lab")
    await store.sources.add("demo_two")
    await store.channels.update("@demo_two", {"state": "no_preview"})
    got = await talk.say("/sources", OWNER)
    assert "🟢 1 · 🟡 0 · 🔴 1 · ⏸ 0" in got.text
    assert "1. 🔴 @\u2060demo_two" in got.text
    card = await talk.press(got, "o:source:1:@demo_lab")
    assert "In 7 days: 1 post" in card["text"]
    assert "Ads 0%, without text 0%, reposts 0%" in card["text"]


async def test_pause_and_go_on(talk: Talk, store: Store) -> None:
    await store.sources.add("demo_lab")
    got = await talk.say("/sources", OWNER)
    card = await talk.press(got, "o:source:1:@demo_lab")
    assert "o:pause:1:@demo_lab" in carried(card)
    paused = await talk.press(got, "o:pause:1:@demo_lab")
    assert "⏸ Paused." in paused["text"]
    assert await store.channels.watched() == ()
    await talk.press(got, "o:resume:1:@demo_lab")
    assert await store.channels.watched() == ("@demo_lab",)


async def test_what_was_removed_stays_removed_after_a_restart(talk: Talk, store: Store) -> None:
    await store.sources.seed(["Demo_Lab", "demo_two"])
    got = await talk.say("/sources", OWNER)
    sure = await talk.press(got, "o:sure:1:@demo_lab")
    assert "Remove @\u2060Demo_Lab?" in sure["text"]
    await talk.press(got, "o:remove:1:@demo_lab")
    await store.sources.seed(["Demo_Lab", "demo_two", "demo_new"])
    assert await store.channels.watched() == ("@demo_new", "@demo_two")


async def test_a_stranger_pressing_an_owners_button(talk: Talk, store: Store) -> None:
    await store.sources.add("demo_lab")
    got = await talk.say("/help")
    talk.api.press(got, "o:remove:1:@demo_lab")
    await talk.api.until(lambda api: bool(api.answered))
    assert talk.toasts() == ["Only the bot's owner can do that."]
    assert await store.sources.has("@demo_lab")


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_owners_commands_are_refused_politely(talk: Talk, language: str) -> None:
    for command in ("/sources", "/stats", "/costs", "/errors", "/broadcast x", "/invite"):
        got = await talk.say(command, language=language)
        assert got.text in ("Only the bot's owner can do that.", "Это может только владелец бота.")


async def test_in_a_group_an_owner_is_not_answered_before_others(talk: Talk) -> None:
    talk.api.say("/sources", OWNER, chat=-1009000000001)
    await talk.say("/help")
    assert len(talk.api.deliveries) == 1


async def test_a_reader_suggests_and_the_owner_checks(
    talk: Talk, store: Store, looks: Looks
) -> None:
    got = await talk.say("@demo_lab")
    assert got.text == "Suggest to the owner: @\u2060demo_lab?"
    assert looks.asked == []
    await talk.press(got, got.buttons[0]["callback_data"])
    note = await talk.api.delivered(lambda d: d.chat_id == OWNER)
    assert note.text == "💡 A reader suggests @\u2060demo_lab."
    found = await talk.press(note, note.buttons[0]["callback_data"])
    assert "Invented lab" in found["text"]
    again = await talk.say("@demo_lab", 101)
    await talk.press(again, again.buttons[0]["callback_data"])
    assert len(talk.api.sent(OWNER)) == 1


async def test_a_reader_with_a_private_link(talk: Talk) -> None:
    got = await talk.say("https://t.me/+AbCdEf")
    assert "is private" in got.text


@pytest.mark.parametrize(
    "data",
    ["o:source:1:@nobody_here", "o:add:7:000000000000", "o:look:0:", "o:pause:0:", "o:sources:9:"],
)
async def test_old_and_forged_buttons_bring_a_screen(talk: Talk, data: str) -> None:
    got = await talk.say("/sources", OWNER)
    assert got.text != (await talk.press(got, "o:stats:0:"))["text"]
    assert (await talk.press(got, data))["text"]
