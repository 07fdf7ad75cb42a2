"""What a model call may cost and did cost, in micro-dollars. Pure.

Prices are dollars per million tokens, which is micro-dollars per token. They come from
``OPENAI_PRICE``, else from the tables that the package ``genai-prices`` ships.
"""

import math
from typing import NamedTuple

from bot.extract.budget.price_table import Rates, is_private, listed_price
from bot.model import Post


class Price(Rates):
    """Dollars per million tokens; cache reads and writes cost a plain read where none is given."""

    __slots__ = ()

    def __new__(
        cls,
        read: float,
        written: float,
        cached: float | None = None,
        cache_write: float | None = None,
    ) -> "Price":
        return super().__new__(
            cls,
            read,
            written,
            read if cached is None else cached,
            read if cache_write is None else cache_write,
        )

    @property
    def dearest_read(self) -> float:
        """The most that a token read may cost: plain, or written to the cache."""
        return max(self.read, self.cache_write)


FREE = Price(0, 0, 0, 0)
UNKNOWN = Price(5, 30, 5, 6.25)
"""Taken for a model without a known price: that of gpt-5.5, of ordinary models the dearest.

19 of 20 priced models of genai-prices 0.2.3 cost no more; the rest are "pro" and research
editions up to o1-pro at 150/600, which would end all reading at the default budget.
"""

_PREFIX = 6_000  # tokens of the instructions and the form
ANSWERS = 6_000  # tokens of two answers at their cap, the second one longer after a cut
LINKS, LINK, ANCHOR = 60, 130, 120  # links that a prompt shows, characters of each and its words
DENSE_BYTES_PER_TOKEN = 2  # dense text such as Chinese; Russian has about five, English four
CARD = 200  # tokens of a card
_COMPARED = 8  # cards of other channels that a post is compared with, at most

USUAL_ANSWER = 1_100  # tokens of an answer with two cards
FLEX = 0.5  # of the price, for calls with ``service_tier=flex``


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


def price_of(
    model: str, base_url: str | None = None, stated: tuple[float, ...] | None = None
) -> Price:
    """The stated price (2 to 4 figures), none at a private address, the listed one, or UNKNOWN.

    ``base_url`` None is OpenAI. Of a price that changes with the hour the dearest is taken.
    """
    if stated:
        return Price(*stated)
    if base_url is not None and is_private(base_url):
        return FREE
    rates = listed_price(model, base_url)
    return UNKNOWN if rates is None else Price(*rates)


def charge(
    price: Price, *, read: int, cached: int, cache_writes: int, written: int, flex: bool = False
) -> float:
    """What a call cost in micro-dollars; ``cached`` and ``cache_writes`` are parts of ``read``."""
    plain = max(read - cached - cache_writes, 0)
    cost = (
        plain * price.read
        + cached * price.cached
        + cache_writes * price.cache_write
        + written * price.written
    )
    return cost * FLEX if flex else cost


def most(price: Price, post: Post) -> int:
    """Upper estimate, in micro-dollars, of what reading a post costs with one repair turn."""
    read = 2 * (_PREFIX + (1 + _COMPARED) * CARD + _tokens(post)) + ANSWERS // 2
    return _at_most(price, read, ANSWERS)


def most_of_judging(price: Price) -> int:
    """Upper estimate of what comparing a post with earlier ones costs."""
    return _at_most(price, _PREFIX, ANSWERS // 6)


def most_of_opening(price: Price, cards: int) -> int:
    """Upper estimate of what the opening of a digest costs."""
    return _at_most(price, 2 * _PREFIX + 2 * CARD * cards, ANSWERS)


def most_of_question(price: Price) -> int:
    """Upper estimate of what one of the two calls about a reader's question costs."""
    return _at_most(price, 2 * _PREFIX, ANSWERS // 5)


def usual(price: Price, post: Post) -> Estimate:
    """What reading a post will usually take, with nothing read from a cache."""
    read = _PREFIX + _tokens(post) // 2
    cost = charge(price, read=read, cached=0, cache_writes=0, written=USUAL_ANSWER)
    return Estimate(1, read, USUAL_ANSWER, math.ceil(cost))


def _at_most(price: Price, read: int, written: int) -> int:
    return math.ceil(read * price.dearest_read + written * price.written)


def _tokens(post: Post) -> int:
    """Tokens of what a prompt shows of a post, at most."""
    links = (link.url[:LINK] + link.anchor[:ANCHOR] for link in post.links[:LINKS])
    return len("".join([post.text, *links]).encode(errors="ignore")) // DENSE_BYTES_PER_TOKEN
