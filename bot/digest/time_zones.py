"""Time zones to choose from by what the clock shows there now. Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.i18n import language_texts
from bot.model import Language

_PER_PAGE = 8


ZONES = (
    "Pacific/Honolulu",
    "America/Anchorage",
    "America/Los_Angeles",
    "America/Denver",
    "America/Mexico_City",
    "America/Chicago",
    "America/New_York",
    "America/Halifax",
    "America/Sao_Paulo",
    "Atlantic/Azores",
    "UTC",
    "Europe/London",
    "Europe/Berlin",
    "Africa/Cairo",
    "Europe/Helsinki",
    "Europe/Kaliningrad",
    "Asia/Jerusalem",
    "Europe/Istanbul",
    "Europe/Minsk",
    "Europe/Moscow",
    "Asia/Tehran",
    "Asia/Dubai",
    "Asia/Tbilisi",
    "Asia/Yerevan",
    "Europe/Samara",
    "Asia/Almaty",
    "Asia/Tashkent",
    "Asia/Yekaterinburg",
    "Asia/Kolkata",
    "Asia/Omsk",
    "Asia/Bangkok",
    "Asia/Novosibirsk",
    "Asia/Krasnoyarsk",
    "Asia/Irkutsk",
    "Asia/Shanghai",
    "Asia/Yakutsk",
    "Asia/Tokyo",
    "Asia/Vladivostok",
    "Australia/Sydney",
    "Asia/Magadan",
    "Asia/Kamchatka",
    "Pacific/Auckland",
)
"""Zones of the tz database; each language calls them by a city or a land."""


def zone_title(name: str, language: Language) -> str:
    """What to call a zone: its city, else its name in the database."""
    return language_texts(language).cities.get(name, name)


def zone_pages(now: datetime) -> tuple[tuple[str, ...], ...]:
    """All zones by what their clocks show now, from west to east, eight a page."""
    ranked = sorted(ZONES, key=lambda zone: _offset(zone, now))
    return tuple(tuple(ranked[n : n + _PER_PAGE]) for n in range(0, len(ranked), _PER_PAGE))


def page_of(name: str, now: datetime) -> int:
    """The page, from 1, of that zone; of one with nearly the same clock where it is not listed."""
    here = _offset(name, now)
    distances = [
        min((zone != name, abs(_offset(zone, now) - here)) for zone in page)
        for page in zone_pages(now)
    ]
    return distances.index(min(distances)) + 1


def _offset(name: str, now: datetime) -> float:
    offset = now.astimezone(ZoneInfo(name)).utcoffset()
    return offset.total_seconds() if offset else 0.0
