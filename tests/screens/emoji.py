"""Small flat drawings on a field of 24 × 24 for signs that the font does not have."""

_INK, _GREY, _PALE, _WHITE = "#5b6772", "#9aa7b2", "#e3e9ee", "#ffffff"
_STEEL, _SKY = "#cdd8e1", "#a9d6f9"
_RED, _ORANGE, _YELLOW, _GREEN, _BLUE = "#e5484d", "#f08c2e", "#f7c948", "#3fae5a", "#3d8fd9"
_BARS = "▁▂▃▄▅▆▇█"
_SHAPES = {"▍": 0.72, "▸": 0.95, "→": 1.1, "✓": 1.0, "☑": 1.1} | dict.fromkeys(_BARS, 0.72)
_EMOJI_EMS = 1.28


def _p(path: str, fill: str) -> str:
    return f'<path d="{path}" fill="{fill}"/>'


def _s(path: str, stroke: str, width: float = 2) -> str:
    return (
        f'<path d="{path}" fill="none" stroke="{stroke}" stroke-width="{width:g}" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
    )


def _r(x: float, y: float, wide: float, high: float, fill: str, by: float = 1) -> str:
    return f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" rx="{by}" fill="{fill}"/>'


def _c(x: float, y: float, radius: float, fill: str) -> str:
    return f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{fill}"/>'


_BELL = _p("M12 2.5a2 2 0 0 1 2 2 6.2 6.2 0 0 1 4.2 6v4.2l2 2.8H3.8l2-2.8v-4.2a6.2 6.2 0 0 1"
           " 4.2-6 2 2 0 0 1 2-2z", _YELLOW)  # fmt: skip
_CLAPPER = _c(12, 20, 2.1, _ORANGE)
_THUMB = "M3 10h4v11H3zM8.5 10.500l4-8.500c2 0 3 1.3 2.6 3.300L14.5 9H20c1.5 0 2.2 1.3"
_THUMB_UP = f"{_THUMB} 1.8 2.600l-2 7.200C19.5 20.2 18.7 21 17.5 21H10l-1.5-1z"

_PICTURES = {
    "🗞": _r(2.5, 5, 19, 15, _PALE, 2) + _r(5, 7.5, 14, 3, _INK, 0.6)
    + _r(5, 12.5, 6, 5, _GREY, 0.6) + _s("M13.5 13.300h5.500M13.5 16.700h5.5", _GREY, 1.5),
    "📅": _r(3, 4.5, 18, 17, _PALE, 2.5) + _r(3, 4.5, 18, 5.5, _RED, 2.5)
    + _s("M8 2.800v3.400M16 2.800v3.4", _INK)
    + _s("M7 13.500h10M7 17.300h6", _GREY, 1.8),
    "📄": _p("M5 2.500h9l5 5v14H5z", _PALE) + _p("M14 2.500l5 5h-5z", _GREY)
    + _s("M8 11.500h8M8 14.700h8M8 17.900h5", _GREY, 1.4),
    "💻": _r(4, 4, 16, 12, _INK, 1.8) + _r(5.6, 5.6, 12.8, 8.8, _BLUE, 0.8)
    + _p("M1.5 17.500h21l-1.5 2.500H3z", _GREY),
    "🤗": _c(12, 11.5, 9, _YELLOW)
    + _s("M7.8 10q1-1.6 2.2 0M14 10q1.1-1.6 2.2 0", _INK, 1.5)
    + _p("M7.5 13.500h9a4.5 4.5 0 0 1-9 0z", _INK) + _c(4.5, 18.5, 3, _ORANGE)
    + _c(19.5, 18.5, 3, _ORANGE),
    "🗂": _p("M2.5 6h7l2 2.500h10V20h-19z", _YELLOW) + _r(5, 3, 4, 3, _BLUE, 0.6)
    + _r(10, 4, 4, 4, _GREEN, 0.6) + _s("M6 13h12M6 16.300h8", _WHITE, 1.6),
    "🎯": _c(12, 12, 9.5, _RED) + _c(12, 12, 6.6, _WHITE) + _c(12, 12, 3.8, _RED)
    + _c(12, 12, 1.3, _WHITE),
    "📎": _s("M17.5 8.500l-7.3 7.300a2 2 0 0 1-2.9-2.900l8-8a3.6 3.6 0 0 1 5.1 5.1"
    "l-8.4 8.400a5.3 5.3 0 0 1-7.5-7.500l6.5-6.5", _STEEL, 1.9),
    "🔗": _s("M10 14a4 4 0 0 0 5.7 0l4-4A4 4 0 0 0 14 4.300l-1.5 1.500M14 10a4 4 0 0 0-5.7"
    " 0l-4 4A4 4 0 0 0 10 19.700l1.5-1.5", _SKY, 2.2),
    "💾": _p("M3 5a2 2 0 0 1 2-2h12l4 4v12a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z", _BLUE)
    + _r(7, 3, 9, 6, _PALE, 0.6) + _r(12.5, 4, 2, 4, _INK, 0.4)
    + _r(6, 12.5, 12, 8.5, _WHITE, 0.8),
    "⭐": _p("M12 2.500l2.900 6.300 6.900 0.800-5.100 4.700 1.400 6.800-6.100-3.400-6.100 3.400"
    " 1.400-6.800-5.100-4.700 6.900-0.800z", _YELLOW),
    "🔔": _BELL + _CLAPPER,
    "🔕": _BELL + _CLAPPER + _s("M4 3l16 18", _RED, 2.4),
    "👎": f'<g transform="rotate(180 12 12)">{_p(_THUMB_UP, _YELLOW)}</g>',
    "👍": _p(_THUMB_UP, _YELLOW),
    "✅": _r(2.5, 2.5, 19, 19, _GREEN, 4.5) + _s("M7 12.500l3.5 3.500L17 8.5", _WHITE, 2.6),
    "👀": "".join(
        f'<ellipse cx="{x}" cy="12" rx="4.6" ry="6.5" fill="{_WHITE}" stroke="{_INK}" '
        f'stroke-width="1.3"/>{_c(x - 1.2, 13, 2.2, _INK)}'
        for x in (6.8, 17.2)
    ),
    "❓": _s("M8 8.500a4.2 4.2 0 1 1 6.3 3.500c-1.6 1-2.3 1.8-2.3 3.5", _RED, 2.8)
    + _c(12, 20, 1.8, _RED),
    "⚙": "".join(
        f'<rect x="10" y="1.8" width="4" height="20.4" rx="1.2" fill="{_GREY}" '
        f'transform="rotate({turn} 12 12)"/>'
        for turn in (0, 45, 90, 135)
    ) + _c(12, 12, 7, _GREY) + _c(12, 12, 3, _WHITE),
    "📋": _r(4.5, 3.5, 15, 18, "#c98b4a", 2) + _r(6.5, 6, 11, 13.5, _WHITE, 0.8)
    + _r(8.5, 2, 7, 4, _GREY, 1.2) + _s("M9 10.500h6M9 13.500h6M9 16.300h4", _GREY, 1.3),
    "⏱": _r(10, 1.5, 4, 3, _INK, 0.8) + _s("M18.5 5.500l1.5 1.5", _INK, 2.2)
    + _c(12, 13.5, 9, _INK) + _c(12, 13.5, 7, _WHITE) + _s("M12 13.500V8.5", _RED, 1.8),
    "🕘": _c(12, 12, 10, _INK) + _c(12, 12, 8, _WHITE) + _s("M12 6.500V12H7.5", _INK, 1.8),
    "⏸": _r(2.5, 2.5, 19, 19, _BLUE, 4.5) + _r(7.5, 7, 3.2, 10, _WHITE, 0.8)
    + _r(13.3, 7, 3.2, 10, _WHITE, 0.8),
    "🌍": _c(12, 12, 10, _BLUE)
    + _p("M6 6.500c3-2.500 7-2 8.500 0.500s-1 3.500-3 3.5-3.500 1.500-5.500 0.500"
         "-1.500-3 0-4.500z", _GREEN)
    + _p("M11.5 12.500c2.500-1 6 0 6 2.500s-3 5.500-4.500 5-1.500-2.500-2-4 0-3 0.5-3.5z", _GREEN),
    "📏": f'<g transform="rotate(-45 12 12)">{_r(1.5, 8, 21, 8, _YELLOW, 1.2)}'
    f'{_s("M5 8.500v3M8.500 8.500v4.500M12 8.500v3M15.500 8.500v4.500M19 8.500v3", _INK, 1.2)}'
    "</g>",
    "📖": _p("M12 6C9 4 5.5 3.800 2 4.500v14.500c3.5-0.700 7-0.500 10 1.5z", _PALE)
    + _p("M12 6c3-2 6.5-2.200 10-1.500v14.500c-3.5-0.700-7-0.500-10 1.5z", _WHITE)
    + _s("M12 6v14.500M5 8.500c1.700-0.200 3 0 4.5 0.600M5 12c1.7-0.200 3 0 4.5 0.600", _GREY, 1.3)
    + _s("M19 8.500c-1.700-0.200-3 0-4.5 0.600M19 12c-1.7-0.200-3 0-4.5 0.600", _GREY, 1.3),
    "📝": _r(3.5, 3, 15, 18.5, _PALE, 1.8) + _s("M7 8h8M7 11.500h8M7 15h4", _GREY, 1.4)
    + _p("M20.5 8.500l2 2-8.500 8.500-3 1 1-3z", _ORANGE),
    "🔎": _s("M9 15l-6 6", _INK, 3.2) + _c(14.5, 9.5, 7.5, _GREY) + _c(14.5, 9.5, 5.5, _SKY),
    "🔒": _s("M7.5 11V7.500a4.5 4.500 0 0 1 9 0V11", _GREY, 2.4)
    + _r(4.5, 10.5, 15, 11, _YELLOW, 2) + _c(12, 15, 1.7, _INK)
    + _r(11.2, 15, 1.6, 3.5, _INK, 0.6),
    "🗣": _p("M3 21v-4.500C1.500 14 1.500 9 4 6.500S11 4 13 7.500l0.500 2.500 1.5 2.500"
             "-1.500 0.800v2.700c0 1.500-1 1.800-3.500 1.5V21z", _STEEL)
    + _s("M17 10.500q1 1.500 0 3.500M19.500 8.500q2 3.500 0 7.5", _STEEL, 1.6),
}  # fmt: skip


def is_drawn(char: str) -> bool:
    """True for a sign that ``drawn`` draws."""
    return char in _PICTURES or char in _SHAPES


def ems(sign: str) -> float:
    """The room that such a sign takes."""
    return _SHAPES.get(sign, _EMOJI_EMS)


def drawn(sign: str, x: float, y: float, size: float, ink: str) -> str:
    """The sign with its upper left corner there; shapes take the ink of their text."""
    inside = _PICTURES.get(sign) or _shape(sign, ink)
    return f'<g transform="translate({x:g} {y:g}) scale({size / 24:g})">{inside}</g>'


def _shape(sign: str, ink: str) -> str:
    if sign in _BARS:
        high = 20 * (_BARS.index(sign) + 1) / 8
        return _r(1, 22 - high, 11, high, ink, 0.8)
    match sign:
        case "▍":
            return _r(1, 3, 5, 18, ink, 2)
        case "▸":
            return _p("M3 6.500l9 5.5-9 5.500z", ink)
        case "→":
            return _s("M2 13h16M12.5 7.500l5.5 5.5-5.5 5.5", ink, 2)
        case "☑":
            return _s("M4 4h16v16H4zM8 12l3 3 5.5-6.5", ink, 2)
        case _:
            return _s("M4.5 13l5 5L19.5 6.5", ink, 2.6)
