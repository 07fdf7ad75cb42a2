"""What a number measures: percent, times, money, bytes, time, in all our languages. Pure."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from bot.i18n import language_texts
from bot.languages import LANGUAGES

_SIGNS = {"%": "%", "$": r"\$", "€": "€", "₽": "₽", "£": "£", "¥": "¥", "times": "×"}
_MONEY = re.compile(r"([$€₽£¥])\s?$")
_SMALLER = (("year", 12, "month"), ("week", 7, "day"), ("day", 24, "h"), ("h", 60, "min"),
            ("min", 60, "s"), ("s", 1_000, "ms"))  # fmt: skip
_MONTH = re.compile(r"([^\W\d_]{3,9})\.? $")
_DAYS = 31
_ALIKE = frozenset({"%", "pp"})


class Unit(NamedTuple):
    """A unit by its name in ``MeasureWords``, and where its word ends."""

    name: str
    end: int


def unit_after(text: str, end: int) -> Unit | None:
    """The unit that stands right after a place of a text."""
    units = _units()
    found = units.pattern.match(text, end)
    return Unit(units.names[int(str(found.lastgroup)[1:])], found.end()) if found else None


def unit_of(text: str, start: int, end: int) -> Unit | None:
    """The unit after a number, or the sign of money before it."""
    if money := _MONEY.search(text, max(start - 2, 0), start):
        return Unit(money[1], end)
    if found := unit_after(text, end):
        return found
    month = _MONTH.search(text, max(start - 12, 0), start)  # “March 5”
    named = _units().months.get(month[1].casefold()) if month else None
    day = text[start:end].isdecimal() and int(text[start:end]) <= _DAYS
    return Unit(named, end) if named and day else None


def comparable(one: str | None, two: str | None) -> bool:
    """True for one unit, for percent and points of it, and where one is not told."""
    return one is None or two is None or one == two or {one, two} <= _ALIKE


def converted(value: Decimal, unit: str) -> Iterator[Decimal]:
    """A span of time in the next smaller unit, and in the next greater one where it comes out.

    Percent as a share.
    """
    if unit == "%":
        yield value / 100
    for great, times, small in _SMALLER:
        if unit == great:
            yield value * times
        elif unit == small and (value * 2 / times) % 1 == 0:
            yield value / times


class _Units(NamedTuple):
    pattern: re.Pattern[str]
    names: tuple[str, ...]
    months: Mapping[str, str]


@cache
def _units() -> _Units:
    tables = [language_texts(code).measures.units for code in LANGUAGES]
    months: dict[str, str] = {}
    for code in LANGUAGES:
        for number, month in enumerate(language_texts(code).messages.words.months, 1):
            for form in {month, month[:3]} if month.isascii() else {month}:
                months[form.casefold()] = f"month {number}"
    tables.append({name: "|".join(form for form in months if months[form] == name)
                   for name in months.values()})  # fmt: skip
    names = tuple(dict.fromkeys(name for table in tables for name in table))
    groups = []
    for number, name in enumerate(names):
        words = "|".join(table[name] for table in tables if name in table)
        sign = f"{_SIGNS[name]}|" if name in _SIGNS else ""
        groups.append(rf"(?P<u{number}>{sign}(?:{words})(?!\w))")
    return _Units(re.compile(rf"[ \u00a0-]?(?:{'|'.join(groups)})", re.IGNORECASE), names, months)
