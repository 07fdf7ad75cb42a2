"""Buttons under an alert: it stays, what is opened comes below it."""

import pytest

from bot.model import Button, Delivery, Language, Screen, Subscription
from bot.publish.alerts import alert_followers
from bot.store import Store
from tests.fakes.botapi_duties import Delivered
from tests.fakes.entries import NOON, make_entry
from tests.telegram.seeding import put
from tests.telegram.talk import Talk, carried, words_on
from tests.waiting import eventually

READER = 100
LANGUAGES: tuple[Language, ...] = ("ru", "en")


async def alerted(
    talk: Talk, store: Store, language: Language = "en", chat: int = READER
) -> Delivered:
    """A reader of two followed topics is told of a story with a paper."""
    topics = ("quantization", "agents")
    reader = Subscription.model_validate(
        {"chat_id": chat, "alerts": topics, "active": False, "language": language}
    )
    await store.subscriptions.save(reader, None)
    entry = make_entry(title="Weights in two bits", papers=["2611.04821"], hours_ago=1)
    await put(store, entry)
    await alert_followers(store, entry, NOON)
    return await talk.api.delivered(lambda d: d.chat_id == chat)


def deed(message: Delivered, letter: str) -> str:
    """The button of an alert that does this."""
    story = carried(message.message)[0].split(":")[1]
    return f"a{letter}:{story}:quantization"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_alert_has_its_deeds_and_the_preview_of_the_paper(
    talk: Talk, store: Store, language: Language
) -> None:
    alert = await alerted(talk, store, language)
    assert words_on(alert.message) == (
        [
            *("Открыть пост", "📖 Карточка", "💾 Сохранить", "👎 Не то"),
            *("🔕 Тише: неделю", "Квантизация", "⚙️ Настроить"),
        ]
        if language == "ru"
        else [
            *("Open the post", "📖 Card", "💾 Save", "👎 Not for me"),
            *("🔕 Quieter for a week", "Quantization", "⚙️ Set alerts"),
        ]
    )
    call = await talk.api.called("sendMessage")
    assert "arxiv.org/abs/2611.04821" in call.params["link_preview_options"]["url"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_is_done_leaves_the_alert_as_it_was(
    talk: Talk, store: Store, language: Language
) -> None:
    alert = await alerted(talk, store, language)
    saved = await talk.press(alert, deed(alert, "s"), language)
    assert saved["text"] == alert.text
    assert len(await store.saved.all(READER)) == 1
    asked = await talk.press(alert, deed(alert, "n"), language)
    assert asked["text"] == alert.text
    assert len(words_on(asked)) == 5
    again = await talk.press(alert, deed(alert, "t"), language)
    assert again["text"] == alert.text
    assert await store.preferences.weights(READER) == {"quantization": 0.8}


@pytest.mark.parametrize("letter", ["c", "p", "w"])
async def test_what_is_opened_is_one_new_message(talk: Talk, store: Store, letter: str) -> None:
    alert = await alerted(talk, store)
    for _ in range(2):
        talk.api.press(alert, deed(alert, letter))
    await talk.api.until(lambda api: len(api.answered) == 2)
    talk.api.say("/help")
    await talk.api.delivered(lambda d: "/digest week" in d.text)
    assert len(talk.api.sent(READER)) == 3
    assert not [call for call in talk.api.done if call.method == "editmessagetext"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_quiet_is_of_one_topic_for_a_week(
    talk: Talk, store: Store, language: Language
) -> None:
    alert = await alerted(talk, store, language)
    shown = await talk.press(alert, deed(alert, "q"), language)
    assert shown["text"] == alert.text
    assert "27" in words_on(shown)[4]
    for number, topic in enumerate(("quantization", "agents"), start=2):
        entry = make_entry(f"pane_{number}", number, text=f"new {topic}", topics=[topic])
        await put(store, entry)
        assert await alert_followers(store, entry, NOON) == number - 2
    await talk.press(alert, deed(alert, "Q"), language)
    reader = await store.subscriptions.get(READER)
    assert reader is not None
    assert reader.quiet == ()


@pytest.mark.parametrize(
    ("language", "row", "told"),
    [
        ("ru", "🔔 Вернуть: Квантизация",
         "🔕 Пока без оповещений: Квантизация (до пт, 27 ноября)."),
        ("en", "🔔 Bring back: Quantization",
         "🔕 No alerts for now: Quantization (until Fri, 27 November)."),
    ],
)  # fmt: skip
async def test_quiet_topics_stand_in_the_settings_and_are_brought_back(
    talk: Talk, store: Store, language: Language, row: str, told: str
) -> None:
    alert = await alerted(talk, store, language)
    await talk.press(alert, deed(alert, "q"), language)
    panel = await talk.say("/settings", language=language)
    assert [each for each in words_on(panel.message) if each.endswith(" · 🔕 1")]
    shown = await talk.press(panel, "p:alerts", language)
    assert told in shown["text"]
    assert row in words_on(shown)
    loud = await talk.press(panel, "loud:quantization", language)
    assert "🔕" not in loud["text"]
    assert row not in words_on(loud)
    reader = await store.subscriptions.get(READER)
    assert reader is not None
    assert (reader.quiet, reader.alerts) == ((), ("quantization", "agents"))


async def test_an_alert_of_an_older_program_stays_an_alert(talk: Talk, store: Store) -> None:
    alert = await alerted(talk, store)
    old = Screen(
        text=alert.text,
        buttons=(
            (Button(text="Open the post", url="https://t.me/pane_one/1"),
             Button(text="Quantization", data="t:quantization:1")),
            (Button(text="🔕 Unfollow", data="F:quantization"),),
        ),
    )  # fmt: skip
    story = carried(alert.message)[0].split(":")[1]
    await store.outbox.enqueue([Delivery(id="old", chat_id=READER, screen=old, story=story)])
    await talk.api.until(lambda api: len(api.sent(READER)) == 2)
    before = talk.api.deliveries[-1]
    talk.api.press(before, "t:quantization:1")
    page = await talk.api.delivered(lambda d: d.text.startswith("Quantization"))
    assert page.message["message_id"] != before.message["message_id"]
    assert not [call for call in talk.api.done if call.method == "editmessagetext"]
    shown = await talk.press(before, "F:quantization")
    assert shown["text"] == alert.text
    assert words_on(shown) == words_on(alert.message)
    assert talk.toasts()[-1].startswith("Not following Quantization")
    reader = await store.subscriptions.get(READER)
    assert reader is not None
    assert reader.alerts == ("agents",)


async def test_an_alert_whose_story_was_joined_to_another_still_saves_it(
    talk: Talk, store: Store
) -> None:
    alert = await alerted(talk, store)
    older = make_entry("pane_two", 2, text="quite another text", hours_ago=3)
    await put(store, older)
    names = await store.stories.of(["@pane_one/1", "@pane_two/2"])
    living = await store.stories.unite(*names.values())
    await talk.press(alert, deed(alert, "s"))
    assert [story.id for story in await store.saved.all(READER)] == [living]


async def test_an_alert_that_is_forgotten_says_so(talk: Talk, store: Store) -> None:
    got = await talk.say("/help")
    for data in ("as:0123456789ab:quantization", "ac:0123456789ab:quantization"):
        talk.api.press(got, data)
    await talk.api.until(lambda api: len(api.answered) == 2)
    assert set(talk.toasts()) == {"There is nothing behind this link any more."}


async def test_an_alert_in_a_group_leads_into_the_bot(talk: Talk, store: Store) -> None:
    await store.sent_files.name("fortochka_test_bot")
    alert = await alerted(talk, store, chat=-1009000000001)
    assert carried(alert.message) == []
    assert words_on(alert.message) == ["Open the post", "Open in the bot"]

    async def noted() -> bool:
        shown = await store.reactions.story_shown(alert.chat_id, alert.message["message_id"])
        return shown is not None

    await eventually(noted)
