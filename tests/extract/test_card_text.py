"""What a card without a model reads like: whole sentences, a title that names something."""

import re

import pytest

from bot.text import normalise
from tests.extract.plain_posts import card_of


def test_a_summary_holds_whole_sentences_only() -> None:
    text = (
        "Heron AI показала кодек Reed 2 для речи.\n\n"
        "Он сжимает звук в 12 раз, при этом речь остаётся разборчивой, что авторы проверили на "
        "сорока языках, и не требует дообучения. Поэтому его берут в колл-центры, где запись "
        "хранят годами. Веса лежат под лицензией Apache 2.0."
    )
    card = card_of(text)
    source = normalise(text)
    sentences = re.split(r"(?<=[.!?]) (?=[А-ЯA-Z])", card.tldr)
    assert len(sentences) > 1
    assert all(normalise(sentence) in source for sentence in sentences)
    assert all(sentence.endswith((".", "!", "?")) for sentence in sentences)


@pytest.mark.parametrize(
    "dangling",
    [
        "Они сокращают память в восемь раз и не теряют в качестве перевода.",
        "Это делает их пригодными для телефонов со слабой батареей.",
    ],
)
def test_a_sentence_about_the_one_before_never_stands_without_it(dangling: str) -> None:
    filler = "Погода в городе портится, и выставку бумаги перенесли на вторник."
    text = f"Выставка бумаги\n\n{filler}\n\nАвторы проекта «Цапля» показали веса. {dangling}"
    card = card_of(text)
    assert f"Авторы проекта «Цапля» показали веса. {dangling}" in card.tldr
    assert not any(bullet.startswith(("Они", "Это")) for bullet in card.bullets)


def test_what_joins_a_sentence_is_left_out_where_it_stands_alone() -> None:
    joins = ("Но", "Кроме того,", "Также", "А", "При этом", "И", "Однако")
    told = [
        f"{join} Reed-{n} читает чертежи мостов на {n * 7} языках, включая {n} мёртвых."
        for n, join in enumerate(joins, 2)
    ]
    card = card_of("\n\n".join(["Выпуск моделей Reed", *told]))
    assert card.bullets
    assert all(bullet.startswith("Reed-") for bullet in card.bullets)


@pytest.mark.parametrize(
    ("before", "title"),
    [
        ("Естественно, за деньги\n\n", "Otter Labs открыла доступ к Swift-6"),
        ("Всем привет!\n\n", "Вышла модель Reed 2"),
        ("Я попробовал – пока мне нравится\n\n", "Heron показала Reed 2 для речи"),
        ("Обычно это порядка 2%. ", "Otter Labs нашла 5% в своих данных"),
        ("Вот как это вышло?\n\n", "Otter Labs закрыла проект Swift"),
        ("Сообщает Wren Street Journal. ", "Otter Labs закрыла проект Swift"),
        ("(Otter Labs closes Swift)\n\n", "Otter Labs закрыла проект Swift"),
        ("ПОЧЕМУ это важно: ", "Otter Labs закрыла проект Swift"),
    ],
)
def test_a_title_is_the_first_sentence_that_names_something(before: str, title: str) -> None:
    assert card_of(f"{before}{title}.\n\nЭто не всё.").title == title


def test_a_long_title_ends_at_a_clause_and_says_so() -> None:
    text = (
        "Otter Labs открыла доступ к Swift-6, которая читает чертежи и таблицы лучше всех прежних "
        "моделей этой линейки.\n\nВеса лежат в открытом доступе."
    )
    assert card_of(text).title == "Otter Labs открыла доступ к Swift-6…"


def test_a_title_takes_what_stands_after_the_dash_where_only_that_names_something() -> None:
    text = (
        "Тяжёлая артиллерия прямо в вашем браузере, без всяких установок — Otter Labs выпустила "
        "Swift-6.\n\nВеса открыты."
    )
    assert card_of(text).title == "Otter Labs выпустила Swift-6"


def test_a_summary_does_not_repeat_the_title() -> None:
    card = card_of("Heron показала Reed 2. Он мал.\n\nВеса Reed 2 лежат под лицензией Apache 2.0.")
    assert not card.tldr.startswith("Heron показала Reed 2.")
    assert "Apache 2.0" in card.tldr


def test_a_list_keeps_its_head() -> None:
    text = (
        "Reed 3 вышла в свет.\n\nРезультаты на трёх наборах:\n- золото на LongDoc 2026\n"
        "- почти все задачи PaneBench\n- 118 из 120 баллов на HeronEval"
    )
    assert (
        "Результаты на трёх наборах: золото на LongDoc 2026; почти все задачи PaneBench; "
        "118 из 120 баллов на HeronEval." in card_of(text).tldr
    )


@pytest.mark.parametrize("name", ["Heron.AI", "Pane.com", "AGENTS.md", "Node.js"])
def test_a_dotted_name_stays(name: str) -> None:
    card = card_of(f"Компания {name} рассказала о планах на 2027 год.\n\nПодробности позже.")
    assert name in card.title


def test_a_tag_that_a_sentence_speaks_of_stays() -> None:
    assert (
        card_of("Новости за минуту от #Heron\n\nОна вышла. #news").title
        == "Новости за минуту от Heron"
    )


def test_a_bare_address_goes() -> None:
    card = card_of("Вышла модель Reed 2 для речи.\n\nПопробовать: demo.heron.ai")
    assert "heron.ai" not in card.title + card.tldr + " ".join(card.bullets)


def test_furniture_is_quoted_only_where_there_is_nothing_else() -> None:
    card = card_of(
        "Вышла модель Reed 2 для речи.\n\nВеса открыты.\n\nОоо донат на сбор, осталось 66 520"
    )
    assert "донат" not in card.tldr


def test_a_roundup_has_a_line_for_each_work() -> None:
    items = [f"Модель Reed {n} читает чертежи быстрее прежней в {n} раз." for n in range(2, 9)]
    text = "Главное за неделю\n\n" + "\n\n".join(
        f"🔸 {item}\nВеса Reed {n} открыты, и лицензия её позволяет любое применение."
        for n, item in enumerate(items, 2)
    )
    told = card_of(text)
    assert len(told.bullets) > 4


def test_a_sentence_that_was_cut_off_is_left_out() -> None:
    card = card_of(
        "Heron показала Reed 2.\n\nВеса Reed 2 лежат в открытом доступе. Она подписала указ о"
    )
    assert card.tldr == "Веса Reed 2 лежат в открытом доступе."


def test_the_summary_says_whole_what_the_title_only_begins() -> None:
    first = (
        "Otter Labs открыла доступ к Swift-6, которая читает чертежи и таблицы лучше всех прежних "
        "моделей этой линейки."
    )
    card = card_of(f"{first}\n\nВеса лежат в открытом доступе, лицензия Apache 2.0.")
    assert card.title.endswith("…")
    assert card.tldr.startswith(first)


def test_a_point_is_a_whole_sentence_however_long() -> None:
    told = [
        f"Reed-{n} читает чертежи мостов на {n * 7} языках — от датского до корейского: авторы "
        f"проверили её на {n * 100} листах, и ошибок стало меньше в {n} раза."
        for n in range(2, 7)
    ]
    card = card_of("\n\n".join(["Выпуск моделей Reed", *told]))
    assert card.bullets
    assert all(bullet in told for bullet in card.bullets)


@pytest.mark.parametrize(
    "leaning",
    ["В его основе наблюдение о соседних токенах.", "Для этого они взяли сто задач и трёх судей."],
)
def test_what_leans_on_the_sentence_before_comes_with_it(leaning: str) -> None:
    owner = "Метод ShadowReed хранит ключи на диске."
    filler = "Погода в городе портится, и выставку бумаги перенесли на вторник."
    card = card_of(f"Выставка бумаги\n\n{filler}\n\n{owner} {leaning}")
    whole = " ".join((card.title + ".", card.tldr, *card.bullets))
    assert leaning not in whole or f"{owner} {leaning}" in whole


def test_a_time_is_nothing_to_lean_on() -> None:
    text = "В этом году Heron откроет офис в Белграде."
    assert text in card_of(f"Планы Heron\n\nВыставка закрылась вчера.\n\n{text}").tldr


def test_a_question_inside_a_sentence_does_not_end_it() -> None:
    text = "А на вопрос “зачем?” — Heron отвечает числом: 40 заказов за неделю."
    card = card_of(f"Выставка Heron\n\n{text} Стенд закрыли.")
    assert "“зачем?” — Heron отвечает" in " ".join((card.tldr, *card.bullets))


def test_a_quote_in_english_gives_way_to_what_a_russian_post_says() -> None:
    quote = (
        "We are proud to present Swift-6 together with Heron AI and the Reed 2 team at PaneConf."
    )
    card = card_of(
        f"Otter Labs показала Swift-6\n\n{quote}\n\nМодель читает чертежи мостов и стоит вдвое "
        "дешевле прежней."
    )
    assert "вдвое дешевле" in card.tldr
    assert quote not in card.tldr


def test_a_roundup_tells_its_works_by_name() -> None:
    text = (
        "Дайджест недели\n\n"
        "Heron: Reed 2\nКодек для речи, сжимает звук в 12 раз. Работает на телефоне.\n\n"
        "Otter Labs: Swift-6\nЧитает чертежи и таблицы. Веса открыты.\n\n"
        "Pane: Sash\nСобирает отчёты из писем за 3 секунды."
    )
    card = card_of(text)
    assert card.title == "Дайджест недели"
    assert card.tldr == "Heron: Reed 2; Otter Labs: Swift-6; Pane: Sash"
    assert card.bullets[0] == "Heron: Reed 2: Кодек для речи, сжимает звук в 12 раз."
    assert len(card.bullets) == 3


def test_a_list_keeps_the_last_sentence_above_it_as_its_head() -> None:
    card = card_of(
        "Reed 3 вышла в свет.\n\nВеса открыты. Кодеки трёх видов:\n- для речи и\n- для музыки на "
        "48 кГц\n- для шума"
    )
    whole = " ".join((card.tldr, *card.bullets))
    assert "Кодеки трёх видов: для речи; для музыки на 48 кГц; для шума" in whole


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Вышла модель Reed 2 :)", "Вышла модель Reed 2"),
        (
            "Статья о Reed (https://heron.example/reed) вышла в журнале",
            "Статья о Reed вышла в журнале",
        ),
        ("The reeds of winter (Score: 150+ in 9 hours)", "The reeds of winter"),
        (
            "Pane.\u200bcom выпустил среду Sash для отчётов",
            "Pane.com выпустил среду Sash для отчётов",
        ),
    ],
)
def test_smiles_scores_and_unseen_signs_are_no_words(text: str, title: str) -> None:
    assert card_of(f"{text}\n\nПодробности позже, веса откроют зимой.").title == title
