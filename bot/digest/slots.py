"""When a digest is due: one slot per local date, whatever the clocks do. Pure.

A schedule by cron expressions skips or doubles a day round a clock change, so slots are counted
from local dates: each existing date has exactly one, at its wall-clock time; a time that the
clock skips becomes the instant of the jump; a repeated time counts once, at its first run; a
date that a zone skips whole (Apia, 30 December 2011) has none.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.digest.periods import first_instant
from bot.model import Slot, Subscription

GRACE = timedelta(hours=6)
"""How late a digest may still be sent; shorter than a day, so at most one slot is that late."""

_DAY = timedelta(days=1)


class Due(NamedTuple):
    """A slot and its instant in UTC."""

    at: datetime
    slot: Slot


class Step(NamedTuple):
    """What to do at a tick: the slot to send now, if any, and the next one to wait for."""

    send: Due | None
    next: Due


def next_slot(subscription: Subscription, after: datetime, last_day: date | None = None) -> Due:
    """The first slot strictly later than ``after`` and, where given, than local date ``last_day``.

    Passing the date of the last sent slot keeps a reader who changes the hour or the zone from
    getting two for one local date.
    """
    zone = ZoneInfo(subscription.zone)
    # A slot that the clock skips may fall on the next date, so yesterday's may still be ahead.
    start = after.astimezone(zone).date() - _DAY
    if last_day is not None:
        start = max(start, last_day + _DAY)
    days = _days(subscription, start, zone)
    dues = (
        Due(first_instant(day, subscription.at, zone), _slot(subscription, day)) for day in days
    )
    return next(due for due in dues if due.at > after)


def brings_week(subscription: Subscription, slot: Slot) -> bool:
    """True when the week goes out together with that day's digest."""
    both = subscription.weekly and slot.cadence == "daily"
    return both and slot.day.weekday() == subscription.weekday


def due_action(
    subscription: Subscription,
    due: datetime,
    now: datetime,
    last_day: date | None = None,
) -> Step:
    """Decide at ``now`` about a reader whose slot was due at ``due``.

    A slot within the grace is sent once; older ones are skipped; a clock that jumped back only
    waits. ``last_day`` is the local date of the last slot sent.
    """
    if now < due:
        return Step(None, next_slot(subscription, due - timedelta(microseconds=1), last_day))
    since = max(due, now - GRACE) - timedelta(microseconds=1)
    candidate = next_slot(subscription, since, last_day)
    if candidate.at > now:
        return Step(None, candidate)
    return Step(candidate, next_slot(subscription, now, candidate.slot.day))


def _days(subscription: Subscription, start: date, zone: ZoneInfo) -> Iterator[date]:
    day = start
    while True:
        wanted = subscription.cadence == "daily" or day.weekday() == subscription.weekday
        if wanted and _exists(day, zone):
            yield day
        day += _DAY


def _exists(day: date, zone: ZoneInfo) -> bool:
    """False for a date that the zone skips whole."""
    return first_instant(day, time.min, zone) < first_instant(day + _DAY, time.min, zone)


def _slot(subscription: Subscription, day: date) -> Slot:
    return Slot(chat_id=subscription.chat_id, cadence=subscription.cadence, day=day)
