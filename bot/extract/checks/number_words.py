"""Numerals of all our languages as digits: «двести пятьдесят шесть тысяч» is ``256 тысяч``. Pure.

The grammar is the languages' own (``i18n``): what follows adds to what stands before it as long as
it is smaller, a multiplier takes all before it. A share («две трети», “one in five”) has several
readings, and stands beside the text.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from bot.i18n import language_texts
from bot.languages import LANGUAGES

_Sort = Literal["cardinal", "multiplier", "ordinal"]
_HUNDRED, _THOUSAND = 100, 1_000
_LEAST_CARDINAL, _LEAST_ORDINAL = 2, 4  # of lesser ones grammar has more than counts
_MOST_OF_SHARE = 100
_WORD = re.compile(r"[^\W\d_]+")
_DIGIT_BEFORE, _DIGIT_AFTER = re.compile(r"\d[ \u00a0]$"), re.compile(r"[ \u00a0]\d")
_GAP = re.compile(r"[ \u00a0-]")
_TIME = ("year", "month", "week", "day", "h", "min")
_SHARE_MARK = "\u2044"


class Share(NamedTuple):
    """A part of something, as written: what it may be told as, and the numbers it is made of."""

    text: str
    readings: frozenset[Decimal]
    parts: frozenset[Decimal] = frozenset()


class Spelled(NamedTuple):
    """A text with its numerals in digits, and the shares taken out of it."""

    text: str
    shares: tuple[Share, ...]


class _Numeral(NamedTuple):
    sort: _Sort
    value: Decimal


@lru_cache(64)
def spelled(text: str, *, all_words: bool) -> Spelled:
    """The text in digits; without ``all_words`` one, two and the first ordinals stay words.

    Expects ``е`` for ``ё``; case and all else of the text stay as they are.
    """
    found: list[Share] = []
    text = _patterns().half_more.sub(_half_more, text)
    text = _patterns().half_of.sub("0.5 ", text)
    text = _patterns().fraction.sub(lambda match: _fraction(match, found), text)
    text = _patterns().ratio.sub(lambda match: _ratio(match, found), text)
    text = _patterns().every.sub(lambda match: _every(match, found), text)
    return Spelled(_in_digits(text, all_words=all_words), tuple(found))


@lru_cache(4096)
def factor_of(word: str) -> Decimal | None:
    """By how much a word multiplies: «вдвое», “tripled”."""
    return _patterns().factors.get(word)


@lru_cache(4096)
def inside(word: str) -> frozenset[Decimal]:
    """What a word has of numbers in it: «двухэтапный», «удвоилась», «четверть», “halves”."""
    found = {value for stem, value in _patterns().stems if word.startswith(stem)}
    if (parts := _patterns().fractions.get(word)) is not None:
        found |= _of_share(Decimal(1) / parts)
    return frozenset(found)


def is_half(word: str) -> bool:
    """True for a word that is a half."""
    return _patterns().fractions.get(word) == 2


def _in_digits(text: str, *, all_words: bool) -> str:
    made, end = [], 0
    for start, stop, said, plain in _runs(text):
        if all_words or plain:
            # «первые 100 млрд» are no 1 100 milliards: a comma parts what only words told apart
            left = text[end:start]
            if _DIGIT_BEFORE.search(text, max(start - 2, 0), start):
                left = f"{left.rstrip()}, "
            made += [left, said, "," if _DIGIT_AFTER.match(text, stop) else ""]
            end = stop
    return "".join([*made, text[end:]])


def _runs(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """Where a numeral starts and ends, what it is in digits, whether it can only be a number."""
    run: list[tuple[re.Match[str], _Numeral]] = []
    last: re.Match[str] | None = None
    for match in _WORD.finditer(text):
        numeral = _numeral(match[0].casefold())
        near = last is not None and _GAP.fullmatch(text, last.end(), match.start())
        if numeral is None:
            joins = run and near and match[0].casefold() in _patterns().joints
            if joins and run[-1][1].sort == "multiplier":
                last = match
                continue
        elif run and near and _fits([each for _, each in run], numeral):
            run.append((match, numeral))
            last = match
            continue
        yield from _closed(text, run)
        run = [(match, numeral)] if numeral else []
        last = match
    yield from _closed(text, run)


def _closed(
    text: str, run: list[tuple[re.Match[str], _Numeral]]
) -> Iterator[tuple[int, int, str, bool]]:
    if not run:
        return
    start, stop = run[0][0].start(), run[-1][0].end()
    numerals = [numeral for _, numeral in run]
    if numerals[0].sort == "multiplier":
        counted = start > 1 and text[start - 2 : start].rstrip(" \u00a0-")[-1:].isdigit()
        if counted:
            return
        if len(run) == 1 and run[0][0][0].casefold() not in _patterns().alone:
            yield start, stop, f"{numerals[0].value:f}", False  # «с тысячи», «тысячи людей»
            return
    scaled = numerals[-1].sort == "multiplier" and numerals[-1].value >= _THOUSAND
    rest = [numeral for numeral in numerals[:-1] if numeral.value < _THOUSAND]
    if scaled and rest and len(rest) == len(numerals) - 1:  # «7 тысяч»: a range may share it
        said = f"{_sum(rest):f} {run[-1][0][0]}"
    else:
        said = f"{_sum(numerals):f}"
    only, value = len(run) == 1, numerals[0].value
    least = _LEAST_ORDINAL if numerals[0].sort == "ordinal" else _LEAST_CARDINAL + 1
    yield start, stop, said, not only or value >= least or value % 1 != 0


def _fits(run: list[_Numeral], numeral: _Numeral) -> bool:
    """True where the numeral goes on with the run instead of beginning another number."""
    last, value = run[-1], numeral.value
    if last.sort == "ordinal":
        return False
    if numeral.sort == "multiplier":
        above = [each.value for each in run if each.sort == "multiplier" and each.value >= 1000]
        begun = last.sort == "cardinal" or last.value < _THOUSAND <= value
        return begun and (not above or above[-1] > value)
    if last.sort == "multiplier":
        return value < last.value
    if last.value >= _HUNDRED:
        return last.value % _HUNDRED == 0 and value < _HUNDRED
    return last.value >= 20 and last.value % 10 == 0 and 0 < value < 10


def _sum(numerals: list[_Numeral]) -> Decimal:
    total = group = Decimal(0)
    for numeral in numerals:
        if numeral.sort != "multiplier":
            group += numeral.value
        elif numeral.value < _THOUSAND:
            group = (group or 1) * numeral.value
        else:
            total, group = total + (group or 1) * numeral.value, Decimal(0)
    return total + group


def _half_more(match: re.Match[str]) -> str:
    whole = _value(match[1])
    return match[0] if whole is None else f"{whole + Decimal('0.5'):f}"


def _fraction(match: re.Match[str], found: list[Share]) -> str:
    count = _value(match[1])
    value = count / _patterns().fractions[match[2].casefold()] if count else Decimal(1)
    if value >= 1:
        return match[0]
    found.append(Share(match[0], _of_share(value)))
    return _SHARE_MARK


def _ratio(match: re.Match[str], found: list[Share]) -> str:
    few, many = _value(match[1]), _value(match[2])
    if few is None or many is None or not 0 < few < many <= _MOST_OF_SHARE:
        return match[0]
    parts = frozenset({many} if few <= _LEAST_CARDINAL else {few, many})
    found.append(Share(match[0], _of_share(few / many), parts))
    return _SHARE_MARK


def _every(match: re.Match[str], found: list[Share]) -> str:
    numeral = _numeral(match[1].casefold())
    if numeral is None or numeral.sort != "ordinal" or numeral.value <= _LEAST_CARDINAL:
        return match[0]
    found.append(Share(match[0], _of_share(1 / numeral.value), frozenset({numeral.value})))
    return _SHARE_MARK


def _of_share(value: Decimal) -> frozenset[Decimal]:
    """A share as a number and in percent, rounded as people round."""
    percent = value * 100
    rounded = (round(percent, digits) for digits in (0, 1, 2))
    told = {*rounded, Decimal(int(percent)), round(value, 1), round(value, 2), round(value, 3)}
    return frozenset(told)


def _value(text: str) -> Decimal | None:
    if text[0].isdigit():
        return Decimal(text.replace(",", "."))
    numeral = _numeral(text.casefold())
    return numeral.value if numeral and numeral.sort == "cardinal" else None


class _Patterns(NamedTuple):
    words: dict[str, _Numeral]
    ordinal: re.Pattern[str]
    ordinals: dict[str, Decimal]
    alone: frozenset[str]
    joints: frozenset[str]
    factors: dict[str, Decimal]
    fractions: dict[str, int]
    stems: tuple[tuple[str, Decimal], ...]
    half_more: re.Pattern[str]
    half_of: re.Pattern[str]
    fraction: re.Pattern[str]
    ratio: re.Pattern[str]
    every: re.Pattern[str]


@lru_cache(8192)
def _numeral(word: str) -> _Numeral | None:
    patterns = _patterns()
    if found := patterns.words.get(word):
        return found
    ordinal = patterns.ordinal.fullmatch(word)
    return _Numeral("ordinal", patterns.ordinals[ordinal[1]]) if ordinal else None


@cache
def _patterns() -> _Patterns:
    all_of = [language_texts(code).numbers for code in LANGUAGES]
    measures = [language_texts(code).measures.units for code in LANGUAGES]
    forms = {w: Decimal(str(v)) for each in all_of for v, ws in each.cardinals.items()
             for w in ws.split()}  # fmt: skip
    many = {w: Decimal(v) for each in all_of for v, ws in each.multipliers.items()
            for w in ws.split()}  # fmt: skip
    ordinals = {w: Decimal(v) for each in all_of for v, ws in each.ordinals.items()
                for w in ws.split()}  # fmt: skip
    fractions = {w: v for each in all_of for v, ws in each.fractions.items() for w in ws.split()}
    stems = [(w, Decimal(v)) for each in all_of for table in (each.compounds, each.factor_stems)
             for v, ws in table.items() for w in ws.split()]  # fmt: skip
    count = r"(\d+(?:[.,]\d+)?|[^\W\d_]{2,16})"  # any word: a long list is slow to look for
    time = "|".join(units[name] for units in measures for name in _TIME)
    ends = "|".join(f"(?:{each.ordinal_ends})" for each in all_of)
    return _Patterns(
        words={w: _Numeral("cardinal", v) for w, v in forms.items()}
        | {w: _Numeral("multiplier", v) for w, v in many.items()},
        ordinal=re.compile(rf"({_any(ordinals)})(?:{ends})"),
        ordinals=ordinals,
        alone=frozenset(" ".join(each.alone for each in all_of).split()),
        joints=frozenset(" ".join(each.joint for each in all_of).split()),
        factors={w: Decimal(str(v)) for each in all_of for v, ws in each.factors.items()
                 for w in ws.split()},
        fractions=fractions,
        stems=tuple(stems),
        half_more=_bounded(rf"{count} (?:{'|'.join(each.and_half for each in all_of)})"),
        half_of=re.compile(
            rf"(?<!\w)(?:{'|'.join(each.half_of for each in all_of)})"
            rf"(?=(?:{_any(many)}|{time})(?!\w))", re.IGNORECASE),
        fraction=_bounded(rf"{count}[ -]({_any(fractions)})"),
        ratio=_bounded(rf"{count} (?:{'|'.join(each.ratio for each in all_of)}) {count}"),
        every=_bounded(rf"(?:{'|'.join(each.every for each in all_of)}) ([^\W\d_]+)"),
    )  # fmt: skip


def _any(words: dict[str, Decimal] | dict[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


def _bounded(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.,]){pattern}(?!\w)", re.IGNORECASE)
