"""Whose a number is: names that stand with it in a clause or a row, in any language. Pure.

Only names can be followed from one language into another. A number of a card is another's where
its owner is sure, the post gives it to other names everywhere, and gives that owner a number of
its own of the same measure. Names after a preposition («на Glyph-QA») own no number, but may.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from bot.extract.checks.quantities import Quantity
from bot.extract.checks.units import comparable
from bot.i18n import language_texts
from bot.languages import LANGUAGES
from bot.text import normalise, stem

Name = frozenset[str]
"""The words of a name, as stems."""

_PROPER = r"[A-ZА-ЯЁ][^\W_]*(?:[-.+][^\W_]+)*\+*|[a-zа-яё]+[A-ZА-ЯЁ0-9][^\W_]*(?:[-.][^\W_]+)*"
_NAME = re.compile(rf"(?<![\w.-])(?:{_PROPER})(?:[ \u00a0](?:{_PROPER}))*")
_SENTENCE = re.compile(r"\n+|(?<=[.!?…])\s+(?=[A-ZА-ЯЁ«\"“(•\d])")
_STOPS = re.compile(r"[,;:()|\n]| (?:а|и|но|and|while|but) ")
_CELL = re.compile(r"[|\t]")
_YEARS = range(1900, 2101)
_OPENS = re.compile(r"^[\W\d_]*$")


class Owned(NamedTuple):
    """A number with all names that may own it, and the one that surely does."""

    quantity: Quantity
    owners: tuple[Name, ...]
    sure: Name | None


class _Named(NamedTuple):
    start: int
    end: int
    name: Name
    governed: bool


def owned(text: str, told: Sequence[Quantity]) -> tuple[Owned, ...]:
    """The numbers of a text ``in_digits`` with their owners."""
    found: list[Owned] = []
    lower = {word for word in re.findall(r"[^\W\d_]+", text) if word.islower()}
    start = 0
    for stop in [*(match.end() for match in _SENTENCE.finditer(text)), len(text)]:
        inside = [each for each in told if start <= each.start < stop]
        if inside:
            named = list(_named(text, start, stop, lower))
            found += _in_sentence(text, stop, inside, named)
        start = stop
    return (
        tuple(_with_columns(text, each, lower) for each in found) if "|" in text else tuple(found)
    )


def misowned(card: Sequence[Owned], post: Sequence[Owned]) -> Iterator[str]:
    """Numbers of a card, as written, that the post gives to others."""
    for each in card:
        if each.sure is not None and not _is_year(each.quantity) and _is_others(each, post):
            yield each.quantity.text


def _is_others(card: Owned, post: Sequence[Owned]) -> bool:
    owner, told = card.sure, card.quantity
    alike = [each for each in post if comparable(each.quantity.unit, told.unit)]
    places = [each for each in alike if each.quantity.readings & told.readings]
    if owner is None or not places or not all(each.owners for each in places):
        return False
    if any(_is_one(owner, name) for each in places for name in each.owners):
        return False
    others = (each for each in alike if not each.quantity.readings & told.readings)
    return any(_is_one(owner, name) for each in others for name in each.owners)


def _is_one(one: Name, two: Name) -> bool:
    return one <= two or two <= one


def _is_year(told: Quantity) -> bool:
    return told.unit is None and any(str(value).isdigit() and int(value) in _YEARS
                                     for value in told.readings)  # fmt: skip


def _in_sentence(
    text: str, stop: int, inside: Sequence[Quantity], named: Sequence[_Named]
) -> Iterator[Owned]:
    """Owners by clause: who was named last before the number, or goes on owning."""
    before, carried = 0, list[Name]()
    for number, each in enumerate(inside):
        after = inside[number + 1].start if number + 1 < len(inside) else stop
        between = [one for one in named if before <= one.start < each.start]
        clause = _STOPS.search(text, each.end, after)
        follow = [
            one.name
            for one in named
            if each.end <= one.start < (clause.start() if clause else after)
        ]
        subjects = [one.name for one in between if not one.governed]
        carried = subjects or carried
        owners = [*(one.name for one in between), *follow, *carried]
        sure = carried[0] if len(carried) == 1 else None
        if not carried and len(set(owners)) == 1:
            sure = owners[0]
        yield Owned(each, tuple(dict.fromkeys(owners)), sure)
        before = each.end


def _named(text: str, start: int, stop: int, lower: set[str]) -> Iterator[_Named]:
    for match in _NAME.finditer(text, start, stop):
        words = match[0].split()
        opens = _OPENS.match(text[start : match.start()])
        if opens and not _is_telling(words[0], lower):
            words = words[1:]
        words = [word for word in words if word.casefold() not in _common()]
        if not words:
            continue
        said = re.findall(r"[^\W_]+", text[start : match.start()])
        governed = bool(said) and said[-1].casefold() in _governing() and not opens
        yield _Named(match.start(), match.end(), frozenset(map(_key, words)), governed)


def _is_telling(word: str, lower: set[str]) -> bool:
    """True for a word at the beginning of a sentence that is a name all the same."""
    plain = word.isalpha() and word[1:].islower()
    return not plain or (word.isascii() and word.casefold() not in lower | _common())


def _key(word: str) -> str:
    return stem(normalise(re.sub(r"['’]s?$", "", word)))


def _with_columns(text: str, each: Owned, lower: set[str]) -> Owned:
    """Also the names that head the column of a number in a table."""
    line = text.rfind("\n", 0, each.quantity.start) + 1
    cell = len(_CELL.findall(text, line, each.quantity.start)) if line else 0
    head = line
    while head and "|" in text[(above := text.rfind("\n", 0, head - 1) + 1) : head]:
        head = above
    if not cell or head == line:
        return each
    cells = _CELL.split(text[head : text.find("\n", head)])
    if cell >= len(cells):
        return each
    heads = [one.name for one in _named(cells[cell], 0, len(cells[cell]), lower)]
    return each._replace(owners=(*each.owners, *heads))


@cache
def _common() -> frozenset[str]:
    """Words that are no names however they are written."""
    texts = [language_texts(code) for code in LANGUAGES]
    return frozenset(" ".join(f"{t.stop_words} {t.function_words}" for t in texts).split())


@cache
def _governing() -> frozenset[str]:
    return frozenset("|".join(language_texts(c).measures.governing for c in LANGUAGES).split("|"))
