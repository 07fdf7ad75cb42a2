"""Invented posts and their cards: without a model, and of a model's answers after the checker."""

import json
import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.collect.text.links import links_in_text
from bot.extract.errors import ModelError
from bot.extract.extractive import analyse
from bot.model import Analysis, Card, Channel, Language, Post
from bot.text import cyrillic_share
from tests.extract.talk import talking
from tests.fakes import openai_answers as answers
from tests.fakes.openai_forms import form

HERE = Path(__file__).parent
_ATTIC = Channel(ref="77", handle="tensor_attic", title="AI FORTOCHKA NEWS")
_DAY = datetime(2026, 11, 1, tzinfo=UTC)

Answer = dict[str, Any]
"""``kind``, ``topic``, ``title``, ``tldr``, ``bullets`` of ``posts.toml``."""


@dataclass(frozen=True)
class Sample:
    """An invented post, what it shows, and the answers of a model to the first and second turn."""

    about: str
    post: Post
    answer: Answer | None
    again: Answer | None

    @property
    def language(self) -> Language:
        """The language of its card."""
        return "ru" if cyrillic_share(self.post.text) > 0.5 else "en"


@dataclass(frozen=True)
class Reading:
    """What became of an answer: the card that is shown, and what the checker had to say."""

    analysis: Analysis
    card: Card
    repaired: bool
    offences: Counter[str]


def samples() -> list[Sample]:
    """The posts of ``posts.toml`` in their order."""
    rows = tomllib.loads((HERE / "posts.toml").read_text("utf-8"))["post"]
    return [_sample(number, row) for number, row in enumerate(rows, 1)]


def _sample(number: int, row: dict[str, Any]) -> Sample:
    text = row["text"].strip()
    links = links_in_text(text)
    post = Post(channel=_ATTIC, message_id=number, published_at=_DAY, text=text, links=links)
    answer = row.get("model")
    return Sample(row["about"], post, answer, (answer or {}).get("again"))


def first_version() -> list[Card]:
    """Cards of the same posts by the first version, without a model."""
    return [
        Card.model_validate(row)
        for row in json.loads((HERE / "first_version.json").read_text("utf-8"))
    ]


def quoted(sample: Sample) -> tuple[Analysis, Card]:
    """The reading without a model."""
    analysis = analyse(sample.post)
    return analysis, next(iter(analysis.cards.values()))


async def answered(sample: Sample) -> Reading | None:
    """What the bot shows of a model's answer; None where the file has no answer."""
    if sample.answer is None:
        return None
    async with talking(languages=(sample.language,)) as (fake, model):
        turns = [sample.answer, *([sample.again] if sample.again else [])]
        fake.script(
            *(answers.says(filled(turn, sample, whole=not n)) for n, turn in enumerate(turns))
        )
        try:
            analysis, usage = await model.analyse(sample.post)
        except ModelError as error:  # as the worker does where nothing can be shown
            analysis, usage = analyse(sample.post), error.usage
    return Reading(analysis, analysis.cards[sample.language], usage.repaired, usage.offences)


def filled(answer: Answer, sample: Sample, *, whole: bool) -> Answer:
    """The form of the model with an answer in it, or the part that a repair turn asks for.

    The one place that knows the form: where it changes, so does this.
    """
    card = {name: answer[name] for name in ("bullets", "tldr", "title")}
    if not whole:
        return {sample.language: card}
    fields = {
        "language": sample.language,
        "kind": answer["kind"],
        "primary_topic": answer["topic"],
    }
    return form(**fields, **{sample.language: card})
