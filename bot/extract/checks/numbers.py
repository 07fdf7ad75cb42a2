"""Numbers in Russian and English texts, comparable across ways of writing them. Pure.

``1 350``, ``1,350`` and ``1350`` are one number, so are ``61,9 %`` and ``61.9%``, ``7B``,
``7 млрд`` and ``7 billion``, ``5``, ``five`` and ``пять``. What can be read in two ways gets both.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from bot.extract.checks.number_words import factor_of, inside, is_half, spelled
from bot.extract.checks.units import unit_after

NumberReading = Decimal | str
"""A value, or the text of what has more than one point: a version, a date."""

_LETTERS = {"k": 3, "к": 3, "m": 6, "м": 6, "b": 9, "б": 9, "t": 12, "т": 12}
_NUMBER = re.compile(
    r"(?P<dotted>\d+(?:\.\d+){2,})"
    r"|(?P<power>\d+(?:[.,]\d+)?[eE][-+]?\d{1,2})(?!\w)"
    r"|(?P<spaced>(?<!\d)\d{1,3}(?:[ '’]\d{3})+(?!\d)(?:[.,]\d+)?)"
    r"|(?P<grouped>(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?)"
    r"|(?P<listed>\d+(?:,\d+){2,})"
    r"|(?P<plain>\d+(?:[.,]\d+)?)"
)
_SCALE = re.compile(
    r"[ -]?(?:(?P<e3>тыс\b\.?|тысяч\w*|thousand)|(?P<e6>млн|миллион\w*|millions?|mln|mn)"
    r"|(?P<e9>млрд|миллиард\w*|billions?|bn)|(?P<e12>трлн|триллион\w*|trillions?))(?!\w)"
    r"|(?P<letter>[kкmмbбtт]|\ [KMBTКМТ])\+?(?![^\W\d_])",
    re.IGNORECASE,
)
_JOINT = re.compile(r"\s*(?:[-–—/,~]|…|\.\.\.?|и|and|to|до|или|or|x|×)\s*", re.IGNORECASE)

_WORD = re.compile(r"[^\W\d_]+")
_THING = re.compile(r"(?:-?х)? [^\W\d_]{3,}")
_HALF = frozenset({Decimal("0.5"), Decimal(50), Decimal(2)})  # “half the price”, «вдвое дешевле»
_POWER = re.compile(
    r"(?:(?<![\d.,])(?P<times>\d+(?:[.,]\d+)?)\s?[·×⋅*xх]\s?)?(?<![\d.,])10"
    r"(?:(?:\^|\*\*)\{?(?P<raised>[-−+]?\d{1,3})\}?|(?P<small>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}))"
)
_FEWEST, _MOST = 3, 40  # things counted
_MARKED = re.compile(r"\s*(?:(?P<number>\(?\d{1,2}[.)])|(?P<mark>[^\w\s(«\"“']))")
_LISTED = re.compile(r"(?:,[^,.;:!?\n()]{1,60}){1,30},? (?:и|или|and|or) ")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s|\n")


@dataclass(frozen=True)
class Number:
    """A number as written with its scale, what it may mean, what it may be made of, its place."""

    text: str
    readings: frozenset[NumberReading]
    parts: frozenset[NumberReading] = frozenset()
    start: int = 0
    end: int = 0


def numbers(text: str) -> frozenset[NumberReading]:
    """All readings of all numbers of a text, in digits and in words."""
    told = spelled(flat(text), all_words=True)
    found: set[NumberReading] = set()
    for number in located_numbers(told.text, lenient=True):
        found |= number.readings | number.parts
    for share in told.shares:
        found |= share.readings | share.parts
    for word in _WORD.findall(flat(text).casefold()):
        found |= inside(word)
        if factor := factor_of(word):
            found.add(factor)
    return frozenset(found)


def foreign(
    text: str,
    known: frozenset[NumberReading],
    counts: frozenset[NumberReading] = frozenset(),
) -> list[str]:
    """Numbers of a text, as written, that are not among the known readings.

    One, two and the first ordinals in words are grammar more often than counts, and none.
    ``counts`` are known of bare numbers of things, not of measures: «три работы», not «3 %».
    """
    told = spelled(flat(text), all_words=False)
    shares = [Number(share.text, frozenset(share.readings), share.parts) for share in told.shares]
    found = [
        number.text
        for number in (*located_numbers(told.text, lenient=False), *shares)
        if not number.readings & known
        and not (number.parts and number.parts <= known)
        and not (number.readings & counts and _counts_things(told.text, number))
    ]
    for word in _WORD.findall(re.sub(r"half-\w+", "", told.text.casefold())):
        factor = factor_of(word)
        if (factor and factor not in known) or (is_half(word) and not _HALF & known):
            found.append(word)
    return found


def _counts_things(text: str, number: Number) -> bool:
    """True for a bare number before a word that is no unit."""
    return _THING.match(text, number.end) is not None and unit_after(text, number.end) is None


def flat(text: str) -> str:
    """The text in one alphabet of digits and signs: NFKC, powers as ``1e21``, ``е`` for ``ё``."""
    text = _POWER.sub(_as_power, text.replace("½", " 0.5 ").replace("¼", " 0.25 "))
    return unicodedata.normalize("NFKC", text).replace("ё", "е").replace("Ё", "Е")


def _as_power(match: re.Match[str]) -> str:
    raised = unicodedata.normalize("NFKC", match["raised"] or match["small"]).replace("−", "-")
    return f"{match['times'] or '1'}e{raised}"


def located_numbers(text: str, *, lenient: bool) -> Iterator[Number]:
    """Numbers of a ``flat`` text from the last to the first: ``7–13B`` scales both of its ends.

    ``lenient`` ones may also mean themselves without their scale.
    """
    end, power = len(text), 0
    for match in reversed(list(_NUMBER.finditer(text))):
        scale = _SCALE.match(text, match.end())
        joined = _JOINT.fullmatch(text, match.end(), end) is not None
        own = _power(scale) if scale else 0
        doubtful = scale is None or scale["letter"] is not None
        power = own or (power if joined else 0)
        end = match.start()
        bare, parts = _read(match)
        readings = set(bare) if lenient or doubtful else set()
        readings |= {value.scaleb(power) for value in bare if isinstance(value, Decimal)}
        whole = match[0] + (scale[0] if scale else "")
        stop = scale.end() if scale else match.end()
        yield Number(whole.strip(), frozenset(readings), frozenset(parts), match.start(), stop)


def _power(scale: re.Match[str]) -> int:
    if letter := scale["letter"]:
        return _LETTERS[letter.strip().casefold()]
    return int(str(scale.lastgroup)[1:])


def _read(match: re.Match[str]) -> tuple[set[NumberReading], set[NumberReading]]:
    """What a token may mean as a whole, and the numbers that it may be made of."""
    text, form = match[0], match.lastgroup
    if form == "dotted":
        return {text}, {Decimal(part) for part in text.split(".")}
    if form == "listed":
        return {text}, {Decimal(part) for part in text.split(",")}
    if form == "spaced":
        parts: set[NumberReading] = {_decimal(part) for part in re.split("[ '’]", text)}
        return {_decimal(re.sub("[ '’]", "", text))}, parts
    if form == "grouped":
        whole: set[NumberReading] = {Decimal(text.replace(",", ""))}
        return (
            whole | {_decimal(text)} if text.count(",") == 1 and "." not in text else whole
        ), set()
    if re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", text):
        return {Decimal(text), Decimal(text.replace(".", ""))}, set()
    return {_decimal(text)}, set()


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def things_listed(text: str, links: int) -> frozenset[Decimal]:
    """How many things a text lists, each way of counting: items, paragraphs, links, enumerated."""
    found = (Decimal(count) for count in (*_of_lines(text), *_of_enumerations(text), links))
    return frozenset(count for count in found if _FEWEST <= count <= _MOST)


def _of_lines(text: str) -> Iterator[int]:
    lines = text.split("\n")
    marks = Counter(match["mark"] or "number" for line in lines if (match := _MARKED.match(line)))
    yield from marks.values()
    yield sum(marks.values())
    rows = sum(line.count("|") > 1 for line in lines)
    yield from (rows, rows - 1)  # of a table, its head apart
    paragraphs = len([part for part in text.split("\n\n") if part.strip()])
    yield from (paragraphs, paragraphs - 1)


def _of_enumerations(text: str) -> Iterator[int]:
    """«A, B, C и D» are four, or fewer where the first comma parts something else."""
    for sentence in _SENTENCE_END.split(text):
        told, colon, items = sentence.partition(": ")
        if colon and told and ":" not in items and items.count(",") >= _FEWEST - 1:
            yield items.count(",") + 1
        for match in _LISTED.finditer(sentence):
            yield from range(_FEWEST, match[0].count(",") + 3)
