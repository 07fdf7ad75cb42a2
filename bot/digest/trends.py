"""Topics that rise and cool: this week's posts against the mean of the weeks before. Pure."""

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import NamedTuple

from bot.taxonomy.topics import Topic

MEAN_WEEKS = 4
_MOST = 3
_BARS = "▁▂▃▄▅▆▇█"


class Trend(NamedTuple):
    """A topic with its posts by week, oldest first, and the change in percent."""

    topic: Topic
    weeks: tuple[int, ...]
    percent: int


class Trends(NamedTuple):
    """The strongest changes, the strongest first."""

    rising: tuple[Trend, ...] = ()
    falling: tuple[Trend, ...] = ()


def trends(weekly: Mapping[Topic, Sequence[int]]) -> Trends:
    """What changed most; ``weekly`` holds each topic's posts by week, this week last.

    The mean is of the four weeks before; fewer weeks, or a change within the noise of counting
    (a standard deviation, √mean, and one post), say nothing.
    """
    found = [_trend(topic, counts) for topic, counts in weekly.items() if topic != "other"]
    ranked = sorted((t for t in found if t), key=lambda trend: (-abs(trend.percent), trend.topic))
    return Trends(
        rising=tuple(trend for trend in ranked if trend.percent > 0)[:_MOST],
        falling=tuple(trend for trend in ranked if trend.percent < 0)[:_MOST],
    )


def bars(counts: Sequence[int]) -> str:
    """Counts as a row of bars: ``▂▃▁█``, the highest full."""
    step = (len(_BARS) - 1) / max(1, *counts, 1)
    return "".join(_BARS[round(count * step)] for count in counts)


def _trend(topic: Topic, counts: Sequence[int]) -> Trend | None:
    *_, now = counts or [0]
    before = counts[-MEAN_WEEKS - 1 : -1]
    mean = sum(before) / MEAN_WEEKS
    if len(before) < MEAN_WEEKS or not mean or abs(now - mean) <= sqrt(mean) + 1:
        return None
    return Trend(topic, (*before, now), round(100 * (now / mean - 1)))
