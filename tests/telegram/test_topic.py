"""/topic, /topics and words without a command."""

from bot.store import Store
from tests.fakes.entries import make_entry
from tests.telegram.seeding import put
from tests.telegram.talk import Talk, carried


async def test_a_topic_is_found_by_its_russian_name(talk: Talk, store: Store) -> None:
    await put(store, make_entry(title="Weights in two bits", papers=["2611.04821"]))
    got = await talk.say("/topic квантизация", language="ru")
    assert "Weights in two bits" in got.text
    assert "Квантизация" in got.text


async def test_a_topic_without_posts_says_so(talk: Talk) -> None:
    got = await talk.say("/topic quantization")
    assert "Nothing on this topic yet." in got.text


async def test_a_topic_nobody_knows_offers_the_nearest(talk: Talk) -> None:
    got = await talk.say("/topic knitting patterns")
    assert "“knitting patterns”" in got.text
    page = await talk.press(got, got.buttons[0]["callback_data"])
    assert page["text"] != got.text


async def test_the_command_alone_explains_itself(talk: Talk) -> None:
    got = await talk.say("/topic")
    assert "/topic quantization" in got.text


async def test_the_list_of_topics_leads_to_a_topic(talk: Talk) -> None:
    got = await talk.say("/topics", language="ru")
    listed = await talk.press(got, "T:1", "ru")
    assert listed["text"].startswith("🎯 Темы за неделю")
    topic = next(data for data in carried(listed) if data.startswith("t:"))
    page = await talk.press(got, topic, "ru")
    assert "По этой теме пока ничего нет." in page["text"]


async def test_words_without_a_command_offer_their_topic(talk: Talk) -> None:
    got = await talk.say("квантизация", language="ru")
    assert "«квантизация»" in got.text
    assert [b["callback_data"][:2] for b in got.buttons] == ["q:", "t:", "T:", "p:"]


async def test_odd_words_are_shown_inert_and_short(talk: Talk) -> None:
    got = await talk.say("@somebody \u202e /start " + "слово 👨‍👩‍👧‍👦 " * 400)
    assert len(got.text) < 400
    assert "\u202e" not in got.text


async def test_help_lists_the_commands(talk: Talk) -> None:
    got = await talk.say("/help", language="ru")
    commands = ("/digest", "/topic", "/topics", "/subscribe", "/unsubscribe")
    assert all(command in got.text for command in commands)
    assert got.buttons


async def test_an_unknown_command_brings_help_and_a_foreign_one_nothing(talk: Talk) -> None:
    talk.api.say("/digest@some_other_bot")
    got = await talk.say("/make_coffee")
    assert "/subscribe" in got.text
    assert len(talk.api.deliveries) == 1
