"""Which topics rise and cool, beyond the noise of counting."""

from zoneinfo import ZoneInfo

import pytest

from bot.digest.cluster import group
from bot.digest.periods import period
from bot.digest.trends import Trends, bars, trends
from bot.model import Trend
from bot.screens.digest_pages import digest_pages
from bot.taxonomy.topics import Topic
from tests.fakes.digests import compose
from tests.fakes.entries import NOON, make_entry

AGENTS, RL, SPEECH = Topic("agents"), Topic("rl"), Topic("speech")


def rise(topic: Topic, before: int, now: int) -> Trend:
    return Trend(topic=topic, before=before, now=now)


def test_changes_are_against_the_mean_of_four_weeks() -> None:
    found = trends({AGENTS: [8, 12, 10, 10, 16], RL: [10, 10, 10, 10, 3], SPEECH: [9] * 5})
    assert found == Trends((rise(AGENTS, 10, 16),), (rise(RL, 10, 3),))


def test_a_month_is_told_by_its_mean_week() -> None:
    found = trends({AGENTS: [3, 3, 3, 3, 10, 14, 12, 12], RL: [9] * 8}, recent=4)
    assert found == Trends((rise(AGENTS, 3, 12),), ())


@pytest.mark.parametrize(
    "weeks", [[], [5], [1, 1, 50], [0, 0, 0, 0, 9], [4, 4, 4, 4, 7], [100, 100, 100, 100, 110]]
)
def test_little_data_and_noise_say_nothing(weeks: list[int]) -> None:
    assert trends({AGENTS: weeks}) == Trends()


def test_a_topic_needs_two_posts_a_week_to_rise_from() -> None:
    assert trends({AGENTS: [1, 2, 2, 2, 12], RL: [9] * 5}) == Trends()
    assert trends({AGENTS: [2, 2, 2, 2, 12], RL: [9] * 5}).rising == (rise(AGENTS, 2, 12),)


@pytest.mark.parametrize("first", [0, 2])
def test_weeks_that_were_hardly_watched_are_no_base(first: int) -> None:
    assert trends({AGENTS: [first, 9, 9, 9, 30]}) == Trends()


def test_other_is_no_topic_to_watch() -> None:
    assert trends({Topic("other"): [10, 10, 10, 10, 50]}) == Trends()


def test_at_most_three_each_the_strongest_first() -> None:
    weekly = {topic: [10, 10, 10, 10, 20 + n] for n, topic in enumerate(list(Topic)[:5])}
    assert [trend.now for trend in trends(weekly).rising] == [24, 23, 22]


def test_a_week_shows_them_and_a_day_does_not() -> None:
    found = trends({AGENTS: [3, 5, 5, 7, 15], RL: [10, 10, 10, 10, 3]})
    stories = group([make_entry()])
    week = compose(stories, period("week", NOON, ZoneInfo("UTC")), "ru")
    changed = week.model_copy(update=found._asdict())
    text = digest_pages(changed)[0].text
    assert "📈 Растут, постов в неделю: Агенты и tool use 5 → 15" in text
    assert "📉 Стихают, постов в неделю: Обучение с подкреплением (RL) 10 → 3" in text
    assert "%" not in text
    day = compose(stories, period("day", NOON, ZoneInfo("UTC")), "ru")
    assert "Растут" not in digest_pages(day.model_copy(update=found._asdict()))[0].text


def test_bars_compare_counts() -> None:
    assert bars([0, 1, 4, 8]) == "▁▂▅█"
    assert bars([0, 0]) == "▁▁"
    assert bars([]) == ""
