"""Inline mode offers stories to share; thumbs under messages are kept for their stories."""

import json
from typing import Any

import pytest

from bot.model import Delivery, Screen
from bot.store import Store
from tests.fakes.entries import make_entry
from tests.telegram.seeding import put
from tests.telegram.talk import Talk
from tests.telegram.waiting import eventually


async def asked(talk: Talk, words: str, language: str = "en") -> dict[str, Any]:
    """What the bot answers to those words."""
    query = talk.api.ask_inline(words, language=language)
    call = await talk.api.called("answerInlineQuery", lambda p: str(p["inline_query_id"]) == query)
    return {**call.params, "results": json.loads(call.params["results"])}


@pytest.mark.parametrize(
    ("words", "language"), [("квантизация", "ru"), ("weight", "en"), ("", "en")]
)
async def test_stories_to_share(talk: Talk, store: Store, words: str, language: str) -> None:
    await put(store, make_entry(title="Weights in two bits", papers=["2611.04821"]))
    (found,) = (await asked(talk, words, language))["results"]
    assert found["title"] == "Weights in two bits"
    assert "Weights in two bits" in found["input_message_content"]["message_text"]
    assert found["input_message_content"]["entities"]
    (button,) = found["reply_markup"]["inline_keyboard"][0]
    assert button["url"] == "https://t.me/pane_one/1"


@pytest.mark.parametrize("words", ["nothing-like-this", "х" * 300, "🎉 @x /y"])
async def test_nothing_found_leads_to_the_bot(talk: Talk, store: Store, words: str) -> None:
    await put(store, make_entry())
    answer = await asked(talk, words)
    assert answer["results"] == []
    assert json.loads(answer["button"])["start_parameter"] == "inline"


async def test_ads_are_not_offered(talk: Talk, store: Store) -> None:
    await put(store, make_entry(kind="promo"))
    assert (await asked(talk, "weights"))["results"] == []


async def test_a_thumb_is_kept_for_the_story(talk: Talk, store: Store) -> None:
    screen = Screen(text="a made-up alert")
    await store.outbox.enqueue([Delivery(id="a", chat_id=100, screen=screen, story="abc")])
    shown = await talk.api.delivered(lambda d: d.text == screen.text)

    async def said(wanted: dict[int, str]) -> bool:
        return await store.thumbs.of("abc") == wanted

    async def known() -> bool:
        return await store.thumbs.story_shown(100, shown.message["message_id"]) == "abc"

    await eventually(known)
    talk.api.react(shown, "👍")
    await eventually(lambda: said({100: "up"}))
    talk.api.react(shown, "👎")
    await eventually(lambda: said({100: "down"}))
    talk.api.react(shown, "")
    await eventually(lambda: said({}))


async def test_other_messages_and_signs_mean_nothing(talk: Talk, store: Store) -> None:
    got = await talk.say("/help")
    assert talk.api.react(got, "👍") is not None
    await talk.say("/help")
    assert await store.thumbs.of("abc") == {}
