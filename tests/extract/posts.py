"""Builders of invented posts and filled forms for the analyst's tests."""

from datetime import UTC, datetime
from typing import Any

from bot.extract.checks.check import Checked, check
from bot.extract.forms.forms import PostForm
from bot.model import Channel, Link, Post
from tests.fakes.openai_forms import form

Json = dict[str, Any]

ATTIC = Channel(ref="1001", handle="tensor_attic", title="Тензорный чердак")
PAPER = Link(
    url="https://arxiv.org/abs/2505.24832", anchor="статья", kind="paper", paper="arxiv:2505.24832"
)
CODE = Link(url="https://github.com/attic/quant", anchor="код", kind="code")
TEXT = (
    "Квантизация до 3,6 бит без потерь\n\n"
    "Авторы QuantAttic сжали Llama-3.1-8B до 3,6 бит: 61,9% на MMLU против 62,4% у исходной "
    "модели. Калибровка на 1 350 примерах заняла пять часов на H100. Скорость выросла вдвое."
)


def post(text: str = TEXT, *links: Link, number: int = 1) -> Post:
    """A post of a made-up channel with a paper and its code, or with the given links."""
    return Post(
        channel=ATTIC,
        message_id=number,
        published_at=datetime(2026, 11, 1, 9, tzinfo=UTC),
        text=text,
        links=links or (PAPER, CODE),
    )


RU: Json = {
    "title": "QuantAttic сжимает Llama-3.1-8B до 3,6 бит",
    "tldr": "Модель сохраняет 61,9% на MMLU против 62,4% у исходной.",
    "bullets": ["Калибровка на 1350 примерах за 5 часов."],
}
EN: Json = {
    "title": "QuantAttic compresses Llama-3.1-8B to 3.6 bits",
    "tldr": "The model keeps 61.9% on MMLU against 62.4% of the original.",
    "bullets": ["Calibration on 1,350 samples takes five hours."],
}
EMPTYISH: Json = {"title": "Вышла работа", "tldr": "Авторы рассказали о работе.", "bullets": []}


def checked(
    where: Post | None = None, languages: tuple[Any, ...] = ("ru",), **fields: Any
) -> Checked:
    """A form with a good Russian card, changed, against the standard post."""
    filled = PostForm.model_validate(form(**{"ru": RU, **fields}))
    return check(filled, where or post(), languages)


def card(text: str, where: Post | None = None) -> Checked:
    """A Russian card whose second sentence is the given text."""
    return checked(where, ru=RU | {"tldr": f"Авторы описали метод. {text}"})
