"""Which channel writes on which topic, drawn for a phone: a field of shaded numbers. Pure."""

from math import sqrt

from bot.export.charts.counts import Grid
from bot.export.charts.svg import (
    THEMES,
    Mode,
    Palette,
    drawing,
    fitted,
    mixed,
    readable_on,
    rounded_box,
    svg_text,
    wrapped,
)
from bot.export.charts.topics_by_week import (
    EDGE,
    LABEL,
    NUMBER,
    RIGHT,
    SMALL,
    WIDTH,
    heading,
    topic_label,
)
from bot.i18n import Messages, messages
from bot.model import Language
from bot.taxonomy.topics import taxonomy

_TOP, _ROW = 430, 88
_FROM, _TO, _GAP = 440, 920, 8
_NAME_ROOM, _TURN = 300, -52


def channels_chart(grid: Grid, language: Language, mode: Mode, span: str = "") -> str:
    """Posts of each channel on each topic as SVG, 1080 wide; ``span`` names the days."""
    p, theme = messages(language), THEMES[mode]
    parts = heading(
        p.chart_channels_title, p.chart_channels_note.format(span=span) if span else "", theme
    )
    parts += _names(grid, p, theme)
    for number in range(len(grid.topics)):
        parts += _row(grid, number, language, theme)
    return drawing(WIDTH, _TOP + _ROW * len(grid.topics) + 48, theme.paper, parts)


def _names(grid: Grid, p: Messages, theme: Palette) -> list[str]:
    """Turned, because upright ones would be cut to a few letters."""
    total = svg_text(RIGHT, _TOP - 20, p.chart_total, size=SMALL, fill=theme.muted, anchor="end")
    step = _step(grid)
    return [total] + [
        svg_text(
            _FROM + step * (number + 0.5) + 8,
            _TOP - 20,
            fitted(name, SMALL + 1, _NAME_ROOM),
            size=SMALL + 1,
            fill=theme.ink,
            turn=_TURN,
        )
        for number, name in enumerate(grid.channels)
    ]


def _row(grid: Grid, number: int, language: Language, theme: Palette) -> list[str]:
    top = _TOP + _ROW * number
    middle = top + _ROW / 2
    title = taxonomy().topic(grid.topics[number]).title(language)
    room = _FROM - EDGE - 24
    lines = len(wrapped(title, LABEL, room))
    lowest = middle + LABEL * (0.36 + 0.62 * (lines - 1))
    total = svg_text(
        RIGHT,
        middle + NUMBER * 0.28,
        str(grid.totals[number]),
        size=NUMBER - 10,
        fill=theme.ink,
        weight=700,
        anchor="end",
    )
    return [*topic_label(title, lowest, room, theme), *_cells(grid, number, top, theme), total]


def _cells(grid: Grid, row: int, top: float, theme: Palette) -> list[str]:
    step = _step(grid)
    most = max((count for counts in grid.rows for count in counts), default=1) or 1
    drawn = []
    for number, count in enumerate(grid.rows[row]):
        left = _FROM + step * number
        shade = sqrt(count / most)  # small counts are most of the field and must differ, too
        fill = mixed(theme.faint, theme.accent, shade)
        drawn.append(rounded_box(left, top + _GAP / 2, step - _GAP, _ROW - _GAP, fill, 10))
        if count:
            ink = readable_on(fill, theme.paper, theme.ink)
            middle = left + (step - _GAP) / 2
            baseline = top + _ROW / 2 + LABEL * 0.36
            drawn.append(
                svg_text(
                    middle, baseline, str(count), size=LABEL, fill=ink, weight=600, anchor="middle"
                )
            )
    return drawn


def _step(grid: Grid) -> float:
    return min((_TO - _FROM) / max(len(grid.channels), 1), 96)
