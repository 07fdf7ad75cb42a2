"""Names of digests, stories and topics mean the same wherever they are opened."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digest.periods import period
from bot.model import PeriodName, Subscription
from bot.screens.callbacks.deep_links import deep_link, digest_name, named, story_payload
from bot.screens.callbacks.pages import DigestPage, KindPage, StoryCard, TopicPage
from bot.taxonomy.topics import Kind, Topic

MOSCOW = ZoneInfo("Europe/Moscow")
READER = Subscription(chat_id=1, zone="Europe/Moscow", at=time(9))
SIX = datetime(2026, 11, 20, 6, tzinfo=UTC)
"""Nine o'clock in Moscow."""


@pytest.mark.parametrize(
    ("name", "until", "hour", "expected"),
    [
        ("day", SIX, time(9), "d_20261120"),
        ("day", SIX, time(10), "d_20261120-0600"),
        ("day", SIX, None, "d_20261120-0600"),
        ("day", datetime(2026, 11, 20, 22, 5, tzinfo=UTC), time(9), "d_20261120-2205"),
        ("week", SIX, time(9), "d_week_20261120-0600"),
        ("month", SIX, None, "d_month_20261120-0600"),
    ],
)
def test_a_digest_has_a_name(
    name: PeriodName, until: datetime, hour: time | None, expected: str
) -> None:
    found = digest_name(period(name, until, MOSCOW), hour)
    assert found == expected
    meant = named(found, READER)
    assert meant == DigestPage(name, until, mine=False)


def test_stories_and_topics_have_names() -> None:
    assert named(story_payload("0123456789ab"), READER) == StoryCard(
        "0123456789ab", DigestPage("day", None)
    )
    assert named("t_quantization", READER) == TopicPage(Topic("quantization"))
    assert named("k_job", READER) == KindPage(Kind("job"))
    assert named("k_promo", READER) is None
    assert named("d_week", READER) == DigestPage("week", None, mine=False)
    assert deep_link("some_bot", "d_20261120") == "https://t.me/some_bot?start=d_20261120"


@given(st.text(max_size=70) | st.from_regex(r"[tksd]_[a-z0-9_-]{0,62}", fullmatch=True))
def test_any_other_text_names_nothing_and_is_no_error(text: str) -> None:
    found = named(text, READER)
    assert found is None or len(text) <= 64
