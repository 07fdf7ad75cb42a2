"""The picture that a link to a page is shown with: its title, its counts, bars. Pure."""

from collections.abc import Sequence

from bot.export.charts.svg import THEMES, Palette, drawing, fitted, rounded_box, svg_text, wrapped

PICTURE_WIDTH, PICTURE_HEIGHT = 1200, 630
"""As messengers and networks show it, in pixels."""

_EDGE = 72
_ROOM = PICTURE_WIDTH - 2 * _EDGE
_TITLE, _NOTE, _SITE, _LABEL = 60, 32, 30, 28
_BARS_TOP, _BARS_BOTTOM = 400, 560
_ROW, _ROWS = 48, 4
_LABEL_ROOM, _COUNT_ROOM = 480, 70


def page_picture(
    site: str,
    title: str,
    note: str,
    weeks: Sequence[int] = (),
    rows: Sequence[tuple[str, int]] = (),
) -> str:
    """A page as SVG, 1200 × 630: ``weeks`` as bars, the oldest first, or ``rows`` with names."""
    theme = THEMES["light"]
    parts = [svg_text(_EDGE, 96, site, size=_SITE, fill=theme.accent, weight=600)]
    lines = wrapped(title, _TITLE, _ROOM)
    for number, line in enumerate(lines):
        y = 190 + number * _TITLE * 1.2
        parts.append(svg_text(_EDGE, y, line, size=_TITLE, fill=theme.ink, weight=700))
    below = 190 + len(lines) * _TITLE * 1.2
    parts.append(svg_text(_EDGE, below, fitted(note, _NOTE, _ROOM), size=_NOTE, fill=theme.muted))
    drawn = _rows(rows[:_ROWS], theme) if rows else _bars(weeks, theme)
    return drawing(PICTURE_WIDTH, PICTURE_HEIGHT, theme.paper, [*parts, *drawn])


def _bars(weeks: Sequence[int], theme: Palette) -> list[str]:
    if not any(weeks):
        return []
    step, most, drawn = _ROOM / len(weeks), max(weeks), []
    for number, count in enumerate(weeks):
        height = max((_BARS_BOTTOM - _BARS_TOP) * count / most, 6)
        fill = theme.accent if number == len(weeks) - 1 else theme.soft
        left = _EDGE + step * number
        drawn.append(rounded_box(left, _BARS_BOTTOM - height, step * 0.8, height, fill))
    return drawn


def _rows(rows: Sequence[tuple[str, int]], theme: Palette) -> list[str]:
    most, drawn = max(count for _, count in rows), []
    room = _ROOM - _LABEL_ROOM - _COUNT_ROOM
    for number, (name, count) in enumerate(rows):
        base = _BARS_TOP + _ROW * number
        label = fitted(name, _LABEL, _LABEL_ROOM - 24)
        width = max(room * count / most, 12)
        drawn += [
            svg_text(_EDGE, base + 24, label, size=_LABEL, fill=theme.ink),
            rounded_box(_EDGE + _LABEL_ROOM, base, width, 30, theme.soft),
            svg_text(
                _EDGE + _LABEL_ROOM + width + 16,
                base + 24,
                str(count),
                size=_LABEL,
                fill=theme.muted,
            ),
        ]
    return drawn
