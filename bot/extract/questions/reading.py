"""A question in words → what to look for: its telling words, channels and time. Pure."""

import calendar
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple

from bot.i18n import language_texts
from bot.languages import LANGUAGES
from bot.model import Channel
from bot.store.read_model.terms import STOP, LooseQuery
from bot.text import clean, normalise, stem, words

QUESTION_LIMIT = 1_000
"""Characters of a question that are read."""

_MOST_WORDS = 24
_LEAST_TITLE = 2  # words; titles of one are words of the field


def read_question(text: str, now: datetime, channels: Iterable[Channel] = ()) -> LooseQuery:
    """What the question names; ``now`` is in the zone of who asks, ``channels`` may be named.

    Words that make it a question, or stand in most posts, are not looked for.
    """
    said = clean(text)[:QUESTION_LIMIT]
    plain = normalise(said)
    spoken = words(said)
    named = tuple(_named(spoken, said.casefold(), channels))
    found = _span(plain, now)
    dated = set(words(found.text)) if found else set[str]()
    skipped = STOP | _questioning() | dated | {word for name in named for word in words(name)}
    telling = dict.fromkeys(word for word in spoken if word not in skipped)
    return LooseQuery(
        words=tuple(telling)[:_MOST_WORDS],
        channels=named,
        span=(found.since, found.until) if found else None,
    )


def _named(spoken: list[str], said: str, channels: Iterable[Channel]) -> Iterator[str]:
    """Handles of the channels that are named by these, or by their whole title."""
    inside = f" {' '.join(spoken)} "
    for channel in channels:
        handle, title = (channel.handle or "").casefold(), words(channel.title)
        by_title = len(title) >= _LEAST_TITLE and f" {' '.join(title)} " in inside
        if handle and (by_title or re.search(rf"(?<!\w){re.escape(handle)}(?!\w)", said)):
            yield handle


class _Span(NamedTuple):
    """Half-open, and how it was told."""

    since: datetime
    until: datetime
    text: str


def _span(said: str, now: datetime) -> _Span | None:
    """The time that a question is about: a date, a month, or one counted back from now."""
    for pattern in (_ISO_DATE, *_patterns()):
        for told in pattern.finditer(said):
            if found := _of(told, now):
                return found
    return None


def _of(told: re.Match[str], now: datetime) -> _Span | None:
    groups, today = told.groupdict(), now.date()
    if back := next((days for name, days in _BACK.items() if groups.get(name)), 0):
        last = today - timedelta(days=bool(groups.get("yesterday")))
        return _days(last - timedelta(days=back - 1), last, told[0], now)
    month, day = groups["month"], int(groups.get("day") or 0)
    number = int(month) if month.isdecimal() else _months().get(stem(month), 0)
    year = int(groups.get("year") or 0) or today.year - (number > today.month)
    try:
        first = date(year, number, day or 1)
        last = first if day else date(year, number, calendar.monthrange(year, number)[1])
    except ValueError:  # no such date, or no month at all
        return None
    return _days(first, last, told[0], now)


_BACK = {"today": 1, "yesterday": 1, "this_week": 7, "this_month": 31}
_ISO_DATE = re.compile(r"\b(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b")


def _days(first: date, last: date, text: str, now: datetime) -> _Span:
    begins = datetime.combine(first, time(), now.tzinfo)
    ends = datetime.combine(last + timedelta(days=1), time(), now.tzinfo)
    return _Span(begins, ends, text)


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """A day of a month, a month, a span counted back: in each language, the most exact first."""
    day, month, year = r"(?P<day>\d{1,2})", r"(?P<month>[^\W\d_]+)", r"(?P<year>20\d\d)"
    plain = [language_texts(code).plain for code in LANGUAGES]
    before = "|".join(words.in_month for words in plain)
    spans = ["|".join(getattr(words, name) for words in plain) for name in _BACK]
    return tuple(
        re.compile(rf"\b(?:{each})\b")
        for each in (
            rf"{day}\s+{month}(?:\s+{year})?",
            rf"{month}\s+{day}(?:,?\s+{year})?",
            rf"{month}\s+{year}",
            rf"(?:{before})\s+{month}",
            *(rf"(?P<{name}>{words})" for name, words in zip(_BACK, spans, strict=True)),
        )
    )


@cache
def _months() -> dict[str, int]:
    return {
        stem(normalise(name)): number
        for code in LANGUAGES
        for number, name in enumerate(language_texts(code).messages.words.months, 1)
    }


@cache
def _questioning() -> frozenset[str]:
    return frozenset(
        word for code in LANGUAGES for word in language_texts(code).plain.questioning.split()
    )
