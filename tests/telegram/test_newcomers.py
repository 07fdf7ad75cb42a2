"""Who comes by a shared link sees what it named, and below it the offer to subscribe."""

import pytest

from bot.model import Language
from bot.store import Store
from tests.fakes.entries import make_entry
from tests.telegram.seeding import put
from tests.telegram.talk import Talk, carried, labels

OFFERS: dict[Language, str] = {
    "ru": "✅ Подписаться · ежедневно в 09:00",
    "en": "✅ Subscribe · daily at 09:00",
}


@pytest.mark.parametrize("language", OFFERS)
@pytest.mark.parametrize("link", ["s_", "t_quantization", "d_day", "d_20261120-1200"])
async def test_a_newcomer_gets_what_he_came_for_and_the_offer(
    talk: Talk, store: Store, link: str, language: Language
) -> None:
    await put(store, make_entry(title="Weights in two bits"))
    if link == "s_":
        link += (await store.stories.of(["@pane_one/1"]))["@pane_one/1"]
    got = await talk.say(f"/start {link}", language=language)
    assert "Weights in two bits" in got.text
    assert labels(got.message)[-1] == [OFFERS[language]]
    assert "p:home" in carried(got.message)
    done = await talk.press(got, carried(got.message)[-1], language)
    assert "09:00" in done["text"]
    reader = await store.subscriptions.get(100)
    assert reader is not None
    assert reader.active
    back = await talk.press(got, carried(done)[-1], language)
    assert back["text"] == got.text
    again = await talk.say(f"/start {link}", language=language)
    assert labels(again.message)[-1] != [OFFERS[language]]


@pytest.mark.parametrize("link", ["s_0123456789ab", "d_20200101-0900", "q_0123456789ab"])
async def test_what_is_gone_is_said_above_the_greeting(
    talk: Talk, store: Store, link: str
) -> None:
    await put(store, make_entry(title="Weights in two bits"))
    got = await talk.say(f"/start {link}")
    assert got.text.startswith("There is nothing behind this link any more.")
    assert "Weights in two bits" in got.text
    assert carried(got.message)[0] == "sub"
