"""Inline mode offers stories to share; thumbs under messages are kept for their stories."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.model import Delivery, Screen
from bot.store import Store
from tests.fakes.entries import NOON, make_entry
from tests.telegram.seeding import put
from tests.telegram.talk import Talk, carried, keys_of
from tests.waiting import eventually


async def asked(talk: Talk, words: str, language: str = "en") -> dict[str, Any]:
    """What the bot answers to those words."""
    query = talk.api.ask_inline(words, language=language)
    call = await talk.api.called("answerInlineQuery", lambda p: str(p["inline_query_id"]) == query)
    return {**call.params, "results": json.loads(call.params["results"])}


async def found(talk: Talk, words: str, language: str = "en") -> dict[str, Any]:
    """The one story for those words, once the search has read it."""
    answers = list[dict[str, Any]]()

    async def there() -> bool:
        answers.append(await asked(talk, words, language))
        return bool(answers[-1]["results"])

    await eventually(there)
    (result,) = answers[-1]["results"]
    return dict(result)


@pytest.mark.parametrize(
    ("words", "language"), [("квантизация", "ru"), ("weight", "en"), ("", "en")]
)
async def test_stories_to_share(talk: Talk, store: Store, words: str, language: str) -> None:
    await put(store, make_entry(title="Weights in two bits", papers=["2611.04821"]))
    shown = await found(talk, words, language)
    assert shown["title"] == "Weights in two bits"
    assert "Weights in two bits" in shown["input_message_content"]["message_text"]
    assert shown["input_message_content"]["entities"]
    post, in_bot = shown["reply_markup"]["inline_keyboard"][0]
    assert post["url"] == "https://t.me/pane_one/1"
    assert in_bot["url"] == f"https://t.me/fortochka_test_bot?start={shown['id']}"


async def test_words_are_looked_for_in_all_posts_and_in_any_form(talk: Talk, store: Store) -> None:
    await put(store, make_entry(title="Погода по картам дождя", at=NOON - timedelta(days=200)))
    assert (await found(talk, "карта дождь", "ru"))["title"] == "Погода по картам дождя"
    assert (await asked(talk, "карта дождь 30d", "ru"))["results"] == []


async def test_a_card_is_shared_by_its_button(talk: Talk, store: Store) -> None:
    await put(store, make_entry(title="Weights in two bits", papers=["2611.04821"]))
    digest = await talk.say("/digest")
    card = await talk.press(digest, next(d for d in carried(digest.message) if d[0] == "s"))
    (share,) = [b for b in keys_of(card) if "switch_inline_query" in b]
    assert share["text"] == "🔗 Share"
    (shown,) = (await asked(talk, share["switch_inline_query"]))["results"]
    assert shown["id"] == share["switch_inline_query"]
    assert shown["input_message_content"]["message_text"].startswith("Weights in two bits")
    (copy,) = [b for b in keys_of(card) if "copy_text" in b]
    assert (copy["text"], copy["copy_text"]["text"]) == ("📋 2611.04821", "arXiv:2611.04821")


async def test_without_inline_mode_nothing_offers_to_share(talk: Talk, store: Store) -> None:
    talk.api.is_inline = False
    await put(store, make_entry(papers=["2611.04821"]))
    digest = await talk.say("/digest")
    card = await talk.press(digest, next(d for d in carried(digest.message) if d[0] == "s"))
    for message in (digest.message, card):
        assert carried(message)
        assert not [key for key in keys_of(message) if "switch_inline_query" in key]


@pytest.mark.parametrize("period", ["day", "week", "month"])
async def test_a_digest_is_shared_as_it_was_seen(talk: Talk, store: Store, period: str) -> None:
    await put(store, make_entry(title="Weights in two bits"))
    digest = await talk.say(f"/digest {period}")
    (share,) = [b for b in digest.buttons if "switch_inline_query" in b]
    await put(store, make_entry(message_id=2, title="Later news", text="other", hours_ago=-1))
    (shown,) = (await asked(talk, share["switch_inline_query"]))["results"]
    assert shown["input_message_content"]["message_text"] == digest.text
    ((button,),) = shown["reply_markup"]["inline_keyboard"]
    assert button["url"].endswith(f"?start={share['switch_inline_query']}")
    opened = await talk.say(f"/start {share['switch_inline_query']}")
    assert opened.text == digest.text


async def test_a_date_names_the_day_that_ended_at_the_readers_hour(
    talk: Talk, store: Store
) -> None:
    await put(store, make_entry(title="Weights in two bits", hours_ago=5))
    (shown,) = (await asked(talk, "d_20261120"))["results"]
    assert shown["title"] == "🗞 Digest · Fri, 20 November"
    assert "callback_data" not in json.dumps(shown)


@pytest.mark.parametrize(
    "words",
    [
        *(
            "nothing-like-this",
            "х" * 300,
            "🎉 @x /y",
            "s_0123456789ab",
            "d_20250101",
            "d_20269999",
        ),
        *("d_week_20261301-0000", "s_zz", "t_nothing", '"', "has:paper -lora"),
    ],
)
async def test_nothing_found_leads_to_the_bot(talk: Talk, store: Store, words: str) -> None:
    await put(store, make_entry())
    answer = await asked(talk, words)
    assert answer["results"] == []
    assert json.loads(answer["button"])["start_parameter"] == "inline"


async def test_ads_are_not_offered(talk: Talk, store: Store) -> None:
    await put(store, make_entry(kind="promo"))
    assert (await asked(talk, "weights"))["results"] == []
    assert (await asked(talk, ""))["results"] == []


async def test_a_thumb_is_kept_for_the_story(talk: Talk, store: Store) -> None:
    screen = Screen(text="a made-up alert")
    await store.outbox.enqueue([Delivery(id="a", chat_id=100, screen=screen, story="abc")])
    shown = await talk.api.delivered(lambda d: d.text == screen.text)

    async def said(wanted: dict[int, str]) -> bool:
        return await store.reactions.of("abc") == wanted

    async def known() -> bool:
        return await store.reactions.story_shown(100, shown.message["message_id"]) == "abc"

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
    assert await store.reactions.of("abc") == {}
