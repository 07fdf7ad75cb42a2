"""Topics that rise and cool, against the mean of the four weeks before. Pure."""

from collections.abc import Mapping, Sequence
from math import log, sqrt
from typing import NamedTuple

from bot.model import Trend
from bot.taxonomy.topics import Topic

MEAN_WEEKS = 4
_BASE = 2  # posts a week, below which a topic is too small to rise or cool
_UNEVEN = 3  # times as many posts in one week as in another: not all was read in the lesser one
_MOST = 3
_BARS = "▁▂▃▄▅▆▇█"


class Trends(NamedTuple):
    """The strongest changes, the strongest first."""

    rising: tuple[Trend, ...] = ()
    falling: tuple[Trend, ...] = ()


NO_TRENDS = Trends()


def trends(weekly: Mapping[Topic, Sequence[int]], recent: int = 1) -> Trends:
    """What changed most; ``weekly`` holds each topic's posts by week, the ``recent`` ones last.

    The mean is of the four weeks before these, all of which must have been watched. Less than two
    posts a week, or a change within the noise of counting (a standard deviation, √mean, and one
    post), say nothing.
    """
    if not _watched(weekly, recent):
        return Trends()
    topics = ((topic, counts) for topic, counts in weekly.items() if topic != "other")
    found = [trend for topic, counts in topics if (trend := _trend(topic, counts, recent))]
    found.sort(key=lambda trend: (-abs(_growth(trend)), trend.topic))
    return Trends(
        rising=tuple(trend for trend in found if trend.now > trend.before)[:_MOST],
        falling=tuple(trend for trend in found if trend.now < trend.before)[:_MOST],
    )


def trend_of(topic: Topic, weekly: Mapping[Topic, Sequence[int]]) -> Trend | None:
    """How the last week of a topic differs from its usual one; None where that says nothing."""
    return _trend(topic, weekly[topic], 1) if _watched(weekly, 1) else None


def bars(counts: Sequence[int]) -> str:
    """Counts as a row of bars: ``▂▃▁█``, the highest full."""
    step = (len(_BARS) - 1) / max(1, *counts, 1)
    return "".join(_BARS[round(count * step)] for count in counts)


def _watched(weekly: Mapping[Topic, Sequence[int]], recent: int) -> bool:
    """True where each week of the base has posts, and about as many as the others."""
    weeks = list(zip(*weekly.values(), strict=True))[-MEAN_WEEKS - recent : -recent]
    totals = [sum(week) for week in weeks]
    return len(totals) == MEAN_WEEKS and 0 < max(totals) <= _UNEVEN * min(totals)


def _trend(topic: Topic, counts: Sequence[int], recent: int) -> Trend | None:
    usual = sum(counts[-MEAN_WEEKS - recent : -recent]) / MEAN_WEEKS
    expected, came = usual * recent, sum(counts[-recent:])
    if usual < _BASE or abs(came - expected) <= sqrt(expected) + 1:
        return None
    return Trend(topic=topic, before=round(usual), now=round(came / recent))


def _growth(trend: Trend) -> float:
    return log((trend.now + 1) / (trend.before + 1))
