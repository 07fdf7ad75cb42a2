"""Spans that digests cover, and wall-clock times as instants. Pure."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.model import Period, PeriodName

PERIOD_DAYS: dict[PeriodName, int] = {"day": 1, "week": 7, "month": 30}


def period(name: PeriodName, now: datetime, zone: ZoneInfo, hour: time | None = None) -> Period:
    """The last day, week (7 days) or month (30 days) that ends at ``now``, dated in ``zone``.

    Rolling, because a calendar day would be nearly empty at nine in the morning. Counted on the
    wall clock, so that a day stays the same hour to the same hour round a clock change. Where
    ``now`` is when a digest of that ``hour`` falls due, it begins where the one before ended.
    """
    until = now.astimezone(zone)
    day, at = _slot(until, hour, zone) or (until.date(), until.time())
    since = first_instant(day - timedelta(days=PERIOD_DAYS[name]), at, zone).astimezone(zone)
    return Period(name=name, since=since, until=until)


def _slot(until: datetime, hour: time | None, zone: ZoneInfo) -> tuple[date, time] | None:
    """The date and hour whose instant this is; where the clock skips it, it shows another."""
    now = until.astimezone(UTC)  # times that come twice equal no time of another zone
    days = (until.date(), until.date() - timedelta(days=1))
    found = (day for day in days if hour and first_instant(day, hour, zone) == now)
    day = next(found, None)
    return (day, hour) if day and hour else None


def days_of(span: Period) -> tuple[datetime, ...]:
    """The instants, in the period's zone, at which its days end: the last one is its own end.

    Days go from its hour to the same hour by the wall clock, as daily digests do.
    """
    until = span.until
    zone = until.tzinfo or UTC
    ends = _wall_ends(until.date(), until.time(), zone, PERIOD_DAYS[span.name])
    return (*(end for end in ends if span.since < end < until), until)


def weeks_of(span: Period) -> tuple[datetime, ...]:
    """The same of its weeks, counted back from its end: the first one may be shorter."""
    return days_of(span)[::-7][::-1]


@lru_cache(64)  # readers of a zone and an hour share their days
def _wall_ends(day: date, at: time, zone: tzinfo, days: int) -> tuple[datetime, ...]:
    back = (day - timedelta(days=n) for n in range(days - 1, 0, -1))
    return tuple(first_instant(each, at, zone).astimezone(zone) for each in back)


def first_instant(day: date, at: time, zone: tzinfo) -> datetime:
    """The first instant, in UTC, when the wall clock shows ``at`` on that local date or later.

    A repeated time means its first run; a time that the clock skips means the instant of the
    jump, even if that jump leads into the next date.
    """
    wall = datetime.combine(day, at.replace(tzinfo=None, fold=0))
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    return _jump(wall.replace(tzinfo=zone, fold=1).astimezone(UTC), instant, zone)


def _jump(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The instant between the two when the offset changes, to the second (PEP 495, "gap")."""
    old = before.astimezone(zone).utcoffset()
    low, high = int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        here = datetime.fromtimestamp(middle, zone)
        low, high = (middle, high) if here.utcoffset() == old else (low, middle)
    return datetime.fromtimestamp(high, UTC)
