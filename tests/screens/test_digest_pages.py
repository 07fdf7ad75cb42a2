"""How a digest reads, on invented stories."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import pytest
from inline_snapshot import snapshot

from bot.digest.cluster import group
from bot.digest.periods import period
from bot.export.text import to_text
from bot.model import Digest, Entity, Entry, Language, Link, PeriodName, Screen
from bot.screens.digest_pages import digest_pages, whole
from bot.taxonomy.topics import Topic
from tests.fakes.digests import compose
from tests.fakes.entries import NOON, make_entry

MOSCOW = ZoneInfo("Europe/Moscow")
CODE = Link(url="https://github.com/pane/flash", kind="code")


def news() -> list[Entry]:
    paper = ["2611.04821"]
    return [
        make_entry(
            *("pane_one", 11),
            text="первый",
            title="FlashPane: два бита без дообучения",
            tldr="Делит веса на блоки по 32. Качество ниже на 0,4 п.п.",
            papers=paper,
            links=[CODE],
            hours_ago=5,
        ),
        make_entry("pane_two", 22, text="второй", papers=paper, hours_ago=3),
        make_entry("pane_three", 33, text="третий", papers=paper, hours_ago=2),
        make_entry(
            *("pane_two", 23),
            text="четвёртый",
            title="Агент чинит сборку",
            tldr="Агент чинит сборку",
            topics=["agents"],
            kind="news",
            engine="extractive",
        ),
        make_entry("pane_two", 24, text="пятый", kind="promo"),
        make_entry("pane_one", 12, text="шестой", kind="meme"),
    ]


def digest(
    entries: Sequence[Entry],
    name: PeriodName = "day",
    language: Language = "ru",
    topics: Sequence[str] = (),
) -> Digest:
    chosen = [Topic(topic) for topic in topics]
    return compose(group(entries), period(name, NOON, MOSCOW), language, chosen)


def words_of(screen: Screen, entity: Entity) -> str:
    units = screen.text.encode("utf-16-le")
    return units[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le")


def narrow(text: str) -> str:
    """A break before every dot and after every sentence, to fit these pages."""
    return text.replace(" · ", "\n · ").replace(". ", ".\n")


def test_a_day_in_russian() -> None:
    (page,) = digest_pages(digest(news()))
    assert narrow(to_text(page)) == snapshot("""\
🗞 Дайджест
 · пт, 20 ноября
6 постов из 3 каналов → 2 истории
 · 1 статья
 · ~1 мин

⭐ Главное
• FlashPane: два бита без дообучения <https://t.me/pane_one/11> — 3 канала
 · 📄 2611.04821 <https://arxiv.org/abs/2611.04821>

▍Квантизация
 · 1
1.
FlashPane: два бита без дообучения <https://t.me/pane_one/11>
   Делит веса на блоки по 32.
Качество ниже на 0,4 п.п.
📄 2611.04821 <https://arxiv.org/abs/2611.04821>
 · 💻 код <https://github.com/pane/flash>
 · pane_one <https://t.me/pane_one/11>, pane_two <https://t.me/pane_two/22> +1
 · обсуждают 3 канала

▍Агенты и tool use
 · 1
2.
Агент чинит сборку <https://t.me/pane_two/23>
pane_two <https://t.me/pane_two/23>
 · без модели

Пересказ сделан моделью; проверяйте по ссылкам.
«Без модели»: фразы самого поста вместо пересказа.
Пропущено: 2 повтора.\
""")


def test_a_day_in_english() -> None:
    (page,) = digest_pages(digest(news(), language="en"))
    assert narrow(to_text(page)).split("▍")[0] == snapshot("""\
🗞 Digest
 · Fri, 20 November
6 posts from 3 channels → 2 stories
 · 1 paper
 · ~1 min

⭐ Top stories
• FlashPane: два бита без дообучения <https://t.me/pane_one/11> — 3 channels
 · 📄 2611.04821 <https://arxiv.org/abs/2611.04821>

""")


def test_a_week_begins_with_the_most_discussed() -> None:
    (page,) = digest_pages(digest(news(), "week"))
    assert narrow(to_text(page)).split("▍")[0] == snapshot("""\
📅 Неделя 14–20 ноября
6 постов из 3 каналов → 2 истории
 · 1 статья
 · ~1 мин

⏱ Неделя за минуту
• FlashPane: два бита без дообучения <https://t.me/pane_one/11> — 3 канала
 · 📄 2611.04821 <https://arxiv.org/abs/2611.04821>

""")


def test_formatting_lies_on_its_words() -> None:
    (page,) = digest_pages(digest(news()[:3]))
    assert [(entity.type, words_of(page, entity), entity.url) for entity in page.entities] == (
        snapshot(
            [
                ("bold", "🗞 Дайджест · пт, 20 ноября", None),
                ("italic", "3 поста из 3 каналов → 1 история · 1 статья · ~1 мин", None),
                ("bold", "▍Квантизация", None),
                ("bold", "1. FlashPane: два бита без дообучения", None),
                ("text_link", "FlashPane: два бита без дообучения", "https://t.me/pane_one/11"),
                (
                    "expandable_blockquote",
                    "Делит веса на блоки по 32. Качество ниже на 0,4 п.п.",
                    None,
                ),
                ("text_link", "2611.04821", "https://arxiv.org/abs/2611.04821"),
                ("text_link", "код", "https://github.com/pane/flash"),
                ("text_link", "pane_one", "https://t.me/pane_one/11"),
                ("text_link", "pane_two", "https://t.me/pane_two/22"),
                ("italic", "обсуждают 3 канала", None),
                (
                    "italic",
                    "Пересказ сделан моделью; проверяйте по ссылкам. Пропущено: 2 повтора.",
                    None,
                ),
            ]
        )
    )


def test_buttons_open_stories_and_topics() -> None:
    (page,) = digest_pages(digest(news()), mine=True)
    assert [[(b.text, b.data or b.share) for b in row] for row in page.buttons] == snapshot(
        [
            [
                ("1", "s:c8ccb6ba9fb8:d:day:1795176000:1"),
                ("2", "s:142586445ec8:d:day:1795176000:1"),
            ],
            [("🎯 Темы", "T:1"), ("📎 Файлы", "x:d:day:1795176000:1")],
            [("🔗 Поделиться", "d_20261120-1200"), ("‹ Меню", "p:home")],
        ]
    )


def test_pages_turn_in_place() -> None:
    many = [make_entry(f"pane_{n}", n + 1, text=f"пост {n}") for n in range(14)]
    pages = digest_pages(digest(many))
    assert [[b.text for b in page.buttons[-3]] for page in pages] == [
        ["1/3", "›"],
        ["‹", "2/3", "›"],
        ["‹", "3/3"],
    ]
    assert pages[1].buttons[0][0].text == "7"
    assert all("▍Квантизация · 14" in page.text for page in pages)


@pytest.mark.parametrize(
    ("mine", "line"),
    [
        (False, "Тихо: 2 поста, ничего примечательного."),
        (True, "Тихо: 2 поста, ничего по вашим темам."),
    ],
)
def test_a_quiet_day_is_one_line(mine: bool, line: str) -> None:
    (page,) = digest_pages(digest(news()[4:]), mine=mine)
    assert page.text == line
    rest = ["Показать всё"] if mine else []
    assert [b.text for row in page.buttons for b in row] == [*rest, "🎯 Темы", "‹ Меню"]


def test_an_empty_period_says_so() -> None:
    (page,) = digest_pages(digest([]), mine=True)
    assert page.text == "За это время новых постов не было."


def test_a_link_that_no_post_has_is_not_shown() -> None:
    entry = make_entry(papers=["2611.04821"])
    post = entry.post.model_copy(update={"links": ()})
    (page,) = digest_pages(digest([entry.model_copy(update={"post": post})]))
    assert "2611.04821" in page.text
    assert {entity.url for entity in page.entities if entity.url} == {"https://t.me/pane_one/1"}


@pytest.mark.parametrize(
    "url",
    [
        *("javascript:alert(1)", "tg://user?id=1", "https://t.me@evil.example", "ftp://a.b"),
        *("https://evil.example\\@t.me", "https://", "http://localhost", "https://a b.example"),
    ],
)
def test_a_dangerous_link_is_not_shown(url: str) -> None:
    (page,) = digest_pages(digest([make_entry(links=[Link(url=url, kind="code")])]))
    assert url not in {entity.url for entity in page.entities}


def test_the_whole_digest_has_all_stories_without_buttons() -> None:
    many = [make_entry(f"pane_{n}", n + 1, text=f"пост {n}") for n in range(24)]
    screen = whole(digest(many))
    assert "\n24. " in screen.text.replace("\n\n", "\n")
    assert screen.buttons == ()
