"""Numbers: one value in many dresses, other values seen through them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.extract.checks.numbers import foreign, numbers

SAME = [
    ("1 350 примеров", "1350"),
    ("1 350 примеров", "1,350"),
    ("1\u00a0350", "1350"),
    ("1'350", "1350"),
    ("61,9 %", "61.9%"),
    ("61.9%", "61,9"),
    ("пять задач", "5"),
    ("5 задач", "пять"),
    ("five tasks", "5"),
    ("трёх моделей", "3"),
    ("тремя", "three"),
    ("half of them", "50%"),
    ("половина", "0.5"),
    ("вдвое", "2×"),
    ("в 2 раза", "вдвое"),
    ("2x faster", "в 2 раза"),
    ("7B", "7 млрд"),
    ("7 млрд", "7B"),
    ("7 billion", "7 миллиардов"),
    ("350M", "350 млн"),
    ("128K", "128 тыс."),
    ("128k", "128 000"),
    ("10 тысяч", "10k"),
    ("$1.5B", "1,5 млрд"),
    ("1,000,000", "1 млн"),
    ("25–40%", "от 25 до 40%"),
    ("25-40 %", "40"),
    ("7–13B", "7 млрд"),
    ("7 и 13 млрд", "7B"),
    ("8x7B", "8x7B"),
    ("GPT-4.1", "GPT-4.1"),
    ("v2.5.1", "2.5.1"),
    ("12.03.2025", "12 марта 2025"),
    ("1e-4", "0,0001"),
    ("1T tokens", "1 трлн"),
    ("1️⃣ пункт", "1"),
    ("третий", "3"),
    ("двухэтапный", "two-stage 2"),
    ("½", "0,5"),
    ("четырёхбитная", "4"),
    ("8,16,32 бит", "16"),
    ("1.350", "1350"),
    ("дюжина", "12"),
    ("первые 100 млрд токенов", "100 млрд"),
    ("из 5 две по 300 штук", "300"),
    ("третьи 250 тысяч, второй 900", "900"),
    ("до миллиона", "1M"),
    ("двести пятьдесят шесть тысяч", "256K"),
    ("three hundred and twelve", "312"),
    ("тысяча двести", "1200"),
    ("2 с половиной миллиона", "2.5M"),
    ("полгода", "полгода"),
    ("две трети", "67%"),
    ("каждый десятый", "10%"),
    ("one in five", "20%"),
    ("10²¹", "1e21"),
    ("3·10^5", "300 000"),
    ("тридцать второй", "32"),
]
OTHER = [
    ("61,9%", "62%"),
    ("61,9%", "69,1%"),
    ("7B", "7 млн"),
    ("7B", "13B"),
    ("1 350", "1 351"),
    ("пять", "шесть"),
    ("5", "six"),
    ("3,6 бит", "36 бит"),
    ("2024", "2025"),
    ("7 млрд", "7 тыс."),
    ("в 2 раза", "втрое"),
    ("GPT-4", "GPT-5"),
    ("20%", "half"),
    ("", "10"),
    ("128K", "128 млн"),
    ("0,05", "0,5"),
    ("1.5", "15"),
    ("двадцать пять", "26"),
    ("полтора миллиарда", "1,5 млн"),
    ("две трети", "75%"),
    ("семнадцатый", "18-й"),
    ("10²¹", "1e20"),
]


@pytest.mark.parametrize(("written", "told"), SAME)
def test_one_number_in_two_dresses(written: str, told: str) -> None:
    assert foreign(told, numbers(written)) == []


@pytest.mark.parametrize(("written", "told"), OTHER)
def test_another_number_is_seen(written: str, told: str) -> None:
    assert foreign(told, numbers(written))


@pytest.mark.parametrize(
    "told",
    ["один из методов", "оба подхода", "one of the models", "семью моделей", "half-precision"],
)
def test_words_that_count_nothing_are_no_numbers(told: str) -> None:
    assert foreign(told, numbers("текст без чисел")) == []


@given(st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False))
def test_any_decimal_is_itself_with_comma_or_point(value: object) -> None:
    assert foreign(str(value).replace(".", ","), numbers(f"итог {value} ед.")) == []


@given(st.integers(1000, 10**12), st.sampled_from([" ", "\u00a0", "\u202f", ","]))
def test_any_grouping_is_the_same_number(value: int, mark: str) -> None:
    assert foreign(str(value), numbers(f"всего {value:,} штук".replace(",", mark))) == []


@given(st.integers(11, 10**6), st.integers(11, 10**6))
def test_different_integers_differ(one: int, two: int) -> None:
    assert bool(foreign(str(two), numbers(f"всего {one}"))) == (one != two)


@given(st.text(max_size=300))
def test_a_text_has_its_own_numbers(text: str) -> None:
    assert foreign(text, numbers(text)) == []
