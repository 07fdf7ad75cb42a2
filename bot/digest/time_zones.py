"""Time zones by what the clock shows there now, by the names of places, by offsets. Pure."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from bot.i18n import language_texts
from bot.languages import LANGUAGES
from bot.model import Language
from bot.text import normalise, stem

MAIN_ZONES = (
    *("Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Denver"),
    *("America/Mexico_City", "America/Chicago", "America/New_York", "America/Halifax"),
    *("America/Sao_Paulo", "Atlantic/Azores", "UTC", "Europe/London", "Europe/Berlin"),
    *("Europe/Paris", "Africa/Cairo", "Europe/Helsinki", "Europe/Kyiv", "Asia/Jerusalem"),
    *("Europe/Kaliningrad", "Europe/Moscow", "Europe/Minsk", "Europe/Istanbul", "Asia/Tehran"),
    *("Asia/Dubai", "Asia/Tbilisi", "Asia/Yerevan", "Europe/Samara", "Asia/Yekaterinburg"),
    *("Asia/Almaty", "Asia/Tashkent", "Asia/Kolkata", "Asia/Omsk", "Asia/Bangkok"),
    *("Asia/Novosibirsk", "Asia/Krasnoyarsk", "Asia/Shanghai", "Asia/Irkutsk", "Asia/Singapore"),
    *("Asia/Tokyo", "Asia/Yakutsk", "Asia/Vladivostok", "Australia/Sydney", "Asia/Magadan"),
    *("Asia/Kamchatka", "Pacific/Auckland"),
)
"""Zones that come before others with the same clock."""

_TAB = "zone.tab"  # country, coordinates, name: https://data.iana.org/time-zones/theory.html
_OFFSET = re.compile(
    r"(?:(?:utc|gmt|(?P<moscow>мск|msk))\s*)?(?P<sign>[+\-−–])\s*(?P<hours>\d{1,2})"
    r"(?:[:.]?(?P<minutes>[0-5]\d))?(?:\s*(?:ч|h|час\w*))?"
)
_WORD = re.compile(r"[^\W_]+")
_MARK = re.compile("([a-z])[\u0300-\u036f]+")
_DAY, _NEARLY = timedelta(days=1), timedelta(minutes=7)
_MOSCOW = timedelta(hours=3)
_MOST_OFFSET = timedelta(hours=14)


@cache
def all_zones() -> frozenset[str]:
    """Names of the zones that stand for a place in the tz database, and UTC."""
    table = (files("tzdata") / "zoneinfo" / _TAB).read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return frozenset(row[2] for row in rows) | {"UTC"}


def zone_title(name: str, language: Language) -> str:
    """What to call a zone: its city in that language, else by its name in the database."""
    return _titles(language).get(name) or name.rpartition("/")[2].replace("_", " ")


def clocks(now: datetime) -> dict[timedelta, tuple[str, ...]]:
    """All zones by their offset from UTC now, from west to east, the main ones first."""
    found = defaultdict[timedelta, list[str]](list)
    main = {zone: number for number, zone in enumerate(MAIN_ZONES)}
    for zone in sorted(all_zones(), key=lambda name: (main.get(name, len(main)), name)):
        found[offset_of(zone, now)].append(zone)
    return {offset: tuple(found[offset]) for offset in sorted(found)}


def offset_of(name: str, now: datetime) -> timedelta:
    """How far the clock of a zone is ahead of UTC now."""
    return now.astimezone(ZoneInfo(name)).utcoffset() or timedelta()


def offsets_showing(at: time, now: datetime) -> tuple[timedelta, ...]:
    """The offsets at which a clock shows about that time now: one, or two a day apart."""
    shown = timedelta(hours=at.hour, minutes=at.minute)
    today = timedelta(hours=now.hour, minutes=now.minute)
    ahead = ((offset, (today + offset - shown) % _DAY) for offset in clocks(now))
    return tuple(offset for offset, late in ahead if min(late, _DAY - late) <= _NEARLY)


def offsets_in_hour(hour: int, now: datetime) -> tuple[timedelta, ...]:
    """The offsets at which a clock shows any time of that hour now."""
    return tuple(each for each in clocks(now) if (now.astimezone(UTC) + each).hour == hour)


def zones_named(text: str) -> tuple[str, ...]:
    """The zones of the city, land or zone that a text names, in Russian or English, in any case.

    Several for a name of several places and for a land of several clocks.
    """
    said = normalise(text).strip(" .,!?")
    by_name = _places().get(_key(said)) or _places().get(_stems(said))
    return by_name or tuple(zone for zone in all_zones() if zone.casefold() == said)


def read_offset(text: str) -> timedelta | None:
    """``+3``, ``GMT+5:30``, ``UTC-4`` as an offset from UTC; None for any other text."""
    said = normalise(text).strip(" .,!?")
    if said in ("utc", "gmt"):
        return timedelta()
    found = _OFFSET.fullmatch(said)
    if not found:
        return None
    size = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    start = _MOSCOW if found["moscow"] else timedelta()
    offset = start + (size if found["sign"] == "+" else -size)
    return offset if abs(offset) <= _MOST_OFFSET else None


@cache
def _titles(language: Language) -> Mapping[str, str]:
    pairs = (
        (f"{region}/{name.partition(' ')[0]}", name.partition(" ")[2])
        for region, names in language_texts(language).zones.items()
        for name in names.split(", ")
    )
    return dict(pairs)


@cache
def _places() -> Mapping[str, tuple[str, ...]]:
    """Zones by all that they are called, as they are written and by the stems of that."""
    found = defaultdict[str, dict[str, None]](dict)
    for language in LANGUAGES:
        for name, zone in _named(language):
            for key in {_key(normalise(name)), _stems(normalise(name))}:
                found[key][zone] = None
    return {name: tuple(zones) for name, zones in found.items()}


def _named(language: Language) -> Iterable[tuple[str, str]]:
    yield from ((zone_title(zone, language), zone) for zone in sorted(all_zones()))
    for zone, names in language_texts(language).places.items():
        yield from ((name, zone) for name in names.split(", "))


def _key(said: str) -> str:
    """Words alone, without the accents of Latin letters: «Нью Йорк», “Sao Paulo”."""
    return _MARK.sub(r"\1", unicodedata.normalize("NFD", " ".join(_WORD.findall(said))))


def _stems(said: str) -> str:
    """So that «Берлине» is Berlin; marked, as a stem may be another name."""
    return "~" + " ".join(stem(word) for word in _WORD.findall(said))
