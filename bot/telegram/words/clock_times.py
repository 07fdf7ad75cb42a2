"""Times of day as people write them: ``9``, ``0930``, “8pm”, «7 утра», «полдевятого». Pure."""

import re
from collections.abc import Iterable, Mapping
from datetime import time
from functools import cache
from typing import NamedTuple

from bot.i18n import language_texts
from bot.i18n.shape.plain_words import PlainWords
from bot.languages import LANGUAGES
from bot.text import normalise

_READ = 60  # characters of a text that may be a time
_TENS = 20
_SIGNS = r"\s*[:.\-–—hч]\s*|\s+"
_MARKED = re.compile(r"\d\s*[:.\-–—]\s*\d\d|[^\W\d_]")


class _Clock(NamedTuple):
    """Hour and minute as they were written, and the half of the day that was named."""

    hour: int
    minute: int
    half: str = ""


def parse_time(text: str) -> time | None:
    """The time of day that a text is, in Russian or English; None for any other text."""
    read = _read(text)
    return _valid(read) if read else None


def is_about_time(text: str) -> bool:
    """True where a text without a command has the form of a time, possible or not: “25:00”.

    A bare number is not enough.
    """
    return bool(_MARKED.search(text[:_READ])) and _read(text) is not None


def _valid(read: _Clock) -> time | None:
    hour, minute, half = read
    if half and not 1 <= hour <= 12:
        return None
    if half == "morning":
        hour %= 12
    elif half == "afternoon" or (half == "night" and 6 <= hour < 12):
        hour = hour % 12 + 12
    elif half == "night":
        hour %= 12
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _read(text: str) -> _Clock | None:
    if len(text) > _READ:
        return None
    said = normalise(text).strip(" .,!?")
    said = re.sub(rf"^(?:{_joined('before')})\s+", "", said)
    half = ""
    for name in ("morning", "afternoon", "night"):
        shorter = re.sub(rf"(?<![^\W\d_])(?:{_joined(name)})$", "", said).strip(" ,")
        if shorter != said:
            said, half = shorter, name
            break
    found = _named(said, half) or _in_words(said) or _in_digits(_digits(said))
    return found._replace(half=half) if found and half else found


def _named(said: str, half: str) -> _Clock | None:
    """Noon and midnight; «час дня», but no bare «час», which is an hour's length."""
    for hour, words in _names().items():
        if re.fullmatch(words, said) and (hour != 1 or half):
            return _Clock(hour, 0)
    return None


def _in_words(said: str) -> _Clock | None:
    """«Полдевятого», «без четверти девять», “half past eight”, “ten to nine”."""
    for pattern, minute in ((_joined("half_of"), 30), (_joined("quarter_of"), 15)):
        found = re.fullmatch(rf"(?:{pattern})[\s-]*(\D+)", said)
        if found and (hour := _ordinal(found[1].strip())):
            return _Clock((hour - 1) or 12, minute)
    quarters = re.sub(rf"\b(?:{_joined('quarter')})(?!\w)", "15", said)
    plain = re.sub(rf"\b(?:{_joined('half')})(?!\w)", "30", quarters)
    units = rf"(?:\s*(?:{_joined('minutes')}))?"
    digits = _digits(plain)
    to, past = _joined("to"), _joined("past")
    if found := re.fullmatch(rf"(\d\d?){units}\s+(?:{past})\s+(\d\d?)", digits):
        return _Clock(int(found[2]), int(found[1]))
    missing = re.fullmatch(rf"(?:{to})\s+(\d\d?){units}\s+(\d\d?)", digits) or re.fullmatch(
        rf"(\d\d?){units}\s+(?:{to})\s+(\d\d?)", digits
    )
    if not missing or not 0 < int(missing[1]) < 60:
        return None
    hour = int(missing[2])
    return _Clock(hour - 1 if hour > 1 else 12, 60 - int(missing[1]))


def _in_digits(said: str) -> _Clock | None:
    hours, minutes = f"(?:{_joined('hours')})", f"(?:{_joined('minutes')})"
    padded = re.sub(r"(?<=[\s-])0(?:[\s-]+(?=\d$)|$)", "0", said)  # «ноль пять»
    padded = re.sub(r"(?<=[\s-])0$", "00", padded)
    found = re.fullmatch(
        rf"(\d\d?)(?:(?:\s*{hours}\s*|{_SIGNS})?(\d\d)(?:\s*{minutes})?|\s*{hours})?", padded
    )
    return _Clock(int(found[1]), int(found[2] or 0)) if found else None


def _digits(said: str) -> str:
    """The text with numerals below a hundred as digits; «двадцать один» is one."""
    words = re.split(r"([\s-]+)", said)
    found, tens = list[str](), False
    for word in words:
        value = _numerals().get(word)
        if value is None:
            found.append(word)
            tens = tens and not word.strip(" -")
        elif tens and 0 < value < 10:
            while found and not found[-1].isdecimal():
                found.pop()
            found[-1] = str(int(found[-1]) + value)
            tens = False
        else:
            found.append(str(value))
            tens = value >= _TENS
    return "".join(found)


@cache
def _numerals() -> Mapping[str, int]:
    known = (language_texts(each).numbers.cardinals for each in LANGUAGES)
    return {
        word: int(value)
        for cardinals in known
        for value, forms in cardinals.items()
        if value == int(value) and value < 100
        for word in forms.split()
    }


def _ordinal(word: str) -> int | None:
    """The hour that an ordinal counts: «девятого»."""
    for each in LANGUAGES:
        numbers = language_texts(each).numbers
        for value, stem in numbers.ordinals.items():
            if value <= 12 and re.fullmatch(f"{stem}{numbers.ordinal_ends}", word):
                return value
    return None


@cache
def _joined(name: str) -> str:
    """A pattern for the words of all languages; one that never matches where there are none."""
    return "|".join(_parts(name)) or "(?!)"


def _parts(name: str) -> Iterable[str]:
    return filter(None, (str(getattr(plain, name)) for plain in _plain()))


@cache
def _names() -> Mapping[int, str]:
    hours = {hour for plain in _plain() for hour in plain.named}
    return {
        hour: "|".join(plain.named[hour] for plain in _plain() if hour in plain.named)
        for hour in hours
    }


@cache
def _plain() -> tuple[PlainWords, ...]:
    return tuple(language_texts(each).plain for each in LANGUAGES)
