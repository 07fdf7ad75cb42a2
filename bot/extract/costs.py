"""What a model call may cost and did cost, in micro-dollars. Pure.

Prices are dollars per million tokens, read and written, as published in November 2026; a cached
prefix is counted in full, so that a budget is never passed by a cache that went cold.
"""

import math
import re
from typing import NamedTuple

from bot.model import Post


class Price(NamedTuple):
    """Dollars per million tokens, which is micro-dollars per token."""

    read: float
    written: float


KNOWN = {
    "gpt-5-nano": Price(0.05, 0.40),
    "gpt-5-mini": Price(0.25, 2.00),
    "gpt-5": Price(1.25, 10.00),
    "gpt-4.1-nano": Price(0.10, 0.40),
    "gpt-4.1-mini": Price(0.40, 1.60),
    "gpt-4.1": Price(2.00, 8.00),
    "gpt-4o-mini": Price(0.15, 0.60),
    "gpt-4o": Price(2.50, 10.00),
}
UNKNOWN = Price(*(max(column) for column in zip(*KNOWN.values(), strict=True)))
"""An unknown model is taken to be as dear as any known one: a cap must hold."""

PREFIX = 6_000  # tokens of the instructions and the form
ANSWERS = 6_000  # tokens of two answers at their cap, the second one longer after a cut
LINKS, LINK, ANCHOR = 60, 130, 120  # links that a prompt shows, characters of each and its words
BYTES_PER_TOKEN = 2  # dense text such as Chinese; Russian has about five, English four
CARD = 200  # tokens of a card

USUAL_ANSWER = 1_100  # tokens of an answer with two cards
_DATED = r"(-\d{4}-\d{2}-\d{2}|-latest)?"


class Estimate(NamedTuple):
    """Tokens of calls about posts, and what they will usually cost in micro-dollars."""

    posts: int
    read: int
    written: int
    cost: int

    def __add__(self, other: object) -> "Estimate":
        if not isinstance(other, Estimate):
            return NotImplemented
        return Estimate(*(one + two for one, two in zip(self, other, strict=True)))


NOTHING = Estimate(0, 0, 0, 0)


def price_of(model: str, stated: tuple[float, float] | None = None) -> Price:
    """The stated price, else the known one of exactly that model, its dated versions included."""
    if stated:
        return Price(*stated)
    name = model.rpartition("/")[2]
    for known, price in KNOWN.items():
        if re.fullmatch(re.escape(known) + _DATED, name):
            return price
    return UNKNOWN


def most(price: Price, post: Post) -> int:
    """Upper estimate, in micro-dollars, of what reading a post costs with one repair turn."""
    read = 2 * (PREFIX + CARD + _tokens(post)) + ANSWERS // 2
    return spent(price, read, ANSWERS)


def most_of_opening(price: Price, cards: int) -> int:
    """Upper estimate of what the opening of a digest costs, with the first call's probe."""
    return spent(price, 2 * PREFIX + 2 * CARD * cards, ANSWERS)


def usual(price: Price, post: Post) -> Estimate:
    """What reading a post will usually take."""
    read = PREFIX + _tokens(post) // 2
    return Estimate(1, read, USUAL_ANSWER, spent(price, read, USUAL_ANSWER))


def spent(price: Price, read: int, written: int) -> int:
    """What that many tokens cost, rounded up."""
    return math.ceil(read * price.read + written * price.written)


def _tokens(post: Post) -> int:
    """Tokens of what a prompt shows of a post, at most."""
    links = (link.url[:LINK] + link.anchor[:ANCHOR] for link in post.links[:LINKS])
    return len("".join([post.text, *links]).encode(errors="ignore")) // BYTES_PER_TOKEN
