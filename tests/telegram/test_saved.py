"""Stories: saved, followed, refused with a reason; /saved and its files."""

from inline_snapshot import snapshot

from bot.store import Store
from bot.taxonomy.topics import Topic
from tests.fakes import botapi_answers as answers
from tests.fakes.botapi_duties import Delivered
from tests.fakes.entries import make_entry
from tests.telegram.seeding import put
from tests.telegram.talk import Json, Talk, carried, labels, words_on


async def opened(talk: Talk, store: Store, language: str = "en") -> tuple[Delivered, Json]:
    """A digest of one story with a paper, and its card."""
    entry = make_entry(title="Weights in two bits", tldr="It is new.", papers=["2611.04821"])
    await put(store, entry)
    digest = await talk.say("/digest", language=language)
    return digest, await talk.press(digest, carried(digest.message)[0], language)


async def test_the_card_in_russian(talk: Talk, store: Store) -> None:
    _, card = await opened(talk, store, "ru")
    assert card["text"] == snapshot("""\
Weights in two bits

It is new.

Статьи
📄 2611.04821

Кто пишет
▸ pane_one

Впервые: пт, 20 ноября, 14:00\
""")
    assert labels(card) == snapshot(
        [
            ["Открыть пост", "📄 2611.04821"],
            ["💾 Сохранить", "🔔 Следить", "👎 Не то"],
            ["📋 2611.04821", "🔗 Поделиться"],
            ["‹ Дайджест", "‹ Меню"],
        ]
    )


async def test_a_deep_link_opens_the_card_in_english(talk: Talk, store: Store) -> None:
    _, card = await opened(talk, store)
    english = await talk.say("/start s_" + carried(card)[0].split(":")[1], user_id=101)
    assert english.text == snapshot("""\
Weights in two bits

It is new.

Papers
📄 2611.04821

Who writes about it
▸ pane_one

First seen: Fri, 20 November, 11:00\
""")
    assert labels(english.message) == snapshot(
        [
            ["Open the post", "📄 2611.04821"],
            ["💾 Save", "🔔 Follow", "👎 Not for me"],
            ["📋 2611.04821", "🔗 Share"],
            ["‹ Digest", "‹ Menu"],
            ["✅ Subscribe · daily at 09:00"],
        ]
    )


async def test_a_saved_story_is_in_saved_until_it_is_taken_out(talk: Talk, store: Store) -> None:
    digest, card = await opened(talk, store)
    save, *_ = carried(card)
    shown = await talk.press(digest, save)
    assert talk.toasts()[-1] == "Saved."
    assert "✓ Saved" in labels(shown)[1]
    got = await talk.say("/saved")
    assert "Weights in two bits" in got.text
    card = await talk.press(got, carried(got.message)[0])
    assert labels(card)[-1][0] == "‹ Saved"
    await talk.press(got, carried(card)[0])
    assert talk.toasts()[-1] == "Removed from saved."
    empty = await talk.press(got, "S:1")
    assert empty["text"] == "💾 Saved\n\nNothing yet. Every story card has a “Save” button."


async def test_a_saved_story_outlives_its_posts(talk: Talk, store: Store) -> None:
    digest, card = await opened(talk, store)
    await talk.press(digest, carried(card)[0])
    await store.entries.retract("@pane_one/1", "@pane_one")
    got = await talk.say("/saved")
    assert "Weights in two bits" in got.text
    again = await talk.press(got, carried(got.message)[0])
    assert "It is new." in again["text"]


async def test_saving_twice_is_once(talk: Talk, store: Store) -> None:
    digest, card = await opened(talk, store)
    save = carried(card)[0]
    await talk.press(digest, save)
    await talk.press(digest, save)
    assert len(await store.saved.all(100)) == 1


async def test_a_topic_is_followed_from_the_card_and_left_on_its_page(
    talk: Talk, store: Store
) -> None:
    digest, card = await opened(talk, store)
    shown = await talk.press(digest, carried(card)[1])
    assert talk.toasts()[-1] == "Following Quantization. News comes at once, at most 5 a day."
    assert "🔕 Unfollow" in labels(shown)[1]
    assert [chat async for chat in store.alerts.followers(Topic("quantization"))] == [100]
    page = await talk.press(digest, "t:quantization:1")
    assert "🔕 Unfollow" in words_on(page)
    page = await talk.press(digest, "F:quantization")
    assert "🔔 Follow" in words_on(page)
    assert [chat async for chat in store.alerts.followers(Topic("quantization"))] == []
    assert await store.subscriptions.due_at(100) is None


async def test_who_unsubscribes_follows_nothing(talk: Talk, store: Store) -> None:
    got = await talk.say("/subscribe")
    await talk.press(got, "f:rl")
    await talk.press(got, "unsub")
    await talk.press(got, "o:length:short")
    assert [chat async for chat in store.alerts.followers(Topic("rl"))] == []


async def test_a_refusal_has_a_reason_and_lowers_the_like(talk: Talk, store: Store) -> None:
    digest, card = await opened(talk, store, "ru")
    asked = await talk.press(digest, carried(card)[2], "ru")
    assert asked["text"] == "👎 Что не так?\nWeights in two bits"
    assert labels(asked) == [
        ["Не по теме", "Это уже было"],
        ["Реклама", "Ошибка в пересказе"],
        ["‹ История"],
    ]
    off_topic, _, ad, error, _ = carried(asked)
    await talk.press(digest, off_topic, "ru")
    assert talk.toasts()[-1] == "Учту: такого будет меньше."
    assert await store.preferences.weights(100) == {"quantization": 0.8}
    await talk.press(digest, ad, "ru")
    assert await store.preferences.weights(100) == {"@pane_one": 0.8}
    await talk.press(digest, error, "ru")
    assert await store.preferences.weights(100) == {}


async def test_what_was_refused_comes_later_in_the_digest(talk: Talk, store: Store) -> None:
    await put(
        store,
        make_entry("pane_one", 1, title="First", text="one thing", hours_ago=1),
        make_entry("pane_two", 2, title="Second", text="another", topics=["rl"], hours_ago=2),
    )
    before = await talk.say("/digest", 101)
    assert before.text.index("First") < before.text.index("Second")
    await store.preferences.add(100, "0123", "topic", "quantization", "@pane_one")
    after = await talk.say("/digest")
    assert after.text.index("Second") < after.text.index("First")


async def test_a_story_that_is_gone_cannot_be_saved(talk: Talk, store: Store) -> None:
    got = await talk.say("/help")
    shown = await talk.press(got, "ks:0123456789ab:t:rl:1")
    assert talk.toasts() == ["That screen was old; refreshed."]
    assert shown["text"].startswith("Reinforcement learning")
    assert await store.saved.all(100) == ()


async def test_files_of_what_was_saved(talk: Talk, store: Store) -> None:
    digest, card = await opened(talk, store)
    await talk.press(digest, carried(card)[0])
    got = await talk.say("/saved")
    asked = await talk.press(got, "x:S:1")
    assert labels(asked) == [["BibTeX", "Markdown"], ["‹ Back"]]
    assert labels(await talk.press(got, "xz:S:1")) == labels(asked)  # no such format
    talk.api.press(got, "xb:S:1")
    bib = await talk.api.delivered(lambda delivery: "document" in delivery.message)
    assert bib.message["document"]["file_name"] == "saved.bib"
    talk.api.press(got, "xm:S:1")
    await talk.api.until(lambda api: len(api.deliveries) == 4)
    assert talk.api.deliveries[-1].message["document"]["file_name"] == "saved.md"


async def test_pictures_and_a_file_without_papers(talk: Talk, store: Store) -> None:
    await put(store, make_entry(title="No papers here"))
    got = await talk.say("/topic quantization")
    asked = await talk.press(got, "x:t:quantization:1")
    assert labels(asked)[1] == ["📊 Posts by topic", "📊 Who on what"]
    talk.api.press(got, "xg:t:quantization:1")
    await talk.api.delivered(lambda delivery: "photo" in delivery.message)
    talk.api.press(got, "xc:d:week:0:1")
    await talk.api.until(lambda api: len(api.deliveries) == 3)
    talk.api.press(got, "xb:t:quantization:1")
    await talk.api.until(lambda api: len(api.answered) == 4)
    assert talk.toasts()[-1] == "There are no papers here."


async def test_a_repeated_update_sends_no_second_file(store: Store) -> None:
    assert [await store.sent_files.begin("1:1") for _ in range(2)] == ["new", "begun"]


async def test_a_file_that_could_not_be_sent_is_said_so(talk: Talk, store: Store) -> None:
    await put(store, make_entry(papers=["2611.04821"]))
    got = await talk.say("/topic quantization")
    talk.api.order(answers.flood(1), method="sendDocument")
    talk.api.press(got, "xb:t:quantization:1")
    said = await talk.api.delivered(lambda delivery: "could not be sent" in delivery.text)
    assert said.chat_id == 100
