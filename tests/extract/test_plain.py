"""Plain text: nothing that a client would make clickable, everything that an author means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.extract.checks.sanitize import sanitize

PLAIN = [
    ("Смотри https://evil.example/x?a=1 тут", "Смотри тут"),
    ("Код: [тык](https://evil.example/(a)).", "Код: тык."),
    ("![картинка](http://evil.example/?q=1) да", "картинка да"),
    ("[тык][1]\n[1]: http://evil.example", "тык"),
    ("<b>Жирно</b> и <a href='http://evil.example'>тык</a>", "Жирно и тык"),
    ("&lt;script&gt;alert&lt;/script&gt;", "alert"),
    ("&amp;lt;b&amp;gt;да", "да"),
    ("**Жирно**, *косо*, `код`, ~~нет~~, ||да||", "Жирно, косо, код, нет, да"),
    ("## Заголовок", "Заголовок"),
    ("Пишите @evil_bot и a@evil.example", "Пишите"),
    ("user:pw@evil.example сайт", "сайт"),
    ("evil.com, evil.рф и 1.2.3.4", ""),
    ("ev\u200bil.com h\u2060ttps://evil.com", ""),
    ("evil。com", ""),
    ("hxxps://evil.com tg://resolve?domain=x javascript:alert(1)", ""),
    ("htt<b></b>ps://evil.com", "htt"),
    ("#метод $ABC /start, 0,5$/1,5$", "метод ABC / start, 0,5$/ 1,5$"),
    ("Факт [1], факт [2].", "Факт, факт."),
    ("pass@1 и mAP@0.5, C#, A*, ввод/вывод", "pass@1 и mAP@0.5, C#, A*, ввод/вывод"),
    ("5 > 3, x<y и y>z, 2*3*4", "5 > 3, x< y и y>z, 2*3*4"),
    ("GPT-4.1, v2.5, т.е. и т.д.", "GPT-4.1, v2.5, т.е. и т.д."),
    ("Одно.Другое без пробела", "Одно.Другое без пробела"),
    ("Character.ai растёт, llama.cpp быстрее", "Character ai растёт, llama.cpp быстрее"),
]


STUBS = [
    ("Метод быстрее. Подробнее: https://evil.example", "Метод быстрее."),
    ("Код: https://evil.example/a. Веса: https://evil.example/b", ""),
    ("Код: https://evil.example/a Метод точнее на 5%.", "Метод точнее на 5%."),
    ("Метод быстрее. Источник — evil.example/x. Ещё он проще.", "Метод быстрее. Ещё он проще."),
    ("Авторы: @one_bot, @two_bot и @three_bot", ""),
    ("Подписывайтесь на @evil_bot!", "Подписывайтесь!"),
    ("Метод (https://evil.example/a) и веса (код: evil.example/b) открыты.",
     "Метод и веса открыты."),
    ("Авторы открыли код и веса: https://evil.example", "Авторы открыли код и веса."),
    ("Статья доступна по ссылке https://evil.example.", "Статья доступна по ссылке."),
    ("Read more at https://evil.example", "Read more"),
    ("Модель даёт три режима: быстрый, средний, долгий.",
     "Модель даёт три режима: быстрый, средний, долгий."),
    ("Итог: 5 баллов", "Итог: 5 баллов"),
    ("\ufffc: да", ": да"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), STUBS)
def test_no_label_of_nothing_is_left(text: str, shown: str) -> None:
    assert sanitize(text, "") == shown


@pytest.mark.parametrize(("text", "shown"), PLAIN)
def test_nothing_to_click_survives(text: str, shown: str) -> None:
    assert sanitize(text, "Пишут про Character.ai и llama.cpp") == shown


@given(st.text(alphabet="ab.:/@#*_`[]()<>&;! |~=wtpsm\n\u200b", max_size=120))
def test_plain_text_stays_as_it_is(text: str) -> None:
    once = sanitize(text, "")
    assert sanitize(once, "") == once
    assert "\n" not in once


def test_a_long_field_is_bounded() -> None:
    assert len(sanitize("<" * 200_000, "")) < 5_000
