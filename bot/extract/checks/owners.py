"""Whose a number is: names that stand with it in a clause or a row, in any language. Pure.

Only names can be followed from one language into another. A number of a card is another's where
its owner is sure, the post gives it to other names everywhere, and gives that owner a number of
its own of the same measure. Names after a preposition («на Glyph-QA») own no number, but may.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from bot.extract.checks.quantities import Quantity
from bot.extract.checks.units import comparable
from bot.i18n import language_texts
from bot.languages import LANGUAGES
from bot.text import cyrillic_share, normalise, stem

OwnerName = frozenset[str]
"""The words of a name, as stems."""

_PROPER = r"[A-ZА-ЯЁ][^\W_]*(?:[-.+][^\W_]+)*\+*|[a-zа-яё]+[A-ZА-ЯЁ0-9][^\W_]*(?:[-.][^\W_]+)*"
_NAME = re.compile(rf"(?<![\w.-])(?:{_PROPER})(?:[ \u00a0](?:{_PROPER}))*")
_SENTENCE = re.compile(r"\n+|(?<=[.!?…])\s+(?=[A-ZА-ЯЁ«\"“(•\d])")
_STOPS = re.compile(r"[,;:()|\n]| (?:а|и|но|and|while|but) ")
_INSIDE = re.compile(r"(?<=[\w,;(«\"|] )([A-ZА-ЯЁ][^\W\d_]+)")
_LABELS = re.compile(r"\s*(?:[|:]|[—–-]\s)")
_LABEL = re.compile(
    rf"(?m:^)[^\w\n]*((?:{_PROPER})(?:[ \u00a0](?:{_PROPER}))*)(?=\s*[|:]|\s[—–-]\s)"
)
_CELL = re.compile(r"[|\t]")
_BEFORE = re.compile(r"(?<![^\s(])([^\W_]+)[ \u00a0][«\"“(]?$")
_LEFT = 30  # characters before a name that may tell what it does in its sentence
_RUSSIAN_FROM = 0.3  # share of Cyrillic from which a Latin word is a name
_YEARS = range(1900, 2101)
_THING = re.compile(r"[ \u00a0-]([a-zа-яё]{3,})")
_RELATIVE = "times"  # says of two owners at once
_OPENS = re.compile(r"^[\W\d_]*$")


class Owned(NamedTuple):
    """A number with all names that may own it, the one that surely does, and what it counts.

    ``subjects`` are sure owners that no preposition governs: who was named last, what heads the
    column of a table; ``thing`` is the stem of the next word;
    ``near`` are all names of its ``sentence``, which goes by its start.
    """

    quantity: Quantity
    owners: tuple[OwnerName, ...]
    sure: OwnerName | None
    subjects: tuple[OwnerName, ...]
    thing: str
    sentence: int
    near: tuple[OwnerName, ...]


class _Named(NamedTuple):
    start: int
    end: int
    name: OwnerName
    governed: bool
    label: bool


def owned(
    text: str, told: Sequence[Quantity], names: frozenset[str] | None = None
) -> tuple[Owned, ...]:
    """The numbers of a text ``in_digits`` with their owners.

    ``names`` are words known to be names however they stand, by default those of the text.
    """
    found: list[Owned] = []
    names = name_words(text) if names is None else names
    start = 0
    for stop in [*(match.end() for match in _SENTENCE.finditer(text)), len(text)]:
        inside = [each for each in told if start <= each.start < stop]
        if inside:
            units = [range(each.start, each.end) for each in inside]
            named = [
                one
                for one in _named(text, start, stop, names)
                if not any(one.start in unit for unit in units)
            ]
            found += _in_sentence(text, (start, stop), inside, named)
        start = stop
    return tuple(_with_columns(text, each) for each in found) if "|" in text else tuple(found)


def misowned(card: Sequence[Owned], post: Sequence[Owned]) -> Iterator[str]:
    """Numbers of a card, as written, that the post gives to others."""
    for each in card:
        if each.sure is not None and not _is_year(each.quantity) and _is_others(each, post):
            yield each.quantity.text


def _is_others(card: Owned, post: Sequence[Owned]) -> bool:
    owner, told = card.sure, card.quantity
    places = [
        each
        for each in post
        if each.quantity.readings & told.readings and comparable(each.quantity.unit, told.unit)
    ]
    if owner is None or told.unit == _RELATIVE or not all(each.owners for each in places):
        return False
    if not places or any(_is_one(owner, name) for each in places for name in each.owners):
        return False
    return any(
        any(_is_one(owner, subject) for subject in each.subjects)
        and _measure_alike(each, place)
        and not _named_there(card, place, each)
        and (each.sentence == place.sentence or not any(_is_one(owner, n) for n in place.near))
        for place in places
        for each in post
        if not each.quantity.readings & told.readings and not _is_year(each.quantity)
    )


def _named_there(card: Owned, place: Owned, other: Owned) -> bool:
    """True where the card has the owner, only not as such: «10 млн в Lumen»."""
    owners = set(place.owners)
    return owners <= set(card.owners) and not owners <= set(other.owners)


def _measure_alike(one: Owned, two: Owned) -> bool:
    """True for numbers of a post that may stand in each other's place."""
    units = one.quantity.unit, two.quantity.unit
    if units != (None, None):
        return comparable(*units)
    return not one.thing or not two.thing or one.thing == two.thing


def _is_one(one: OwnerName, two: OwnerName) -> bool:
    return one <= two or two <= one


def _is_year(told: Quantity) -> bool:
    return told.unit is None and any(str(value).isdigit() and int(value) in _YEARS
                                     for value in told.readings)  # fmt: skip


def _in_sentence(
    text: str, span: tuple[int, int], inside: Sequence[Quantity], named: Sequence[_Named]
) -> Iterator[Owned]:
    """Owners by clause: who was named last before the number, or goes on owning."""
    before, near = 0, tuple(one.name for one in named)
    subjects, around = list[OwnerName](), list[OwnerName]()
    for number, each in enumerate(inside):
        after = inside[number + 1].start if number + 1 < len(inside) else span[1]
        between = [one for one in named if before <= one.start < each.start]
        clause = _STOPS.search(text, each.end, after)
        end = clause.start() if clause else after
        follow = [one.name for one in named if each.end <= one.start < end]
        fresh = [one for one in between if not one.governed]
        if len(fresh) > 1:
            fresh = [one for one in fresh if not one.label]  # «Скорость: Ivory — 210»
        if fresh:
            subjects, around = [one.name for one in fresh], []
        around += [one.name for one in between]
        owners = tuple(dict.fromkeys([*around, *follow]))
        subject = subjects[0] if len(subjects) == 1 else None
        sure = subject or (owners[0] if not subjects and len(owners) == 1 else None)
        certain = (subject,) if subject else ()
        yield Owned(each, owners, sure, certain, _thing(text, each), span[0], near)
        before = each.end


def _thing(text: str, told: Quantity) -> str:
    """The word after a number; a scale stands for one: ``65B`` are no examples."""
    if not told.text[-1:].isdigit():
        return "#"
    word = _THING.match(text, told.end)
    return stem(normalise(word[1])) if word else ""


def _named(text: str, start: int, stop: int, names: frozenset[str]) -> Iterator[_Named]:
    for match in _NAME.finditer(text, start, stop):
        words = match[0].split()
        left = text[max(start, match.start() - _LEFT) : match.start()]
        opens = match.start() - start < _LEFT and _OPENS.match(left) is not None
        labels = _LABELS.match(text, match.end())  # «Ivory | 87,4», «Ivory: 87,4»
        if opens and not labels and not _is_telling(words, names):
            words = words[1:]
        words = [word for word in words if word.casefold() not in _common()]
        if not words:
            continue
        said = _BEFORE.search(left)
        label = opens and labels is not None
        governed = said is not None and said[1].casefold() in _governing() and not opens
        yield _Named(match.start(), match.end(), frozenset(map(_key, words)), governed, label)


def _is_telling(words: Sequence[str], names: frozenset[str]) -> bool:
    """True for a word at the beginning of a sentence that is a name all the same."""
    first = words[0]
    plain = first.isalpha() and first[1:].islower()
    return not plain or first.casefold() in names


def name_words(text: str) -> frozenset[str]:
    """Words, caseless, with a capital inside of a sentence, or always with one and twice."""
    found: set[str] = set()
    seen = Counter(re.findall(r"[^\W\d_]+", text))
    for pattern in (_INSIDE, _LABEL):
        found |= {word.casefold() for match in pattern.finditer(text) for word in match[1].split()}
    found |= {
        word.casefold()
        for word, times in seen.items()
        if times > 1 and word[0].isupper() and word.casefold() not in seen
    }
    if cyrillic_share(text) > _RUSSIAN_FROM:
        found |= {word.casefold() for word in seen if word.isascii() and word[0].isupper()}
    return frozenset(found - _common())


def _key(word: str) -> str:
    return stem(normalise(re.sub(r"['’]s?$", "", word)))


def _with_columns(text: str, each: Owned) -> Owned:
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
    heads = [frozenset(map(_key, found[0].split())) for found in _NAME.finditer(cells[cell])]
    sure = (*each.subjects, *heads) if len(heads) == 1 else each.subjects
    return each._replace(owners=(*each.owners, *heads), subjects=sure)


@cache
def _common() -> frozenset[str]:
    """Words that are no names however they are written."""
    texts = [language_texts(code) for code in LANGUAGES]
    return frozenset(" ".join(f"{t.stop_words} {t.function_words}" for t in texts).split())


@cache
def _governing() -> frozenset[str]:
    return frozenset("|".join(language_texts(c).measures.governing for c in LANGUAGES).split("|"))
