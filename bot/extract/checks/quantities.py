"""How a text tells its numbers: unit, sign, direction and bound of each. Pure.

A number of a card may stand in the post and still be told wrong: 2.7 times as 2.7 %, a fall as a
rise, at least as at most. It is told wrong where every place of the post that has it says
otherwise; a place that says nothing contradicts nothing.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Literal, NamedTuple

from bot.extract.checks.number_words import spelled
from bot.extract.checks.numbers import NumberReading, flat, located_numbers
from bot.extract.checks.units import comparable, converted, unit_of
from bot.i18n import language_texts
from bot.languages import LANGUAGES

UNIT, SIGN, DIRECTION, BOUND = "unit", "sign", "direction", "bound"
"""Rules under which a number is told wrong."""

Way = Literal["up", "down"]
Bound = Literal["least", "most"]

_IN_NAME = re.compile(r"[^\W\d_][\w.+-]*$")
_SIGN = re.compile(r"[^\S\n](?:\(|«)?(?:([-–+])|(−)\s?)[$€₽£¥]?$|[(=:>|]([-−–+])[$€₽£¥]?$")
_STEP = re.compile(
    r"\s*(?:(?P<arrow>[→⟶➝➡⇒]\ufe0f?|[-=]>)|до|to|down to|up to)\s*[$€₽£¥~≈]?", re.IGNORECASE
)
_SINCE = re.compile(r"(?<!\w)(?:с|со|от|from)\s+[$€₽£¥~≈]?$", re.IGNORECASE)
_LEFT, _FAR = 40, 120  # characters before a number: of its bound, of its change
_RELATIVE = frozenset({"%", "pp", "times"})  # a change told without its sign is told in words
_NEAR = 25  # characters after a number in which its change may stand
_CLAUSE = re.compile(r"[;:()\n|]|[.!?](?=\s)|,\s+(?=[^\W\d_])| (?:а|но|while|but|whereas) ")

_TARGET = re.compile(r"\s*(?:до|to)\s[$€₽£¥]?", re.IGNORECASE)


class Quantity(NamedTuple):
    """A number with what the text says of it; from ``start`` to the ``end`` of its unit."""

    text: str
    readings: frozenset[NumberReading]
    start: int
    end: int
    unit: str | None = None
    sign: str = ""
    way: Way | None = None
    bound: Bound | None = None


def in_digits(text: str) -> str:
    """A text as quantities are looked for in it."""
    return spelled(flat(text), all_words=False).text


def quantities(text: str) -> tuple[Quantity, ...]:
    """The numbers of a text ``in_digits`` from left to right, without those inside of names."""
    found: list[Quantity] = []
    for number in located_numbers(text, lenient=False):  # from the last to the first
        left = text[max(number.start - _LEFT, 0) : number.start]
        if _IN_NAME.search(left):
            continue
        said = unit_of(text, number.start, number.end)
        unit, end = said or (None, number.end)
        if unit is None and found and _is_range(text[number.end : found[-1].start]):
            unit = found[-1].unit
        way = _way(text, number.start, number.end)
        found.append(
            Quantity(number.text, number.readings, number.start, end, unit,
                     _sign(left), way, _bound(left, way))
        )  # fmt: skip
    return tuple(reversed(found))


def conversions(told: Sequence[Quantity]) -> Iterator[NumberReading]:
    """Spans of time in other units, shares in percent: «полтора года» are 18 months, too."""
    for each in told:
        for value in each.readings:
            if isinstance(value, str):
                continue
            if each.unit:
                yield from converted(value, each.unit)
            elif 0 < value < 1:
                yield value * 100


def mistold(told: Quantity, source: Sequence[Quantity]) -> str | None:
    """The rule by which a number of a card is told otherwise than all of its post, if any."""
    places = [each for each in source if each.readings & told.readings]
    if not places:
        return None
    same = [each for each in places if comparable(each.unit, told.unit)]
    if told.unit and not same:
        return UNIT
    if _signed_otherwise(told, same or places):
        return SIGN
    ways = {each.way for each in same}
    if told.way and told.way not in ways and None not in ways:
        return DIRECTION
    bounds = {each.bound for each in same}
    if told.bound and told.bound not in bounds and None not in bounds:
        return BOUND
    return None


class NumberStep(NamedTuple):
    """A change from one number to another."""

    text: str
    since: frozenset[NumberReading]
    until: frozenset[NumberReading]


def steps(text: str, told: Sequence[Quantity]) -> tuple[NumberStep, ...]:
    """The changes of a text ``in_digits``: «с 12 % до 7 %», “from 12% to 7%”, «12 → 7»."""
    return tuple(
        NumberStep(f"{one.text} → {two.text}", one.readings, two.readings)
        for one, two in pairwise(told)
        if (gap := _STEP.fullmatch(text, one.end, two.start))
        and (gap["arrow"] or _SINCE.search(text, max(one.start - _LEFT, 0), one.start))
    )


def reversed_steps(card: Sequence[NumberStep], post: Sequence[NumberStep]) -> Iterator[str]:
    """Changes of a card that the post tells the other way round only, as written."""
    for told in card:
        if any(told.since & each.since and told.until & each.until for each in post):
            continue
        if any(told.since & each.until and told.until & each.since for each in post):
            yield told.text


def _signed_otherwise(told: Quantity, places: Sequence[Quantity]) -> bool:
    signs = {each.sign for each in places}
    if told.sign:
        return bool(told.sign not in signs and "" not in signs)
    return signs == {"-"} and told.way != "down" and told.unit not in _RELATIVE


def _is_range(gap: str) -> bool:
    return re.fullmatch(r"\s?(?:[-–—…]|до|to|и|and)\s?", gap, re.IGNORECASE) is not None


def _sign(left: str) -> str:
    found = _SIGN.search(left)
    if found:
        return "+" if "+" in found[0] else "-"
    return "-" if _words().minus.search(left) else ""


def _way(text: str, start: int, end: int) -> Way | None:
    """Which way the clause of a number says that something went."""
    left = text[max(start - _FAR, 0) : start]
    cuts = [cut.end() for cut in _CLAUSE.finditer(left)]
    if cuts and _TARGET.fullmatch(left, cuts[-1]):
        cuts.pop()  # «сократилось на четверть, до 45 тысяч»
    said = list(_words().way.finditer(left, cuts[-1] if cuts else 0))
    if not said:
        right = text[end : end + _NEAR]
        stop = _CLAUSE.search(right)
        said = list(_words().way.finditer(right, 0, stop.start() if stop else len(right)))[:1]
        left = right
    if not said or _words().negation.search(left, max(said[-1].start() - 12, 0), said[-1].start()):
        return None
    return "up" if said[-1].lastgroup == "up" else "down"


def _bound(left: str, way: Way | None) -> Bound | None:
    words = _words()
    least, most = words.least.search(left), words.most.search(left)
    if most and way and re.match(r"(?:вплоть )?до\b|up to", most[0], re.IGNORECASE):
        most = None  # where a change ends
    if least and most:
        return "least" if len(least[0]) > len(most[0]) else "most"
    return "least" if least else "most" if most else None


class _Words(NamedTuple):
    way: re.Pattern[str]
    least: re.Pattern[str]
    most: re.Pattern[str]
    minus: re.Pattern[str]
    negation: re.Pattern[str]


@cache
def _words() -> _Words:
    each = [language_texts(code).measures for code in LANGUAGES]
    up, down = ("|".join(getattr(one, name) for one in each) for name in ("up", "down"))

    def before(name: str) -> re.Pattern[str]:
        """One of these words right before a number."""
        words = "|".join(getattr(one, name) for one in each)
        return re.compile(
            rf"(?<!\w)(?:{words}) (?:чем |than )?(?:за |на |в |in |by |at )?[$€₽£¥]?$",
            re.IGNORECASE,
        )

    return _Words(
        way=re.compile(rf"(?<!\w)(?:(?P<up>{up})|(?P<down>{down}))(?![\w-])", re.IGNORECASE),
        least=before("least"),
        most=before("most"),
        minus=before("minus"),
        negation=re.compile(
            rf"(?<!\w)(?:{'|'.join(one.negation for one in each)})(?!\w)", re.IGNORECASE
        ),
    )
