"""The language chosen for what is told of posts holds wherever a story is shown."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from bot.model import Card, CardLanguage, Entry, Language, Paper, Subscription
from bot.publish.alerts import alert_followers
from bot.store import Store
from tests.fakes.entries import NOON, make_entry
from tests.telegram.seeding import put
from tests.telegram.talk import Talk, carried
from tests.telegram.test_inline import found

READER = 100
TITLES: Mapping[Language, str] = {"ru": "Веса в двух битах", "en": "Weights in two bits"}
GISTS: dict[Language, str] = {"ru": "Сжимает веса вчетверо", "en": "Packs weights four times"}
WAYS: list[tuple[Language, CardLanguage, Language]] = [
    ("ru", "en", "en"), ("en", "ru", "ru"), ("ru", "post", "en"), ("ru", "same", "ru"),
]  # fmt: skip
"""Language of screens, what is chosen for cards, what they are in."""


def story() -> Entry:
    paper = Paper(id="arxiv:2611.04821", url="https://arxiv.org/abs/2611.04821", gists=GISTS)
    cards: dict[Language, Card] = {
        code: Card(title=title, tldr=f"{title}!") for code, title in TITLES.items()
    }
    return make_entry(cards=cards, papers=[paper])


async def choose(
    store: Store, screens: Language, cards: CardLanguage, **more: object
) -> Subscription:
    chosen = {"chat_id": READER, "language": screens, "cards": cards, "active": False, **more}
    reader = Subscription.model_validate(chosen)
    await store.subscriptions.save(reader, None)
    return reader


def told(text: str, language: Language) -> bool:
    """True where the story is told in that language and in no other."""
    other: Language = "en" if language == "ru" else "ru"
    return TITLES[language] in text and TITLES[other] not in text


async def file_of(talk: Talk) -> str:
    call = await talk.api.called("sendDocument")
    talk.api.calls.remove(call)
    body: bytes = call.params["bytes"]
    return body.decode()


@pytest.mark.parametrize(("screens", "cards", "language"), WAYS)
async def test_screens_files_and_shared_stories(
    talk: Talk, store: Store, screens: Language, cards: CardLanguage, language: Language
) -> None:
    await choose(store, screens, cards)
    await put(store, story())
    start = await talk.say("/start", language=screens)
    assert told(start.text, language)
    digest = await talk.say("/digest", language=screens)
    assert told(digest.text, language)
    opens = next(each for each in carried(digest.message) if each.startswith("s:"))
    card = await talk.press(digest, opens, screens)
    assert told(card["text"], language)
    assert GISTS[language] in card["text"]
    save = next(each for each in carried(card) if each.startswith("ks:"))
    assert told((await talk.press(digest, save, screens))["text"], language)
    assert told((await talk.say("/saved", language=screens)).text, language)
    for of in ("S:1", "t:quantization:1", "k:paper_review:1"):
        talk.api.press(start, f"xm:{of}", language=screens)
        assert told(await file_of(talk), language)
    shared: dict[str, Any] = await found(talk, "weights", screens)
    assert shared["title"] == TITLES[language]
    assert told(shared["input_message_content"]["message_text"], language)


@pytest.mark.parametrize(("screens", "cards", "language"), WAYS)
async def test_an_alert_also_when_it_is_drawn_again(
    talk: Talk, store: Store, screens: Language, cards: CardLanguage, language: Language
) -> None:
    await choose(store, screens, cards, alerts=("quantization",))
    entry = story()
    await put(store, entry)
    await alert_followers(store, entry, NOON)
    alert = await talk.api.delivered(lambda d: d.chat_id == READER)
    assert told(alert.text, language)
    save = next(each for each in carried(alert.message) if each.startswith("as:"))
    assert told((await talk.press(alert, save, screens))["text"], language)


@pytest.mark.parametrize(
    ("cards", "language"), [("en", "en"), ("ru", "ru"), ("same", "ru"), ("post", "ru")]
)
async def test_the_card_of_a_forward(
    talk: Talk, store: Store, cards: CardLanguage, language: Language
) -> None:
    await choose(store, "ru", cards)
    entry = story()
    analysis = entry.analysis.model_copy(update={"language": language})
    await put(store, entry.model_copy(update={"analysis": analysis}))
    await store.sources.add("pane_one")
    chat = {"id": -1001000000001, "type": "channel", "title": "One", "username": "pane_one"}
    said = int(datetime.timestamp(entry.post.published_at))
    origin = {"type": "channel", "chat": chat, "message_id": 1, "date": said}
    talk.api.say(entry.post.text, language="ru", forward_origin=origin)
    assert told((await talk.api.delivered(lambda d: d.chat_id == READER)).text, language)
