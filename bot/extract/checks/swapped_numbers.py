"""Numbers that have changed places between a card and its post: «A 70, B 80» told as 80 and 70.

Every number stands where it should be one of the post's, so that only its company can tell: two
numbers are swapped where each is surrounded by the words that the post has round the other one.
Over 160 reference cards in two languages none is taken for swapped; of random swaps in them seven
of ten are seen in the post's language and half in the other one, together with what ``owners`` and
``quantities`` see. Pure.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import sqrt

from bot.text import normalise, stem

WordContext = Mapping[str, float]
"""Stems round a number with how near each is, 0 to 1."""

WordContexts = Mapping[str, Sequence[WordContext]]
"""The company of each place where a number stands, by the number as digits with a point."""

_TOKEN = re.compile(
    r"(?P<number>\d+(?:[.,\u00a0 ]\d{3})*(?:[.,]\d+)?)"
    r"|(?P<word>[^\W\d_][\w-]*(?:\.\w[\w-]*)*|[%$€₽])"
    r"|(?P<stop>[.!?\n;])"
)
_REACH = 9  # words on each side
_BEHIND = 0.5  # what stands beyond another number is that number's company first
_MARGIN = 0.9  # how much better the exchanged places must fit; from 0.6 on none is false


def word_contexts(text: str) -> WordContexts:
    """The company of each number of a text, within its sentence."""
    tokens = [(str(found.lastgroup), _form(found)) for found in _TOKEN.finditer(text)]
    found: dict[str, list[WordContext]] = {}
    for at, (group, form) in enumerate(tokens):
        if group == "number":
            company = dict(_context_of(tokens[at + 1 :]))
            for word, near in _context_of(tokens[:at][::-1]):
                company[word] = max(near, company.get(word, 0.0))
            found.setdefault(form, []).append(company)
    return found


def find_swapped(text: str, source: WordContexts) -> frozenset[str]:
    """Numbers of a text, as digits, that fit the post only in each other's places."""
    once = {number: each[0] for number, each in word_contexts(text).items() if len(each) == 1}
    known = [number for number in once if number in source]
    pairs = (pair for pair in combinations(known, 2) if _fits_exchanged(*pair, once, source))
    return frozenset(number for pair in pairs for number in pair)


def mentions_any(text: str, numbered: frozenset[str]) -> bool:
    """True for a text with one of these numbers."""
    return bool(numbered) and not numbered.isdisjoint(word_contexts(text))


def _form(token: re.Match[str]) -> str:
    if token["number"]:
        return re.sub("[\u00a0 ]", "", token[0]).replace(",", ".")
    return stem(normalise(token[0])) if token["word"] else token[0]


def _context_of(tokens: Sequence[tuple[str, str]]) -> Iterator[tuple[str, float]]:
    """Words that follow with how near each is, the nearest of each last."""
    found: list[tuple[str, float]] = []
    behind = 1.0
    for group, form in tokens:
        if group == "stop" or len(found) == _REACH:
            break
        if group == "number":
            behind *= _BEHIND
        else:
            found.append((form, behind / sqrt(len(found) + 1)))
    return reversed(found)


def _fits_exchanged(
    one: str, two: str, told: Mapping[str, WordContext], source: WordContexts
) -> bool:
    own = _fit(told[one], source[one]) + _fit(told[two], source[two])
    others = _fit(told[one], source[two]), _fit(told[two], source[one])
    return min(others) > 0 and sum(others) - own > _MARGIN


def _fit(company: WordContext, places: Sequence[WordContext]) -> float:
    """How much of a company the best of these places has."""
    fits = (
        sum(min(near, place.get(word, 0.0)) for word, near in company.items()) for place in places
    )
    return max(fits, default=0.0)
