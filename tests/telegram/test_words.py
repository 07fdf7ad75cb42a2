"""Words that are no command lead to their screens; what is nothing of the kind does not."""

from datetime import time
from typing import Any

import pytest

from bot.model import Card, Language
from bot.store import Store
from bot.telegram.words.clock_times import is_about_time, parse_time
from bot.telegram.words.questions import asks_further, is_question
from bot.telegram.words.wishes import wished_screen
from tests.fakes.entries import make_entry
from tests.telegram.seeding import put
from tests.telegram.talk import Talk, carried, words_on


@pytest.mark.parametrize(
    ("text", "screen"),
    [
        ("дайджест", "digest"),
        ("ДАЙДЖЕСТ!!!", "digest"),
        ("Дайджест, пожалуйста.", "digest"),
        ("digest", "digest"),
        ("Show me the digest, please", "digest"),
        ("покажи дайджест за неделю", "week"),
        ("weekly digest", "week"),
        ("дайджест за месяц", "month"),
        ("настройки", "settings"),
        ("«Настройки»", "settings"),
        ("settings?", "settings"),
        ("подписаться", "subscribe"),
        ("Подпишите меня, пожалуйста", "subscribe"),
        ("I want to subscribe", "subscribe"),
        ("Отписаться", "unsubscribe"),
        ("отпишите меня, будьте добры", "unsubscribe"),
        ("please unsubscribe me", "unsubscribe"),
        ("темы", "topics"),
        ("Topics", "topics"),
        ("помощь", "help"),
        ("HELP!", "help"),
        ("сохранённое", "saved"),
        ("часовой пояс", "zone"),
        ("я вчера читал дайджест", None),
        ("как отписаться от рассылки банка", None),
        ("Как отписаться?", "unsubscribe"),
        ("How do I unsubscribe?", "unsubscribe"),
        ("🗞 Дайджест", "digest"),
        ("⚙️ settings ⚙️", "settings"),
        ("👍", None),
        ("digest authentication in http", None),
        ("help wanted: a lab seeks hands", None),
        ("тема кандидатской", None),
        ("/settings", None),
        ("the", None),
        ("…", None),
        ("", None),
        ("дайджест " * 300, None),
    ],
)
def test_a_wish_is_the_whole_text(text: str, screen: str | None) -> None:
    assert wished_screen(text) == screen


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("7 утра", time(7)),
        ("в 7 утра", time(7)),
        ("в девять", time(9)),
        ("к восьми", time(8)),
        ("8pm", time(20)),
        ("8 p.m.", time(20)),
        ("полдевятого", time(8, 30)),
        ("в пол-девятого", time(8, 30)),
        ("в половине девятого", time(8, 30)),
        ("четверть девятого", time(8, 15)),
        ("без четверти девять", time(8, 45)),
        ("без пяти минут девять", time(8, 55)),
        ("половина восьмого вечера", time(19, 30)),
        ("half past eight", time(8, 30)),
        ("quarter to nine", time(8, 45)),
        ("ten past nine", time(9, 10)),
        ("19.30", time(19, 30)),
        ("21-00", time(21)),
        ("9ч", time(9)),
        ("9 ч 30 мин", time(9, 30)),
        ("8 o'clock", time(8)),
        ("девять тридцать", time(9, 30)),
        ("двадцать один ноль ноль", time(21)),
        ("twenty-one thirty", time(21, 30)),
        ("в час дня", time(13)),
        ("полпервого ночи", time(0, 30)),
        ("12 ночи", time(0)),
        ("11 ночи", time(23)),
        ("3 ночи", time(3)),
        ("полдень", time(12)),
        ("midnight", time(0)),
        ("7 in the morning", time(7)),
        ("в тринадцать", time(13)),
    ],
)
def test_a_time_in_words(text: str, at: time) -> None:
    assert parse_time(text) == at
    assert is_about_time(text)


@pytest.mark.parametrize(
    "text", ["25:00", "24:00", "9:60", "в двадцать пять", "19 утра", "13pm", "в сорок"]
)
def test_a_time_that_no_clock_shows(text: str) -> None:
    assert parse_time(text) is None
    assert is_about_time(text)


@pytest.mark.parametrize(
    "text", ["Kimi 2.5", "2024", "7", "gpt-4", "с 8 до 9", "30 minutes", "завтра в 9", "полдюжины"]
)
def test_what_is_no_time(text: str) -> None:
    assert not is_about_time(text)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("что писали про RLHF на прошлой неделе?", True),
        ("«Какие модели вышли?»", True),
        ("What is RLHF?", True),
        ("is it any good?!", True),
        ("quantization?", False),
        ("кто ты?", False),
        ("как отписаться от рассылки?", False),
        ("How do I change the time?", False),
        ("что писали про RLHF", False),
        ("?", False),
        ("", False),
    ],
)
def test_a_question_is_a_sentence_that_asks_of_the_posts(text: str, asks: bool) -> None:
    assert is_question(text) is asks


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("а в августе?", True),
        ("почему", True),
        ("And who made it", True),
        ("Ок, спасибо!", False),
        ("thank you very much", False),
        ("настройки", False),
        ("👍", False),
    ],
)
def test_a_reply_asks_further_unless_it_ends_the_conversation(text: str, asks: bool) -> None:
    assert asks_further(text) is asks


async def test_words_open_the_screens(talk: Talk, store: Store) -> None:
    await put(store, make_entry(title="Weights in two bits"))
    assert "Weights in two bits" in (await talk.say("Дайджест, пожалуйста!", language="ru")).text
    assert (await talk.say("settings")).text.startswith("⚙️ Settings")
    assert "c:quantization:1" in carried((await talk.say("темы", language="ru")).message)
    assert "/digest" in (await talk.say("Помощь", language="ru")).text
    assert "каждый день в 09:00" in (await talk.say("подпишите меня", language="ru")).text
    assert "Вы уже подписаны" in (await talk.say("подписаться", language="ru")).text
    assert (await talk.say("Отпишите, пожалуйста", language="ru")).text.startswith("Больше не")
    reader = await store.subscriptions.get(100)
    assert reader is not None
    assert not reader.active


async def test_a_wish_may_name_its_time(talk: Talk, store: Store) -> None:
    got = await talk.say("подпиши меня на полдевятого", language="ru")
    assert "в 08:30" in got.text
    reader = await store.subscriptions.get(100)
    assert reader is not None
    assert reader.at == time(8, 30)


async def test_a_time_alone_may_be_when_to_send_or_what_the_clock_shows(
    talk: Talk, store: Store
) -> None:
    await talk.say("/subscribe", language="ru")
    got = await talk.say("7 утра", language="ru")
    assert {"🕘 Присылать в 07:00", "🌍 У меня сейчас 07:00"} <= {*words_on(got.message)}
    panel = await talk.press(got, "o:time:0700", "ru")
    assert "🕘 Время: 07:00" in words_on(panel)
    reader = await store.subscriptions.get(100)
    assert reader is not None
    assert reader.at == time(7)
    places = await talk.press(got, "z:-300", "ru")
    assert "Нью-Йорк" in words_on(places)


async def test_a_time_out_of_range_is_told(talk: Talk) -> None:
    assert "«25:00»" in (await talk.say("25:00", language="ru")).text
    assert "“25:00”" in (await talk.say("25:00")).text


async def test_words_inside_a_sentence_are_sought(talk: Talk) -> None:
    got = await talk.say("почему дайджест настройки тем не помогают", language="ru")
    assert got.text.startswith("Ищу «почему дайджест")


async def test_topics_are_near_only_where_they_sound_alike(talk: Talk) -> None:
    far = await talk.say("приветик", language="ru")
    assert not [each for each in carried(far.message) if each.startswith("t:")]
    near = await talk.say("агенство", language="ru")
    assert "t:agents:1" in carried(near.message)


@pytest.mark.parametrize(
    "fields",
    [
        {"sticker": {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1,
                     "height": 1, "is_animated": False, "is_video": False}},
        {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}},
        {"photo": [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]},
    ],
    ids=["sticker", "voice", "photo"],
)  # fmt: skip
async def test_what_has_no_words_gets_one_friendly_line(
    talk: Talk, fields: dict[str, Any]
) -> None:
    got = await talk.say("", **fields)
    assert "I understand words, links and forwarded posts" in got.text
    before = len(talk.api.deliveries)
    await talk.say("help")
    assert len(talk.api.deliveries) == before + 1


async def test_an_empty_search_names_its_filters_and_lifts_them(talk: Talk, store: Store) -> None:
    await put(store, make_entry(text="An invented post about knitting patterns.", title="Wool"))
    got = await talk.say("/search knitting has:code 7d", language="ru")
    assert "Фильтры: с кодом, 7 дней." in got.text
    lift = next(key for key in got.buttons if "Снять" in key["text"])
    page = await talk.press(got, lift["callback_data"], "ru")
    assert "Wool" in page["text"]


async def test_an_empty_search_without_filters_names_none(talk: Talk, store: Store) -> None:
    await put(store, make_entry())
    got = await talk.say("/search crochet")
    assert "Filters" not in got.text
    assert not [key for key in got.buttons if "Lift" in key["text"]]


async def test_posts_are_told_in_a_language_of_their_own(talk: Talk, store: Store) -> None:
    cards: dict[Language, Card] = {
        "ru": Card(title="Два бита", tldr="Веса теперь в двух битах."),
        "en": Card(title="Two bits", tldr="Weights take two bits now."),
    }
    await put(store, make_entry(cards=cards))
    got = await talk.say("/settings", language="ru")
    choices = await talk.press(got, "p:cards", "ru")
    assert {"✓ как экраны", "язык поста", "English"} <= {*words_on(choices)}
    panel = await talk.press(got, "o:cards:en", "ru")
    assert "📝 Пересказ: English" in words_on(panel)
    for words in ("/digest", "/topic quantization", "/search weights"):
        said = (await talk.say(words, language="ru")).text
        assert "Two bits" in said
        assert "Два бита" not in said
    await talk.press(got, "o:cards:post", "ru")
    assert "Two bits" in (await talk.say("дайджест", language="ru")).text
    await talk.press(got, "o:cards:same", "ru")
    assert "Два бита" in (await talk.say("дайджест", language="ru")).text
