"""/start greets with real stories, in the reader's language; deep links open their topic."""

from bot.store import Store
from tests.fakes.entries import make_entry
from tests.telegram.seeding import put
from tests.telegram.talk import Talk


async def test_the_greeting_shows_today_s_stories_and_one_subscribe_button(
    talk: Talk, store: Store
) -> None:
    await put(store, make_entry(title="Weights in two bits", papers=["2611.04821"]))
    got = await talk.say("/start")
    assert "Weights in two bits" in got.text
    assert [b["callback_data"] for b in got.buttons] == [
        *("sub", "D:day:0:1", "T:1", "p:help", "lang:ru")
    ]
    assert got.lost_entities == 0


async def test_an_empty_store_says_that_there_is_nothing_new(talk: Talk) -> None:
    got = await talk.say("/start", language="ru-RU")
    assert "новых постов не было" in got.text
    assert got.buttons[0]["callback_data"] == "sub"


async def test_a_deep_link_opens_its_topic(talk: Talk, store: Store) -> None:
    await put(store, make_entry(title="Weights in two bits"))
    got = await talk.say("/start t_quantization")
    assert got.text.startswith("Quantization")
    assert "Weights in two bits" in got.text


async def test_a_payload_that_means_nothing_greets(talk: Talk) -> None:
    got = await talk.say("/start t_../../etc")
    assert got.buttons[0]["callback_data"] == "sub"


async def test_two_taps_subscribe(talk: Talk, store: Store) -> None:
    greeting = await talk.say("/start", language="ru")
    shown = await talk.press(greeting, "sub", "ru")
    reader = await store.subscriptions.get(100)
    assert reader is not None
    assert reader.active
    assert reader.language == "ru"
    assert reader.zone == "Europe/Moscow"
    assert "09:00" in shown["text"]
    assert talk.toasts() == [""]
