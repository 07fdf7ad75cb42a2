"""The card of a story, the pages of topics, the greeting."""

from zoneinfo import ZoneInfo

import pytest
from inline_snapshot import snapshot

from bot.digest.cluster import group
from bot.digest.periods import period
from bot.export.text import to_text
from bot.model import Card, Link, Origin, Story, Unread
from bot.screens.callbacks.pages import DigestPage, TopicPage
from bot.screens.start_screen import start_screen
from bot.screens.story_card import card
from bot.screens.topic_page import topic_list, unknown_topic
from bot.taxonomy.topics import Topic, taxonomy
from tests.fakes.digests import compose, topic_pages
from tests.fakes.entries import NOON, make_entry, make_paper

MOSCOW = ZoneInfo("Europe/Moscow")
QUANTIZATION = Topic("quantization")


def flash() -> Story:
    first = make_entry(
        *("pane_one", 11),
        title="FlashPane: два бита",
        tldr="Два бита без дообучения.",
        bullets=["Что: блоки по 32", "Ограничения: только вес"],
        papers=[make_paper("2611.04821", "FlashPane")],
        links=[Link(url="https://github.com/pane/flash", kind="code")],
        hours_ago=26,
    )
    origin = Origin(name="x", channel="pane_one", message_id=11)
    second = make_entry("pane_two", 5, tldr="Проверил: работает.", forward=origin, hours_ago=2)
    return group([first, second])[0]


def test_a_story_card() -> None:
    screen = card(flash(), "ru", MOSCOW, DigestPage("day", NOON, 2))
    assert to_text(screen) == snapshot("""\
FlashPane: два бита <https://t.me/pane_one/11>

Два бита без дообучения.
• Что: блоки по 32
• Ограничения: только вес

Статьи
📄 FlashPane <https://arxiv.org/abs/2611.04821> · 2611.04821

Кто пишет
▸ pane_one <https://t.me/pane_one/11>
▸ pane_two <https://t.me/pane_two/5> — Проверил: работает.

Впервые: чт, 19 ноября, 13:00\
""")
    assert [
        [(b.text, b.data or b.url or b.share or b.copies) for b in row] for row in screen.buttons
    ] == snapshot(
        [
            [
                ("Открыть пост", "https://t.me/pane_one/11"),
                ("📄 2611.04821", "https://arxiv.org/abs/2611.04821"),
            ],
            [
                ("📋 2611.04821", "arXiv:2611.04821"),
                ("🔗 Поделиться", "s_c8ccb6ba9fb8"),
            ],
            [("‹ Дайджест", "d:day:1795176000:2"), ("‹ Меню", "p:home")],
        ]
    )


def test_a_card_without_a_way_back_leads_home() -> None:
    *_, last = card(flash(), "en", MOSCOW).buttons
    assert [key.data for key in last] == ["p:home"]


def test_a_card_falls_back_to_the_other_language() -> None:
    only = make_entry(cards={"ru": Card(title="По-русски", tldr="")})
    assert "По-русски" in card(Story(id="1", entries=(only,)), "en", MOSCOW).text


def test_a_topic_page() -> None:
    other = make_entry("pane_three", 8, text="другой", title="GGUF", engine="extractive")
    ad = make_entry("pane_three", 9, text="реклама", kind="promo")
    stories = [flash(), *group([other, ad])]
    (page,) = topic_pages(QUANTIZATION, stories, "ru", NOON, [1, 4, 0, 8])
    assert to_text(page) == snapshot("""\
Квантизация · Quantization
3 поста · 3 канала · 1 статья · ▂▅▁█

1. FlashPane: два бита <https://t.me/pane_one/11>
2 канала · 2 ч назад · 📄 FlashPane · 2611.04821 <https://arxiv.org/abs/2611.04821>

2. GGUF <https://t.me/pane_three/8>
pane_three · 1 ч назад · без модели

Соседние: Дистилляция, Слияние моделей и редактирование знаний\
""")


def test_a_topic_without_posts_says_so() -> None:
    (page,) = topic_pages(QUANTIZATION, [], "en", NOON)
    assert "Nothing on this topic in this time." in page.text


def test_a_long_topic_turns_pages() -> None:
    stories = [Story(id=f"{n:x}", entries=(make_entry(message_id=n + 1),)) for n in range(20)]
    pages = topic_pages(QUANTIZATION, stories, "en", NOON)
    assert [len(page.buttons[0]) for page in pages] == [8, 8, 4]
    assert pages[2].buttons[0][0].data == f"s:10:{TopicPage(QUANTIZATION, 3).data}"


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_topic_is_in_the_list_once(language: str) -> None:
    pages = topic_list({QUANTIZATION: 17}, "ru" if language == "ru" else "en")
    data = [b.data for page in pages for row in page.buttons[:6] for b in row if b.data]
    topics = [entry for entry in data if entry.startswith("t:")]
    assert len(topics) == len(set(topics)) == len(taxonomy().topics) - 1
    title = taxonomy().topic("quantization").title(language)
    assert sum(f"{title} · 17" in page.text for page in pages) == 1


def test_an_unknown_topic_offers_the_nearest() -> None:
    screen = unknown_topic("квонтизация @x", [QUANTIZATION, Topic("inference")], "ru")
    assert to_text(screen) == snapshot("""\
Не знаю темы «квонтизация @x». Возможно:
• Квантизация
• Инференс и эффективность\
""")
    assert [row[0].data for row in screen.buttons] == ["t:quantization:1", "t:inference:1", "T:1"]


def test_the_greeting_shows_real_stories() -> None:
    today = compose([flash()], period("week", NOON, MOSCOW), "ru")
    screen = start_screen(46, today, "ru")
    assert to_text(screen) == snapshot("""\
🗞 Одно сообщение вместо 46 каналов
Сегодня: 2 поста → 1 история, 1 статья.
▸ FlashPane: два бита <https://t.me/pane_one/11> — 2 канала
Кнопки с номерами под дайджестом открывают карточки.\
""")
    assert [[b.text for b in row] for row in screen.buttons] == snapshot(
        [
            ["✅ Подписаться · ежедневно в 09:00"],
            ["👀 Сегодняшний дайджест", "🎯 Темы"],
            ["❓ Помощь", "English"],
        ]
    )


def test_a_story_of_the_greeting_leads_to_its_card() -> None:
    today = compose([flash()], period("week", NOON, MOSCOW), "ru")
    (story,) = today.stories
    shown = to_text(start_screen(46, today, "ru", username="panes_bot"))
    card = f"https://t.me/panes_bot?start=s_{story.id}"
    assert f"▸ FlashPane: два бита <{card}> — 2 канала" in shown


def test_an_empty_install_says_what_goes_on() -> None:
    reading = start_screen(2, None, "en", unread=Unread(channels=2, posts=5)).text
    assert "to go: 2 channels, 5 posts" in reading
    assert "no new posts in the last day" in start_screen(2, None, "en").text
