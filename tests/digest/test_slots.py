"""Exactly one slot per local date, in every zone, round every clock change."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.digest.periods import period
from bot.digest.slots import GRACE, Due, due_action, next_slot
from bot.model import Subscription

ZONES = sorted(available_timezones() - {"localtime", "Factory"})
HOURS = tuple(time(hour, minute) for hour in range(24) for minute in (0, 30))


def reader(zone: str = "UTC", at: time = time(9), cadence: str = "daily") -> Subscription:
    return Subscription.model_validate({"chat_id": 7, "zone": zone, "at": at, "cadence": cadence})


def walk(who: Subscription, start: datetime, count: int) -> list[Due]:
    found: list[Due] = []
    for _ in range(count):
        found.append(next_slot(who, found[-1].at if found else start))
    return found


def transitions(name: str, years: range) -> list[datetime]:
    zone, found = ZoneInfo(name), []
    day = datetime(years.start, 1, 1, tzinfo=UTC)
    while day.year < years.stop:
        following = day + timedelta(days=1)
        if day.astimezone(zone).utcoffset() != following.astimezone(zone).utcoffset():
            found.append(day)
        day = following
    return found


def check_days(who: Subscription, start: datetime, count: int) -> None:
    dues = walk(who, start, count)
    first = dues[0].slot.day
    assert [due.slot.day for due in dues] == [first + timedelta(days=n) for n in range(count)]
    assert all(a.at < b.at for a, b in pairwise(dues))
    zone = ZoneInfo(who.zone)
    for due in dues:
        local = due.at.astimezone(zone)
        wall = datetime.combine(due.slot.day, who.at)
        assert local.fold == 0
        if local.replace(tzinfo=None) != wall:
            earlier = (due.at - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None)
            assert earlier < wall < local.replace(tzinfo=None)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_one_slot_per_local_date_in_every_zone_round_every_change(part: int) -> None:
    seen: set[tuple[object, ...]] = set()
    for name in ZONES[part::4]:
        changes = transitions(name, range(2020, 2036))
        shape = tuple((c, c.astimezone(ZoneInfo(name)).utcoffset()) for c in changes)
        if shape in seen:  # zones that are links to the same rules
            continue
        seen.add(shape)
        for change in changes:
            for at in HOURS:
                check_days(reader(name, at), change - timedelta(days=1), 3)


@given(
    zone=st.sampled_from(ZONES),
    at=st.times(),
    start=st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 20), timezones=st.just(UTC)),
)
def test_one_slot_per_local_date_at_any_minute(zone: str, at: time, start: datetime) -> None:
    check_days(reader(zone, at), start, 4)


@pytest.mark.parametrize(
    ("zone", "at", "day", "expected"),
    [
        ("Europe/Berlin", time(2, 30), date(2026, 3, 29), "2026-03-29T01:00:00+00:00"),
        ("Europe/Berlin", time(2, 30), date(2026, 10, 25), "2026-10-25T00:30:00+00:00"),
        ("Africa/Cairo", time(0, 0), date(2026, 4, 24), "2026-04-23T22:00:00+00:00"),
        ("Asia/Beirut", time(0, 15), date(2026, 3, 29), "2026-03-28T22:00:00+00:00"),
        ("Australia/Lord_Howe", time(2, 15), date(2026, 10, 4), "2026-10-03T15:30:00+00:00"),
        ("America/Nuuk", time(23, 30), date(2026, 3, 28), "2026-03-29T01:00:00+00:00"),
    ],
)
def test_gaps_and_repeats(zone: str, at: time, day: date, expected: str) -> None:
    noon = datetime.combine(day, time(12), tzinfo=UTC) - timedelta(days=2)
    due = next(d for d in walk(reader(zone, at), noon, 4) if d.slot.day == day)
    assert due.at.isoformat() == expected


def test_a_date_that_a_zone_skips_has_no_slot() -> None:
    dues = walk(reader("Pacific/Apia"), datetime(2011, 12, 28, tzinfo=UTC), 3)
    assert [due.slot.day.day for due in dues] == [28, 29, 31]


def test_weekly_comes_on_monday() -> None:
    due = next_slot(reader(cadence="weekly"), datetime(2026, 11, 20, tzinfo=UTC))
    assert due.at == datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert next_slot(reader(cadence="weekly"), due.at).slot.day == date(2026, 11, 30)


NINE = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("late", "sent"),
    [
        (timedelta(0), date(2026, 11, 20)),
        (GRACE, date(2026, 11, 20)),
        (GRACE + timedelta(seconds=1), None),
        (timedelta(hours=26), date(2026, 11, 21)),
        (timedelta(days=9, hours=7), None),
        (timedelta(seconds=-1), None),
        (timedelta(hours=-26), None),
    ],
)
def test_a_late_slot_is_sent_once_within_the_grace(late: timedelta, sent: date | None) -> None:
    step = due_action(reader(), NINE, NINE + late)
    assert (step.send.slot.day if step.send else None) == sent
    assert step.next.at > NINE + late
    assert step.send is None or step.next.slot.day > step.send.slot.day


def test_a_clock_set_back_does_not_send_a_date_again() -> None:
    step = due_action(reader(), NINE - timedelta(days=1), NINE, last_day=date(2026, 11, 20))
    assert step.send is None
    assert step.next.slot.day == date(2026, 11, 21)


@settings(max_examples=200)
@given(
    changes=st.lists(
        st.tuples(st.sampled_from(ZONES), st.times(), st.integers(1, 3000)), min_size=2, max_size=9
    )
)
def test_changing_hour_or_zone_never_gives_two_for_a_local_date(
    changes: list[tuple[str, time, int]],
) -> None:
    now, last, sent = NINE, None, []
    for zone, at, minutes in changes:
        who = reader(zone, at)
        due = next_slot(who, now, last)
        now += timedelta(minutes=minutes)
        step = due_action(who, due.at, now, last)
        if step.send:
            last = step.send.slot.day
            sent.append(last)
    assert sent == sorted(set(sent))


@pytest.mark.parametrize("at", [time(0), time(2, 30), time(9), time(22, 30), time(23, 30)])
@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("Europe/Berlin", "2026-03-27"),
        ("Europe/Berlin", "2026-10-23"),
        ("America/Nuuk", "2026-03-26"),
        ("Africa/Cairo", "2026-04-22"),
    ],
)
def test_digests_abut_round_a_clock_change(zone: str, change: str, at: time) -> None:
    who = reader(zone, at)
    dues = walk(who, datetime.fromisoformat(f"{change}T12:00+00:00"), 5)
    for earlier, later in pairwise(dues):
        covered = period("day", later.at, ZoneInfo(zone), at)
        assert covered.since.astimezone(UTC) == earlier.at
        assert covered.until.astimezone(UTC) == later.at


@pytest.mark.parametrize(
    ("zone", "at", "first"),
    [
        ("Australia/Melbourne", time(9), date(2027, 4, 1)),
        ("Australia/Melbourne", time(2, 30), date(2027, 10, 1)),
        ("Europe/Berlin", time(2, 30), date(2027, 3, 26)),
        ("Europe/Berlin", time(2, 30), date(2027, 10, 29)),
        ("Africa/Cairo", time(0), date(2027, 4, 28)),
        ("Australia/Lord_Howe", time(2), date(2027, 10, 1)),
        ("America/Havana", time(0, 30), date(2027, 3, 12)),
    ],
)
@pytest.mark.parametrize("outage", [0, 63, 350], ids=lambda minutes: f"{minutes}min")
def test_ticks_through_a_clock_change_and_an_outage_send_each_date_once(
    zone: str, at: time, first: date, outage: int
) -> None:
    """As others met it: opencti#4310, RemindMe#359, maester#1994, where a delayed run doubled."""
    who, now = reader(zone, at), datetime.combine(first, time(), UTC)
    end, due, up_again = now + timedelta(days=6), next_slot(who, now).at, None
    sent: list[date] = []
    while now < end:
        third = now.astimezone(ZoneInfo(zone)).date() == first + timedelta(days=2)
        if up_again is None and third and now >= due:
            up_again = now + timedelta(minutes=outage)
        if now >= due and (up_again is None or now >= up_again):
            step = due_action(who, due, now, sent[-1] if sent else None)
            if step.send:
                sent.append(step.send.slot.day)
            due = step.next.at
        now += timedelta(minutes=5)
    days = [sent[0] + timedelta(days=number) for number in range(len(sent))]
    assert sent == days
    assert len(sent) >= 5
