"""Numbers, plurals and dates of one language, without a locale library. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

Forms = tuple[str, str, str]
"""A noun after 1, after 2-4 and after 5 or more; English repeats its plural."""


def russian_form(count: int) -> int:
    """Index of the Russian form by CLDR's cardinal rule: 1, 21 → 0; 2-4, 22 → 1; else 2."""
    if count % 10 == 1 and count % 100 != 11:
        return 0
    return 1 if count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14) else 2


def english_form(count: int) -> int:
    """Index of the English form."""
    return 0 if count == 1 else 2


@dataclass(frozen=True, kw_only=True)
class Words:
    """How one language counts and dates; months stand in the form that follows a day."""

    russian: bool
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    thousands: str

    def number(self, count: int) -> str:
        """``12418`` as ``12 418`` (no-break space) or ``12,418``; four digits stay together."""
        return f"{count:,}".replace(",", self.thousands) if abs(count) > 9_999 else str(count)

    def counted(self, count: int, forms: Forms) -> str:
        """A number with its noun: «21 пост», «22 поста», “25 posts”."""
        index = russian_form(count) if self.russian else english_form(count)
        return f"{self.number(count)} {forms[index]}"

    def day(self, day: date) -> str:
        """«чт, 20 ноября», “Thu, 20 November”."""
        return f"{self.weekdays[day.weekday()]}, {self._short(day)}"

    def moment(self, moment: datetime) -> str:
        """A day with the time of that instant's own zone: «чт, 20 ноября, 09:00»."""
        return f"{self.day(moment)}, {moment:%H:%M}"

    def span(self, first: date, last: date) -> str:
        """«17–23 ноября», «28 ноября – 4 декабря»."""
        if first == last:
            return self._short(last)
        if (first.month, first.year) == (last.month, last.year):
            return f"{first.day}–{self._short(last)}"
        return f"{self._short(first)} – {self._short(last)}"

    def _short(self, day: date) -> str:
        return f"{day.day} {self.months[day.month - 1]}"


@dataclass(frozen=True, kw_only=True)
class AgoWords:
    """How one language says how long ago something was."""

    now: str
    minutes: str
    hours: str
    yesterday: str
    days: str

    def ago(self, passed: timedelta) -> str:
        """«2 ч назад»; a moment of the future counts as now."""
        minutes = int(passed.total_seconds() // 60)
        if minutes < 1:
            return self.now
        if minutes < 60:
            return self.minutes.format(count=minutes)
        if minutes < 24 * 60:
            return self.hours.format(count=minutes // 60)
        days = minutes // (24 * 60)
        return self.yesterday if days == 1 else self.days.format(count=days)
