"""Numbers, plurals and dates of one language, without a locale library. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

Forms = tuple[str, ...]
"""A noun as it stands after each sort of number, in the order of the language's ``plural``."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """How one language counts and dates; months stand in the form that follows a day.

    ``plural`` is the index of a noun's form by CLDR's cardinal rule:
    https://www.unicode.org/cldr/charts/latest/supplemental/language_plural_rules.html.
    """

    plural: Callable[[int], int]
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    thousands: str
    percent: str

    def number(self, count: int) -> str:
        """``12418`` as ``12 418`` (no-break space) or ``12,418``; four digits stay together."""
        return f"{count:,}".replace(",", self.thousands) if abs(count) > 9_999 else str(count)

    def counted(self, count: int, forms: Forms) -> str:
        """A number with its noun: «21 пост», «22 поста», “25 posts”."""
        return f"{self.number(count)} {forms[self.plural(count)]}"

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
