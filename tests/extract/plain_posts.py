"""Builders of invented posts for the analyst without a model."""

from datetime import UTC, datetime

from bot.collect.text.links import links_in_text
from bot.extract.extractive import analyse
from bot.model import Card, Channel, Link, Post

ATTIC = Channel(ref="77", handle="tensor_attic", title="Тензорный чердак")


def post(text: str, *links: Link, title: str = ATTIC.title, **more: object) -> Post:
    values = {
        "channel": ATTIC.model_copy(update={"title": title}),
        "message_id": 5,
        "published_at": datetime(2026, 11, 1, tzinfo=UTC),
        "text": text,
        "links": links or links_in_text(text),
    }
    return Post.model_validate(values | more)


def card_of(text: str, **more: object) -> Card:
    (card,) = analyse(post(text, **more)).cards.values()  # type: ignore[arg-type]
    return card


def whole(card: Card) -> str:
    return "\n".join((card.title, card.tldr, *card.bullets))


def kind_of(text: str, **more: object) -> str:
    return str(analyse(post(text, **more)).kind)  # type: ignore[arg-type]


def topics_of(text: str) -> list[str]:
    return [str(topic) for topic in analyse(post(text)).topics]
