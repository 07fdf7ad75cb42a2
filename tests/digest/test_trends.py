"""Which topics rise and cool, beyond the noise of counting."""

from zoneinfo import ZoneInfo

import pytest

from bot.digest.cluster import group
from bot.digest.periods import period
from bot.digest.trends import Trends, bars, trends
from bot.screens.digest_pages import digest_pages
from bot.taxonomy.topics import Topic
from tests.fakes.digests import compose
from tests.fakes.entries import NOON, make_entry

AGENTS, RL, SPEECH = Topic("agents"), Topic("rl"), Topic("speech")


def test_changes_are_against_the_mean_of_four_weeks() -> None:
    found = trends({AGENTS: [99, 10, 10, 10, 10, 16], RL: [10, 10, 10, 10, 3], SPEECH: [9] * 5})
    assert [(t.topic, t.percent, t.weeks) for t in found.rising] == [
        ("agents", 60, (10, 10, 10, 10, 16))
    ]
    assert [(t.topic, t.percent) for t in found.falling] == [("rl", -70)]


@pytest.mark.parametrize(
    "weeks", [[], [5], [1, 1, 50], [0, 0, 0, 0, 9], [4, 4, 4, 4, 7], [100, 100, 100, 100, 110]]
)
def test_little_data_and_noise_say_nothing(weeks: list[int]) -> None:
    assert trends({AGENTS: weeks}) == Trends()


def test_other_is_no_topic_to_watch() -> None:
    assert trends({Topic("other"): [10, 10, 10, 10, 50]}) == Trends()


def test_at_most_three_each_the_strongest_first() -> None:
    weekly = {topic: [10, 10, 10, 10, 20 + n] for n, topic in enumerate(list(Topic)[:5])}
    assert [trend.percent for trend in trends(weekly).rising] == [140, 130, 120]


def test_a_week_shows_them_and_a_day_does_not() -> None:
    found = trends({AGENTS: [2, 4, 6, 8, 15], RL: [10, 10, 10, 10, 3]})
    stories = group([make_entry()])
    week = compose(stories, period("week", NOON, ZoneInfo("UTC")), "ru")
    day = compose(stories, period("day", NOON, ZoneInfo("UTC")), "ru")
    text = digest_pages(week, trends=found)[0].text
    assert "📈 Растут: Агенты и tool use ▂▃▄▅█ +200\u00a0%" in text
    assert "📉 Стихают: Обучение с подкреплением (RL) ████▃ −70\u00a0%" in text
    assert "Растут" not in digest_pages(day, trends=found)[0].text


def test_bars_compare_counts() -> None:
    assert bars([0, 1, 4, 8]) == "▁▂▅█"
    assert bars([0, 0]) == "▁▁"
    assert bars([]) == ""
