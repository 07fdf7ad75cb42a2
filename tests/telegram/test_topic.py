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
    assert "Nothing on this topic in this time." in got.text


async def test_a_topic_nobody_knows_is_sought_in_the_posts(talk: Talk, store: Store) -> None:
    await put(store, make_entry(text="An invented post about knitting patterns.", title="Wool"))
    got = await talk.say("/topic knitting patterns")
    assert "“knitting patterns”" in got.text
    assert "Perhaps" not in got.text
    page = await talk.press(got, got.buttons[0]["callback_data"])
    assert "Wool" in page["text"]


async def test_a_topic_that_sounds_like_one_offers_it(talk: Talk) -> None:
    got = await talk.say("/topic робокопы", language="ru")
    assert "Возможно:" in got.text
    assert "t:robotics:1" in carried(got.message)


async def test_a_kind_is_answered_by_its_posts_also_by_what_digests_skip(
    talk: Talk, store: Store
) -> None:
    await put(
        store,
        make_entry("pane_one", 1, kind="job", importance="skip", title="A lab seeks hands"),
        make_entry("pane_two", 2, kind="news", title="A law is passed"),
        make_entry("pane_three", 3, kind="promo", importance="skip", title="Half the price"),
        make_entry("pane_four", 4, kind="news", importance="skip", title="Nothing happened"),
    )
    jobs = await talk.say("/topic вакансии", language="ru")
    assert "Вакансии" in jobs.text
    assert "1 пост" in jobs.text
    assert "A lab seeks hands" in jobs.text
    assert "A law is passed" not in jobs.text
    news = await talk.say("/topic news")
    assert "A law is passed" in news.text
    assert "Nothing happened" not in news.text


async def test_adverts_have_no_page(talk: Talk, store: Store) -> None:
    await put(store, make_entry(kind="promo", importance="skip", title="Half the price"))
    for words in ("/topic реклама", "/start k_promo"):
        assert "Half the price" not in (await talk.say(words)).text
    assert "Ads are left out" in (await talk.say("/topic promo")).text


async def test_a_page_of_a_kind_is_turned_filed_and_opened_but_not_followed(
    talk: Talk, store: Store
) -> None:
    many = [make_entry(f"pane_{n}", n, kind="tutorial", title=f"How to {n}", papers=(),
                       text=f"invented lesson number {n} on matter {n * n}",
                       hours_ago=n) for n in range(1, 11)]  # fmt: skip
    await put(store, *many)
    got = await talk.say("/start k_tutorial")
    data = carried(got.message)
    assert {"k:tutorial:2", "k:tutorial:1:30", "x:k:tutorial:1"} <= set(data)
    assert not [each for each in data if each.startswith(("f:", "F:"))]
    later = await talk.press(got, "k:tutorial:2")
    assert "How to 10" in later["text"]
    story = next(each for each in carried(later) if each.startswith("s:"))
    card = await talk.press(got, story)
    assert "k:tutorial:2" in carried(card)
    files = await talk.press(got, "x:k:tutorial:1")
    assert "xm:k:tutorial:1" in carried(files)


async def test_the_command_alone_explains_itself(talk: Talk) -> None:
    got = await talk.say("/topic")
    assert "/topic quantization" in got.text


async def test_the_list_of_topics_leads_to_a_topic(talk: Talk) -> None:
    got = await talk.say("/topics", language="ru")
    listed = await talk.press(got, "T:1", "ru")
    assert listed["text"].startswith("🎯 Темы за неделю")
    topic = next(data for data in carried(listed) if data.startswith("t:"))
    page = await talk.press(got, topic, "ru")
    assert "За это время по теме ничего не было." in page["text"]


async def test_words_without_a_command_offer_their_topic(talk: Talk) -> None:
    got = await talk.say("квантизация", language="ru")
    assert "«квантизация»" in got.text
    assert [b["callback_data"][:2] for b in got.buttons] == ["q:", "t:", "T:", "p:"]


async def test_odd_words_are_shown_inert_and_short(talk: Talk) -> None:
    got = await talk.say("@somebody \u202e /start " + "слово 👨‍👩‍👧‍👦 " * 400)
    assert len(got.text) < 400
    assert "\u202e" not in got.text


async def test_help_lists_the_commands(talk: Talk) -> None:
    got = await talk.say("/HELP", language="ru")
    commands = ("/digest", "/topic", "/topics", "/subscribe", "/unsubscribe")
    assert all(command in got.text for command in commands)
    assert got.buttons


async def test_an_unknown_command_brings_help_and_a_foreign_one_nothing(talk: Talk) -> None:
    talk.api.say("/digest@some_other_bot")
    got = await talk.say("/make_coffee")
    assert "/subscribe" in got.text
    assert len(talk.api.deliveries) == 1
