"""A period ends now and follows the reader's wall clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.digest.periods import period
from bot.model import PeriodName

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("name", "since"),
    [("day", "2026-11-19"), ("week", "2026-11-13"), ("month", "2026-10-21")],
)
def test_a_period_ends_now_and_starts_at_the_same_hour(name: PeriodName, since: str) -> None:
    found = period(name, datetime(2026, 11, 20, 8, tzinfo=UTC), BERLIN)
    assert found.until == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert found.since.isoformat()[:16] == f"{since}T09:00"
    assert found.until.isoformat() == "2026-11-20T09:00:00+01:00"


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        ("2026-03-29T12:00+00:00", 23),
        ("2026-10-25T12:00+00:00", 25),
        ("2026-06-01T12:00+00:00", 24),
    ],
)
def test_a_day_follows_the_wall_clock(now: str, hours: int) -> None:
    found = period("day", datetime.fromisoformat(now), BERLIN)
    assert (found.until.timestamp() - found.since.timestamp()) / 3600 == hours
