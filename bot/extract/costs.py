"""What a model call may cost and did cost, in micro-dollars. Pure.

Prices are dollars per million tokens, read and written, as published in November 2026; a cached
prefix is counted in full, so that a budget is never passed by a cache that went cold.
"""

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
UNKNOWN = max(KNOWN.values(), key=lambda price: price.written)
"""An unknown model is taken for the dearest known one: a cap must hold."""

PREFIX = 6_000  # tokens of the instructions and the form
ANSWER = 4_800  # tokens of two answers at their cap
CHARACTERS_PER_TOKEN = 2  # Russian text; English has about four


def price_of(model: str, stated: tuple[float, float] | None = None) -> Price:
    """The stated price, else the known one by the longest prefix of the model's name."""
    if stated:
        return Price(*stated)
    name = model.rpartition("/")[2]
    fitting = [known for known in KNOWN if name.startswith(known)]
    return KNOWN[max(fitting, key=len)] if fitting else UNKNOWN


def most(price: Price, post: Post) -> int:
    """Upper estimate of what reading a post costs, with one repair turn."""
    read = 2 * (PREFIX + len(post.text) // CHARACTERS_PER_TOKEN) + ANSWER
    return round(read * price.read + ANSWER * price.written)


def spent(price: Price, read: int, written: int) -> int:
    """What that many tokens cost."""
    return round(read * price.read + written * price.written)
