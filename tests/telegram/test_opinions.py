"""What readers think of stories moves what their next digests begin with, within bounds."""

import pytest

from bot.model import Delivery, Screen
from bot.store import Store
from bot.store.readers.preferences import FADE, LEAST, LIFT, MOST
from tests.fakes.botapi_duties import Delivered
from tests.fakes.entries import make_entry
from tests.telegram.seeding import put
from tests.telegram.talk import Talk, carried
from tests.waiting import eventually

READER, OTHER = 100, 101


@pytest.fixture
async def news(store: Store) -> None:
    """Four stories on agents and one, somewhat older, on quantization."""
    agents = [
        make_entry(f"pane_{n}", n, text=f"text {n}", title=f"Agent {n}", topics=["agents"])
        for n in range(1, 5)
    ]
    weights = make_entry("pane_five", 5, text="text 5", title="Weights", hours_ago=8)
    await put(store, weights, *agents)


async def first_title(talk: Talk, who: int = READER) -> str:
    """What a digest begins with."""
    lines = (await talk.say("/digest", who)).text.splitlines()
    return next(line for line in lines if line.startswith("1. ")).removeprefix("1. ")


async def open_cards(talk: Talk, who: int, wanted: str, most: int = 3) -> list[Delivered]:
    """A message for each story with such a title, showing its card."""
    shown = list[Delivered]()
    while len(shown) < most:
        digest = await talk.say("/digest", who)
        stories = [data for data in carried(digest.message) if data.startswith("s:")]
        for data in stories:
            card = await talk.press(digest, data)
            if card["text"].startswith(wanted) and data.split(":")[1] not in {
                d.message["seen"] for d in shown
            }:
                digest.message["seen"] = data.split(":")[1]
                shown.append(digest)
                break
    return shown


async def opinions(store: Store, who: int, count: int) -> None:
    async def kept() -> bool:
        return len(await store.preferences.all(who)) == count

    await eventually(kept)


@pytest.mark.usefixtures("news")
async def test_after_three_thumbs_down_a_topic_sinks_for_its_reader_only(
    talk: Talk, store: Store
) -> None:
    assert (await first_title(talk)).startswith("Agent")
    for number, shown in enumerate(await open_cards(talk, READER, "Agent"), start=1):
        talk.api.react(shown, "👎", READER)
        await opinions(store, READER, number)
    assert await first_title(talk) == "Weights"
    assert (await first_title(talk, OTHER)).startswith("Agent")


@pytest.mark.usefixtures("news")
async def test_a_thumb_taken_back_takes_its_weight_back(talk: Talk, store: Store) -> None:
    (shown,) = await open_cards(talk, READER, "Weights", most=1)
    talk.api.react(shown, "👍", READER)
    await opinions(store, READER, 1)
    assert await store.preferences.weights(READER) == {"quantization": LIFT}
    talk.api.react(shown, "", READER)
    await opinions(store, READER, 0)
    assert await store.preferences.weights(READER) == {}


@pytest.mark.usefixtures("news")
async def test_a_message_that_shows_something_else_by_now_takes_no_thumb(
    talk: Talk, store: Store
) -> None:
    (shown,) = await open_cards(talk, READER, "Weights", most=1)
    await talk.press(shown, "T:1")
    talk.api.react(shown, "👎", READER)
    await talk.say("/help")
    assert await store.preferences.all(READER) == {}


@pytest.mark.usefixtures("news")
async def test_a_reason_says_more_than_a_thumb_down(talk: Talk, store: Store) -> None:
    (shown,) = await open_cards(talk, READER, "Weights", most=1)
    card = talk.api.chats.messages[READER, shown.message["message_id"]]
    ask = next(data for data in carried(card) if data.startswith("kn:"))
    reasons = await talk.press(shown, ask)
    await talk.press(shown, next(data for data in carried(reasons) if data.startswith("ka:")))
    talk.api.react(shown, "👎", READER)
    await talk.say("/help")
    assert await store.preferences.weights(READER) == {"@pane_five": FADE}
    talk.api.react(shown, "👍", READER)
    await eventually(lambda: _weighs(store, {"quantization": LIFT}))


async def test_a_thumb_under_an_alert_counts_as_well(talk: Talk, store: Store) -> None:
    entry = make_entry(topics=["agents"])
    await put(store, entry)
    story = (await store.stories.of([entry.key]))[entry.key]
    alert = Delivery(id="a", chat_id=READER, screen=Screen(text="an alert"), story=story)
    await store.outbox.enqueue([alert])
    shown = await talk.api.delivered(lambda d: d.text == "an alert")

    async def known() -> bool:
        return await store.reactions.story_shown(READER, shown.message["message_id"]) == story

    await eventually(known)
    talk.api.react(shown, "👎", READER)
    await eventually(lambda: _weighs(store, {"agents": FADE}))


async def test_however_many_thumbs_a_topic_neither_vanishes_nor_takes_all(store: Store) -> None:
    for number in range(20):
        await store.preferences.add(READER, f"a{number}", "down", "agents", "@pane_one")
        await store.preferences.add(READER, f"b{number}", "up", "rl", "@pane_two")
    assert await store.preferences.weights(READER) == {"agents": LEAST, "rl": MOST}


async def _weighs(store: Store, wanted: dict[str, float]) -> bool:
    return await store.preferences.weights(READER) == wanted
