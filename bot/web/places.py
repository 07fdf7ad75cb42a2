"""Addresses of the archive: what a path names, and the path of what it names. Pure.

A path stands behind a language (``/ru/d/2026-11-30``) and has one spelling, ``PagePlace.path()``;
what else leads to the same place is redirected there. Days, weeks (ISO 8601), months are of UTC.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from bot.model import Language, Period, PeriodName
from bot.taxonomy.topics import PROMO, Kind, Topic
from bot.text import HANDLE, clean

PlaceKind = Literal[
    "now", "day", "week", "month", "topic", "kind", "story", "paper", "channel", "contents",
    "search", "own",
]  # fmt: skip

APP = "app"
"""What the path of each page of the Mini App begins with."""

QUERY_READ = 300
"""Characters of a query that an address may have."""

_LETTERS: dict[str, PlaceKind] = {
    "d": "day",
    "w": "week",
    "m": "month",
    "t": "topic",
    "k": "kind",
    "s": "story",
    "p": "paper",
    "c": "channel",
}
_LETTER_OF = {kind: letter for letter, kind in _LETTERS.items()}
_PLAIN = ":/().,;_-~"
_YEARS = range(2013, 2100)  # of Telegram, and of this form of address
_DATE = re.compile(r"(\d{4})-(?:(\d\d)-(\d\d)|W(\d\d)|(\d\d))", re.ASCII)
_PAGE = re.compile(r"(?P<name>.+)/(?P<page>[1-9]\d{0,3})", re.ASCII | re.DOTALL)
_STORY = re.compile("[0-9a-f]{12}")
_PAPER = re.compile(r"(?:arxiv|doi|openreview|acl|cvf):[!-~]{1,200}")


class PagePlace(NamedTuple):
    """What one address names: ``name`` tells it from others of its kind, pages count from 1."""

    kind: PlaceKind = "now"
    name: str = ""
    page: int = 1

    def decoded(self, form: str = "") -> str:
        """Its path behind the language as a person reads it, without a slash before it.

        Another form of the page than HTML is named by its ending: ``t/quantization.json``.
        """
        ending = f".{form}" if form else ""
        match self.kind:
            case "now":
                return f"now{ending}" if form else ""
            case "contents" | "search" | "own":
                return f"{self.kind}{ending}"
        turn = f"/{self.page}" if self.page > 1 else ""
        return f"{_LETTER_OF[self.kind]}/{self.name}{turn}{ending}"

    def path(self, form: str = "") -> str:
        """The same for an address, with what a search is for."""
        path = quote(self.decoded(form), safe=_PLAIN)
        if self.kind != "search" or not self.name:
            return path
        turned = {"page": str(self.page)} if self.page > 1 else {}
        return f"{path}?{urlencode({'q': self.name} | turned)}"


@dataclass(frozen=True)
class Site:
    """Where the archive stands: its public address without a slash at its end, if it is known.

    ``index``: search engines may list it. Posts are kept for so many days. ``archive`` tells it
    from other archives, wherever it stands; ``searches``: it has a search. ``in_telegram``: its
    pages are those of the Mini App, whose links stay there; their public address is that of the
    archive.
    """

    url: str = ""
    index: bool = False
    retention_days: int = 120
    archive: str = ""
    searches: bool = True
    in_telegram: bool = False

    @property
    def root(self) -> str:
        """What the path of every address begins with, where the archive is not at the top."""
        return quote(urlsplit(self.url).path, safe=_PLAIN + "%")

    def href(self, place: PagePlace, language: Language, form: str = "") -> str:
        """The address of a place for links on the site."""
        app = f"/{APP}" if self.in_telegram and not form else ""
        return f"{self.root}{app}/{language}/{place.path(form)}"

    def address(self, place: PagePlace, language: Language, form: str = "") -> str:
        """The public address of a place; empty where that of the site is not known."""
        return f"{self.url}/{language}/{place.path(form)}" if self.url else ""

    def outside(self, place: PagePlace, language: Language, form: str = "") -> str:
        """The address for what is read elsewhere: the public one, else as much as is known."""
        return self.address(place, language, form) or self.href(place, language, form)


def place_at(path: str, query: str = "", page: str = "") -> PagePlace | None:
    """The place of a decoded path behind the language; None where there can be none.

    ``query`` and ``page`` are what a search has after its question mark.
    """
    path = path.rstrip("/")
    if path in ("", "contents"):
        return PagePlace("contents") if path else PagePlace()
    if path == "search":
        number = int(page) if re.fullmatch(r"[1-9]\d{0,3}", page, re.ASCII) else 1
        return PagePlace("search", " ".join(clean(query).split())[:QUERY_READ], number)
    letter, _, name = path.partition("/")
    kind = _LETTERS.get(letter)
    if kind is None:
        return None
    turned = _PAGE.fullmatch(name) if kind != "paper" else None  # a DOI has slashes of its own
    name, number = (turned["name"], int(turned["page"])) if turned else (name, 1)
    return PagePlace(kind, name, number) if _NAMED[kind](name) else None


def span_of(place: PagePlace) -> Period | None:
    """The span of a day, week or month, all of it; None for any other place."""
    names: dict[str, PeriodName] = {"day": "day", "week": "week", "month": "month"}
    first = _first_day(place.kind, place.name)
    if first is None:
        return None
    days = {"day": 1, "week": 7}.get(place.kind) or monthrange(first.year, first.month)[1]
    since = datetime.combine(first, time(), UTC)
    return Period(name=names[place.kind], since=since, until=since + timedelta(days=days))


def period_place(name: PeriodName, day: date) -> PagePlace:
    """The day, week or month that has that day."""
    year, week, _ = day.isocalendar()
    names = {"day": f"{day}", "week": f"{year}-W{week:02}", "month": f"{day:%Y-%m}"}
    return PagePlace(name, names[name])


def _first_day(kind: str, name: str) -> date | None:
    found = _DATE.fullmatch(name)
    if not found or int(found[1]) not in _YEARS:
        return None
    year, month, day, week, alone = (int(part or 0) for part in found.groups())
    try:
        if kind == "day" and day:
            return date(year, month, day)
        if kind == "week" and week:
            return date.fromisocalendar(year, week, 1)
        return date(year, alone, 1) if kind == "month" and alone else None
    except ValueError:  # no such month, day or week
        return None


_NAMED: dict[PlaceKind, Callable[[str], object]] = {
    "day": lambda name: _first_day("day", name),
    "week": lambda name: _first_day("week", name),
    "month": lambda name: _first_day("month", name),
    "topic": Topic.__members__.__contains__,
    "kind": lambda name: name in Kind.__members__ and name != PROMO,
    "story": _STORY.fullmatch,
    "paper": _PAPER.fullmatch,
    "channel": lambda name: re.fullmatch(HANDLE, name, re.ASCII),
}
