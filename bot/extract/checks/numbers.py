"""Numbers in Russian and English texts, comparable across ways of writing them. Pure.

``1 350``, ``1,350`` and ``1350`` are one number, so are ``61,9 %`` and ``61.9%``, ``7B``,
``7 млрд`` and ``7 billion``, ``5``, ``five`` and ``пять``. What can be read in two ways gets both.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

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

_FORMS = {
    "1": "один одна одно одну одного одной one",
    "2": "два две двух двум двумя двое двоих оба обе обеих обоих two both double doubles pair",
    "3": "три трех трем тремя трое троих three triple triples",
    "4": "четыре четырех четырем четырьмя четверо four",
    "5": "пять пяти пятью пятеро five",
    "6": "шесть шести шестью шестеро six",
    "7": "семь семи seven",
    "8": "восемь восьми восемью eight",
    "9": "девять девяти девятью nine",
    "10": "десять десяти десятью ten",
    "12": "дюжина dozen",
}
_FACTORS = {
    "2": "вдвое дважды twice",
    "3": "втрое трижды thrice",
    "4": "вчетверо",
    "1.5": "полтора полторы полутора",
    "0.5": "половина половины половине половину половиной half",
}
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
)  # fmt: skip
_STEMS = {
    "двух": 2, "двой": 2, "втор": 2, "трех": 3, "трой": 3, "трет": 3, "четырех": 4, "четверт": 4,
    "пяти": 5, "пят": 5, "шести": 6, "шест": 6, "семи": 7, "седьм": 7, "восьми": 8, "восьм": 8,
    "девят": 9, "десят": 10,
}  # fmt: skip
_WORD_VALUES = {
    word: Decimal(value)
    for table in (_FORMS, _FACTORS)
    for value, words in table.items()
    for word in words.split()
}
# One and two are grammar more often than counts: "one of", "both", «два подхода».
_CLAIMED = {word for word, value in _WORD_VALUES.items() if value > 2 or value < 1} | {
    word for words in _FACTORS.values() for word in words.split()
}
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class _Number:
    text: str
    readings: frozenset[NumberReading]
    parts: frozenset[NumberReading] = frozenset()


def numbers(text: str) -> frozenset[NumberReading]:
    """All readings of all numbers of a text, words from one to ten included."""
    text = _flat(text)
    found: set[NumberReading] = set()
    for number in _digits(text, lenient=True):
        found |= number.readings | number.parts
    for word in _WORD.findall(text.casefold()):
        found |= _of_word(word)
    if Decimal("0.5") in found:
        found.add(Decimal(50))
    return frozenset(found)


def foreign(text: str, known: frozenset[NumberReading]) -> list[str]:
    """Numbers of a text, as written, that are not among the known readings."""
    text = _flat(text)
    found = [
        number.text
        for number in _digits(text, lenient=False)
        if not number.readings & known and not (number.parts and number.parts <= known)
    ]
    words = (word for word in _WORD.findall(re.sub(r"half-\w+", "", text.casefold())))
    found += [word for word in words if word in _CLAIMED and _WORD_VALUES[word] not in known]
    return found


def _flat(text: str) -> str:
    text = unicodedata.normalize("NFKC", text.replace("½", " 0.5 ").replace("¼", " 0.25 "))
    return text.replace("ё", "е").replace("Ё", "Е")


def _of_word(word: str) -> set[NumberReading]:
    if word in _WORD_VALUES:
        return {_WORD_VALUES[word]}
    if word in _ORDINALS:
        return {Decimal(_ORDINALS.index(word) + 1)}
    return {Decimal(value) for stem, value in _STEMS.items() if word.startswith(stem)}


def _digits(text: str, *, lenient: bool) -> Iterator[_Number]:
    """Numbers from the last to the first, so that ``7–13B`` scales both of its ends."""
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
        yield _Number(whole.strip(), frozenset(readings), frozenset(parts))


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
