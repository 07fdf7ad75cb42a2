"""Titles, names and abstracts from outside as plain lines: no markup, no TeX, bounded. Pure."""

import html
import re
import unicodedata

from bot.text import clean, shorten, split_sentences, visible

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
_HEADING = re.compile(r"<(?:jats:)?title>[^<>]{0,200}</(?:jats:)?title>")
# A dollar that opens is followed, one that closes preceded by no space: $5 to $10 is no formula.
_MATH = re.compile(r"(?<!\\)\$\$?(?=\S)([^$\n]{1,300}?)(?<=\S)(?<!\\)\$\$?(?!\d)")
_INDEX = re.compile(r"([_^])(?:\{(-?\d{1,4})\}|(\d))")
_RAISED = re.compile(r"<(sup|sub)>(-?\d{1,4})</\1>")
_HIGH = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_LOW = str.maketrans("0123456789-", "₀₁₂₃₄₅₆₇₈₉₋")
_ACCENT = re.compile(
    r"\\(?:([`'^\"~=.])\s*|([uvHckrbd])(?:\s+|(?=\{)))(?:\{\\?([A-Za-z])\}|\\?([A-Za-z]))"
)
_MARKS = dict(
    zip(
        "`'^\"~=.uvHckrbd",
        "\u0300\u0301\u0302\u0308\u0303\u0304\u0307\u0306\u030c\u030b\u0327\u0328\u030a\u0331\u0323",
        strict=True,
    )
)
_COMMAND = re.compile(r"\\([A-Za-z]+)\*?\s*")
_SIGNS = {
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ",
    "aa": "å", "AA": "Å", "i": "ı", "infty": "∞", "times": "×", "cdot": "·", "approx": "≈",
    "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "pm": "±", "to": "→", "rightarrow": "→",
    "sim": "~", "ell": "ℓ", "in": "∈", "nabla": "∇", "ldots": "…", "dots": "…", "log": "log ",
    "textasciitilde": "~", "textbackslash": "\\", "lambda": "λ", "Lambda": "Λ",
}  # fmt: skip
_ESCAPED = re.compile(r"\\([&%$#_{}])")
_HELD = {char: chr(0xE000 + number) for number, char in enumerate("&%$#_{}")}
"""Characters that stand for themselves, until braces and dollars are taken out."""


def plain_line(text: str, limit: int) -> str:
    """What a reader is to see of it, in one line of at most ``limit`` UTF-16 units."""
    text = _RAISED.sub(_raised, text[: 20 * limit])
    text = _TAG.sub("", html.unescape(html.unescape(_TAG.sub("", text))))
    return shorten(" ".join(visible(clean(_without_tex(text))).split()), limit)


def first_sentence(abstract: str, limit: int) -> str:
    """The first sentence of an abstract; without the heading that some begin with."""
    told = plain_line(_HEADING.sub(" ", abstract), 10 * limit)
    told = re.sub(r"^abstract[.:]?\s+(?=[A-Z])", "", told, flags=re.IGNORECASE)
    return shorten(next(iter(split_sentences(told)), ""), limit)


def _without_tex(text: str) -> str:
    if not re.search(r"[\\${}~]|--", text):
        return text
    text = re.sub(f"[{_HELD['&']}-{_HELD['}']}]", "", text)
    text = _ESCAPED.sub(lambda found: _HELD[found[1]], text)
    text = _MATH.sub(lambda found: _INDEX.sub(_raised, found[1]), text)
    text = _ACCENT.sub(_accented, text)
    text = _COMMAND.sub(_sign, text)
    text = re.sub(r"\\[,;:!> ]|(?<=\w)~(?=\w)", " ", text).replace("---", "—").replace("--", "–")
    text = text.replace("{", "").replace("}", "").replace("``", "“").replace("''", "”")
    for char, held in _HELD.items():
        text = text.replace(held, char)
    return text


def _raised(found: re.Match[str]) -> str:
    """A number above or below the line, so that ten to the sixth does not become 106."""
    number: str = next(filter(None, found.groups()[1:]))
    return number.translate(_HIGH if found[1] in {"^", "sup"} else _LOW)


def _accented(found: re.Match[str]) -> str:
    letter = found[3] or found[4]
    return unicodedata.normalize("NFC", letter + _MARKS[found[1] or found[2]])


def _sign(found: re.Match[str]) -> str:
    """The letter or sign that a command stands for; nothing for one that only sets the type."""
    name = found[1]
    if name in _SIGNS:
        return _SIGNS[name]
    try:
        size = "CAPITAL" if name[0].isupper() else "SMALL"
        return unicodedata.lookup(f"GREEK {size} LETTER {name.upper()}")
    except KeyError:
        return ""
