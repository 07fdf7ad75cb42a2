"""How numbers are told: unit, sign, direction, bound and owner, over languages."""

import pytest

from tests.extract.posts import EMPTYISH, Json, checked, post

TABLE = "Модель | Точность | Задержка, мс\nЛиса | 87,4 | 210\nVole | 79,9 | 95"


def shown(text: str, where: str, language: str = "ru") -> bool:
    """Whether a sentence of a card about this post reaches a reader."""
    lead = "Авторы рассказали о работе." if language == "ru" else "The authors tell of the work."
    made: Json = EMPTYISH | {"title": lead, "tldr": lead, "bullets": [text]}
    result = checked(post(where), (language,), **{language: made})
    assert result.analysis is not None
    return text in result.analysis.cards[language].bullets  # type: ignore[index]


@pytest.mark.parametrize(
    ("written", "told", "language"),
    [
        ("Быстрее в 2,7 раза.", "Быстрее на 2,7%.", "ru"),
        ("It weighs 16 GB, the disk has 2 TB.", "Весит 16 ТБ, диск на 2 ТБ.", "ru"),
        ("Стоит 20 евро в месяц.", "It costs $20 a month.", "en"),
        ("Прибыль: −4 балла за квартал.", "Прибыль составила +4 балла.", "ru"),
        ("Sales fell by 18% in May.", "Продажи в мае выросли на 18%.", "ru"),
        ("Расходы сократились на 300 тысяч.", "Расходы увеличились на 300 тысяч.", "ru"),
        ("Нужно минимум 8 карт.", "Нужно не больше 8 карт.", "ru"),
        ("More than 900 teams applied.", "Подали заявки менее 900 команд.", "ru"),
        ("Ошибка снизилась с 12% до 7%.", "The error went from 7% to 12%.", "en"),
        ("Встреча 8 февраля, скидка 20%.", "Встреча 20 февраля, скидка 8%.", "ru"),
        (TABLE, "Vole has 87.4 of accuracy.", "en"),
        ("Fox2 solves 64% and Vole-7B solves 59%.", "Vole-7B решает 64% задач.", "ru"),
    ],
)
def test_a_number_told_otherwise_is_not_shown(written: str, told: str, language: str) -> None:
    assert not shown(told, written, language)


@pytest.mark.parametrize(
    ("written", "told", "language"),
    [
        ("Скорость выросла в 2,7 раза.", "Speed grew 2.7x.", "en"),
        ("Хватает на полтора года.", "Хватает на 18 месяцев.", "ru"),
        ("Продажи не выросли: те же 18%.", "Продажи выросли не на 18%.", "ru"),
        ("Нужно от 8 до 12 карт.", "Нужно не меньше 8 карт.", "ru"),
        ("Цена снизилась с 40 до 30 долларов.", "The price is down to $30 from $40.", "en"),
        ("Fox2 and Vole-7B solve 64% and 59%.", "Fox2 решает 64%, Vole-7B решает 59%.", "ru"),
        (TABLE, "Vole has 79.9 of accuracy and 95 ms.", "en"),
        ("Vole-7B обходит Fox2 на 5 пунктов.", "Fox2 is 5 points behind Vole-7B.", "en"),
        ("Ошибка снизилась с 12% до 7%.", "The error: 12% → 7%.", "en"),
        ("Встреча 8 февраля в Москве.", "They meet in Moscow on February 8.", "en"),
        ("Список:\n- одно\n- другое\n- третье", "В списке три пункта.", "ru"),
        ("10²¹ операций за 2 с половиной дня.", "It took 1e21 operations and 2.5 days.", "en"),
    ],
)
def test_a_number_told_in_other_words_is_shown(written: str, told: str, language: str) -> None:
    assert shown(told, written, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The limit is what it was in the past.", "ru"),
        ("Лимит остался таким, каким он и был.", "en"),
        ("Ліміт лишився таким, яким він і був.", "ru"),
    ],
)
def test_each_field_is_in_the_language_of_its_card(text: str, language: str) -> None:
    assert not shown(text, "Лимит остался прежним. The limit is what it was.", language)


@pytest.mark.parametrize(
    "contact",
    [
        "+7 (900) 555-01-23", "8 900 555-01-23", "212-555-0147", "kim (at) lab (dot) example",
        "kim собака lab точка example", "kim at lab dot example", "lab точка ру",
    ],
)  # fmt: skip
def test_contacts_of_the_post_are_taken_out(contact: str) -> None:
    where = post(f"Набор открыт до мая. Пишите: {contact}, ответим.")
    made = EMPTYISH | {"tldr": f"Набор открыт до мая. Пишите: {contact}, ответим."}
    result = checked(where, ru=made)
    assert result.analysis is not None
    assert contact not in result.analysis.model_dump_json()
    assert result.offences["contact"] >= 1


@pytest.mark.parametrize(
    "text",
    [
        "Точка зрения авторов: собака узнаёт хозяина.",
        "The dot product is taken at each step.",
        "Выборка: 1 000 000 000 строк, 2019-2024 годы.",
    ],
)
def test_ordinary_words_and_numbers_are_no_contacts(text: str) -> None:
    language = "ru" if text[0] > "z" else "en"
    assert shown(text, text, language)
