"""Sentences of a model's answer: shown where the posts that they cite say so, else left out."""

from collections.abc import Sequence

import pytest

from bot.extract.checks.copied_form import instructions
from bot.extract.forms.forms import AnswerForm
from bot.extract.llm.prompt import load_prompt
from bot.extract.questions.checking import check_answer
from bot.model import Language
from tests.fakes.entries import make_entry

MAPLE = (
    "Компания Ветродуй выпустила модель Клён 2: 34 млрд параметров, 61,5 % на тесте MMLU-Pro "
    "против 58,2 % у модели Осина. Лицензия MIT. Автор Игорь Белов пишет: «модель обучали всего "
    "девять дней»."
)
JUNIPER = (
    "Lanternworks released Juniper 3, a 7B model that reads 128k tokens. It runs at 45 tokens/s "
    "on one RTX 4090; Cedar by Mossbyte reaches only 30."
)
POSTS = (
    make_entry("pane_one", 1, text=MAPLE, title="Ветродуй выпустила Клён 2", tldr=MAPLE),
    make_entry("pane_two", 2, text=JUNIPER, title="Lanternworks released Juniper 3", tldr=JUNIPER),
)
TOLD = instructions(load_prompt().answer_system)


def shown(text: str, posts: Sequence[int], language: Language) -> tuple[str, ...]:
    form = AnswerForm.model_validate(
        {"bearing": [1], "sentences": [{"text": text, "posts": posts}]}
    )
    return tuple(each.text for each in check_answer(form, POSTS, language, TOLD))


@pytest.mark.parametrize(
    ("text", "posts", "language"),
    [
        ("Ветродуй выпустила Клён 2 с 34 млрд параметров.", [1], "ru"),
        ("Клён 2 набирает 61,5 % на MMLU-Pro, а Осина — 58,2 %.", [1], "ru"),
        ("По словам Игоря Белова, «модель обучали всего девять дней».", [1], "ru"),
        ("Модель доступна под лицензией MIT.", [1], "ru"),
        ("Lanternworks выпустила Juniper 3 на 7B параметров, он читает 128k токенов.", [2], "ru"),
        ("Juniper 3 runs at 45 tokens/s on an RTX 4090, Cedar at 30.", [2], "en"),
        ("Vetroduy released Klyon 2 under the MIT licence.", [1], "en"),
    ],
)
def test_what_the_posts_say_is_shown(text: str, posts: Sequence[int], language: Language) -> None:
    assert shown(text, posts, language) == (text,)


@pytest.mark.parametrize(
    ("text", "posts", "language"),
    [
        ("Ветродуй выпустила Клён 2 с 70 млрд параметров.", [1], "ru"),
        ("Пётр Кузнецов из Ветродуя выпустил Клён 2.", [1], "ru"),
        ("Клён 2 выпустил Сбер.", [1], "ru"),
        ("Модель вышла под лицензией Apache.", [1], "ru"),
        ("Игорь Белов пишет: «это лучшая модель в мире на сегодня».", [1], "ru"),
        ("Клён 2 вышел 5 мая 2024 года.", [1], "ru"),
        ("Да, это так.", [1], "ru"),
        ("Cedar runs at 45 tokens/s and Juniper 3 at 30.", [2], "en"),
        ("Juniper 3 was released by OpenAI.", [2], "en"),
        ("Juniper 3 was released by Mistral.", [2], "en"),
        ("Juniper 3 reads 256k tokens.", [2], "en"),
        ("Lanternworks released Juniper 3.", [1], "en"),
        ("Ветродуй выпустила Клён 2.", [99], "ru"),
    ],
)
def test_what_they_do_not_say_is_left_out(
    text: str, posts: Sequence[int], language: Language
) -> None:
    assert shown(text, posts, language) == ()
