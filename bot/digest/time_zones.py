"""Time zones to choose from by what the clock shows there now. Pure."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.model import Language

_PER_PAGE = 8


class Zone(NamedTuple):
    """A zone of the tz database and the city or land that people know it by."""

    name: str
    ru: str
    en: str

    def title(self, language: Language) -> str:
        """The name to show."""
        return self.ru if language == "ru" else self.en


ZONES = (
    Zone("Pacific/Honolulu", "Гонолулу", "Honolulu"),
    Zone("America/Anchorage", "Анкоридж", "Anchorage"),
    Zone("America/Los_Angeles", "Лос-Анджелес", "Los Angeles"),
    Zone("America/Denver", "Денвер", "Denver"),
    Zone("America/Mexico_City", "Мехико", "Mexico City"),
    Zone("America/Chicago", "Чикаго", "Chicago"),
    Zone("America/New_York", "Нью-Йорк", "New York"),
    Zone("America/Halifax", "Галифакс", "Halifax"),
    Zone("America/Sao_Paulo", "Сан-Паулу", "São Paulo"),
    Zone("Atlantic/Azores", "Азоры", "Azores"),
    Zone("UTC", "UTC", "UTC"),
    Zone("Europe/London", "Лондон", "London"),
    Zone("Europe/Berlin", "Берлин", "Berlin"),
    Zone("Africa/Cairo", "Каир", "Cairo"),
    Zone("Europe/Helsinki", "Хельсинки", "Helsinki"),
    Zone("Europe/Kaliningrad", "Калининград", "Kaliningrad"),
    Zone("Asia/Jerusalem", "Иерусалим", "Jerusalem"),
    Zone("Europe/Istanbul", "Стамбул", "Istanbul"),
    Zone("Europe/Minsk", "Минск", "Minsk"),
    Zone("Europe/Moscow", "Москва", "Moscow"),
    Zone("Asia/Tehran", "Тегеран", "Tehran"),
    Zone("Asia/Dubai", "Дубай", "Dubai"),
    Zone("Asia/Tbilisi", "Тбилиси", "Tbilisi"),
    Zone("Asia/Yerevan", "Ереван", "Yerevan"),
    Zone("Europe/Samara", "Самара", "Samara"),
    Zone("Asia/Almaty", "Алматы", "Almaty"),
    Zone("Asia/Tashkent", "Ташкент", "Tashkent"),
    Zone("Asia/Yekaterinburg", "Екатеринбург", "Yekaterinburg"),
    Zone("Asia/Kolkata", "Дели", "Delhi"),
    Zone("Asia/Omsk", "Омск", "Omsk"),
    Zone("Asia/Bangkok", "Бангкок", "Bangkok"),
    Zone("Asia/Novosibirsk", "Новосибирск", "Novosibirsk"),
    Zone("Asia/Krasnoyarsk", "Красноярск", "Krasnoyarsk"),
    Zone("Asia/Irkutsk", "Иркутск", "Irkutsk"),
    Zone("Asia/Shanghai", "Шанхай", "Shanghai"),
    Zone("Asia/Yakutsk", "Якутск", "Yakutsk"),
    Zone("Asia/Tokyo", "Токио", "Tokyo"),
    Zone("Asia/Vladivostok", "Владивосток", "Vladivostok"),
    Zone("Australia/Sydney", "Сидней", "Sydney"),
    Zone("Asia/Magadan", "Магадан", "Magadan"),
    Zone("Asia/Kamchatka", "Камчатка", "Kamchatka"),
    Zone("Pacific/Auckland", "Окленд", "Auckland"),
)


def zone_title(name: str, language: Language) -> str:
    """What to call a zone: its city, else its name in the database."""
    return next((zone.title(language) for zone in ZONES if zone.name == name), name)


def zone_pages(now: datetime) -> tuple[tuple[Zone, ...], ...]:
    """All zones by what their clocks show now, from west to east, eight a page."""
    ranked = sorted(ZONES, key=lambda zone: _offset(zone.name, now))
    return tuple(tuple(ranked[n : n + _PER_PAGE]) for n in range(0, len(ranked), _PER_PAGE))


def page_of(name: str, now: datetime) -> int:
    """The page, from 1, of that zone; of one with nearly the same clock where it is not listed."""
    here = _offset(name, now)
    distances = [
        min((zone.name != name, abs(_offset(zone.name, now) - here)) for zone in page)
        for page in zone_pages(now)
    ]
    return distances.index(min(distances)) + 1


def _offset(name: str, now: datetime) -> float:
    offset = now.astimezone(ZoneInfo(name)).utcoffset()
    return offset.total_seconds() if offset else 0.0
