"""Topics over weeks, drawn for a phone: a row of bars for each topic, all on one scale. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

from bot.export.charts.counts import TopicCounts
from bot.export.charts.svg import (
    THEMES,
    Anchor,
    Mode,
    Palette,
    drawing,
    rounded_box,
    svg_text,
    wrapped,
)
from bot.i18n import Messages, messages
from bot.model import Language
from bot.taxonomy.topics import taxonomy

WIDTH, EDGE = 1080, 64
RIGHT = WIDTH - EDGE
TITLE, NOTE, LABEL, SMALL, NUMBER = 54, 29, 31, 25, 46

_TOP, _ROW = 240, 124
_BARS_FROM, _BARS_TO, _BAR_HEIGHT, _GAP = 468, 836, 84, 0.22


def topics_chart(
    trends: Sequence[TopicCounts],
    last: date,
    language: Language,
    mode: Mode,
    days: Literal[1, 7, 30] = 7,
) -> str:
    """Posts on each topic by spans of ``days`` as SVG, 1080 wide; the last ends on ``last``."""
    p, theme = messages(language), THEMES[mode]
    weeks = max((len(trend.weeks) for trend in trends), default=0)
    top = max((count for trend in trends for count in trend.weeks), default=0)
    parts = heading(p.chart_topics_titles[days], p.chart_topics_notes[days], theme)
    if weeks:
        parts += _scale(weeks, last, days, p, theme)
    for number, trend in enumerate(trends):
        parts += _row(trend, _TOP + _ROW * number, max(top, 1), language, theme)
    return drawing(WIDTH, _TOP + _ROW * len(trends) + 40, theme.paper, parts)


def heading(title: str, note: str, theme: Palette) -> list[str]:
    """The two lines on top of every drawing."""
    return [
        svg_text(EDGE, 108, title, size=TITLE, fill=theme.ink, weight=700),
        svg_text(EDGE, 158, note, size=NOTE, fill=theme.muted),
    ]


def topic_label(text: str, last: float, room: float, theme: Palette) -> list[str]:
    """The name of a row, on one or two lines, the lower one at that height."""
    lines = wrapped(text, LABEL, room)
    return [
        svg_text(EDGE, last - back * LABEL * 1.24, line, size=LABEL, fill=theme.ink, weight=600)
        for back, line in enumerate(reversed(lines))
    ]


def _scale(weeks: int, last: date, days: int, p: Messages, theme: Palette) -> list[str]:
    """The last days of the first and of the last span."""
    gap = (_BARS_TO - _BARS_FROM) / weeks * _GAP / 2
    first = last - timedelta(days=days * (weeks - 1))
    ends: list[tuple[float, date, Anchor]] = [(_BARS_TO - gap, last, "end")]
    if weeks > 1:
        ends.append((_BARS_FROM + gap, first, "start"))
    return [
        svg_text(x, _TOP - 16, p.words.span(day, day), size=SMALL, fill=theme.muted, anchor=anchor)
        for x, day, anchor in ends
    ]


def _row(
    trend: TopicCounts, top: float, most: int, language: Language, theme: Palette
) -> list[str]:
    """Name, bars and numbers on one line."""
    base = top + _ROW - 20
    title = taxonomy().topic(trend.topic).title(language)
    now, before = trend.weeks[-1], trend.weeks[-2] if len(trend.weeks) > 1 else 0
    return [
        *topic_label(title, base - 3, _BARS_FROM - EDGE - 28, theme),
        *_bars(trend.weeks, base, most, theme),
        svg_text(
            RIGHT - 92, base - 3, str(now), size=NUMBER, fill=theme.ink, weight=700, anchor="end"
        ),
        _change(now - before, base - 3, theme),
    ]


def _bars(weeks: Sequence[int], base: float, most: int, theme: Palette) -> list[str]:
    """A week without posts is a thin line, so that it is seen to be counted."""
    step = (_BARS_TO - _BARS_FROM) / len(weeks)
    last = len(weeks) - 1
    drawn = []
    for number, count in enumerate(weeks):
        height = max(_BAR_HEIGHT * count / most, 4)
        fill = theme.accent if number == last else theme.soft if count else theme.faint
        left = _BARS_FROM + step * (number + _GAP / 2)
        drawn.append(rounded_box(left, base - height, step * (1 - _GAP), height, fill))
    return drawn


def _change(change: int, y: float, theme: Palette) -> str:
    said = f"+{change}" if change > 0 else f"−{-change}" if change else "0"
    fill = theme.rise if change > 0 else theme.fall if change else theme.muted
    return svg_text(RIGHT, y, said, size=LABEL, fill=fill, weight=600, anchor="end")
