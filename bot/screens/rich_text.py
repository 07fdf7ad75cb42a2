"""Formatted text as a value: plain words with entities, joined without ever writing markup. Pure.

Words come in through ``inert``, so nothing in a post or a model's answer can become a mention,
a tag, a command, a link or a change of direction; formatting comes only from these functions.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from string import Formatter
from typing import NamedTuple
from urllib.parse import urlsplit

from bot.model import Button, Entity, Screen
from bot.text import clean, shorten, utf16_len

MAX_UNITS = 4_000
"""Budget of a message in UTF-16 units; Telegram takes 4096 code points."""

MAX_ENTITIES = 100
"""Telegram silently drops the entities beyond."""

MAX_ADDRESSES = 9_000
"""Characters of all addresses in a message: entities share about 9,500 bytes of a request."""

_BAR = 10  # cells
_MAX_ADDRESS = 1_000  # a block has at most eight
_JOINER = "\u2060"  # word joiner: unseen, and the end of a name for Telegram's link finder
_FSI, _PDI = "\u2068", "\u2069"
# Unseen characters that are no part of spelling or of emoji, and letters that look like nothing.
_UNSEEN = re.compile(
    "[\u00ad\u115f\u1160\u180e\u200b\u200e\u200f\u2060-\u2064\u2800\u3164\ufeff\uffa0]"
)
# Combining marks that Telegram's server removes (td, misc.cpp), and piles of more than four.
_LOST_MARKS = re.compile("[\u030a\u0333\u033f]")
_PILE = re.compile(
    r"((?:[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]){4})"
    r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+"
)
# Where right-to-left characters are; the rest of these ranges is looked at one by one.
_MAY_TURN = re.compile("[\u200f\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U0001efff]")
# What Telegram links by itself: @name #tag $USD /command a.host scheme:// and card numbers.
_TRIGGER = re.compile(
    r"@(?=\w)|#(?=\S)|\$(?=[^\W\d_])|(?<![^\W_])/(?=\w)|(?<=\S)\.(?=[^\W\d_]{2})|:(?=//)"
    r"|(?<=\d)\.(?=\d+\.\d+\.\d)|\d{4}(?=[ -]?\d{4}[ -]?\d{4})"
)


class _Mark(NamedTuple):
    """An entity as long as its text is being put together: cheap to move."""

    type: str
    offset: int
    length: int
    url: str | None = None
    unix_time: int | None = None
    date_time_format: str | None = None


@dataclass(frozen=True, slots=True)
class Rich:
    """Text with entities; ``units`` is its length in UTF-16."""

    text: str = ""
    entities: tuple[_Mark, ...] = ()
    units: int = 0

    def screen(self, buttons: tuple[tuple[Button, ...], ...] = ()) -> Screen:
        """The message of this text with these rows of buttons; empty rows are left out."""
        rows = tuple(row for row in buttons if row)
        entities = tuple(Entity(**mark._asdict()) for mark in self.entities)
        return Screen(text=self.text, entities=entities, buttons=rows)


def of_screen(screen: Screen) -> Rich:
    """The text of a message, to be put into another one."""
    marks = tuple(_Mark(**entity.model_dump()) for entity in screen.entities)
    return Rich(screen.text, marks, utf16_len(screen.text))


def rich(text: "Rich | str") -> Rich:
    """Our own words as they are; for words from outside see ``inert``."""
    return text if isinstance(text, Rich) else Rich(text, (), utf16_len(text))


def join(parts: Iterable[Rich | str], by: str = "") -> Rich:
    """Parts in a row, with ``by`` between them; empty parts are left out."""
    texts: list[str] = []
    entities: list[_Mark] = []
    units, gap = 0, utf16_len(by)
    for part in parts:
        if isinstance(part, str):
            part = Rich(part, (), utf16_len(part))
        if not part.text:
            continue
        if texts:
            texts.append(by)
            units += gap
        texts.append(part.text)
        if part.entities:
            entities += [_Mark(m[0], m[1] + units, *m[2:]) for m in part.entities]
        units += part.units
    return Rich("".join(texts), tuple(entities), units)


def bold(text: Rich | str) -> Rich:
    """Bold text."""
    return _wrapped("bold", text)


def italic(text: Rich | str) -> Rich:
    """Italic text."""
    return _wrapped("italic", text)


def quote(text: Rich | str) -> Rich:
    """A quote that folds to three lines; Telegram's quotes cannot nest."""
    return _wrapped("expandable_blockquote", text)


def link(text: Rich | str, url: str | None) -> Rich:
    """Linked text; the bare text where the address is none or not an open web address."""
    if url is None or not is_web(url):
        return rich(text)
    return _wrapped("text_link", text, url)


def instant(shown: str, moment: datetime) -> Rich:
    """A moment that Telegram shows by the clock and the habits of whoever reads it.

    ``shown`` is for clients and servers that cannot; the format is weekday, short date and time
    (https://core.telegram.org/bots/api#date-time-entity-formatting).
    """
    inner, at = _wrapped("date_time", shown), int(moment.timestamp())
    told = (mark._replace(unix_time=at, date_time_format="wdt") for mark in inner.entities)
    return Rich(inner.text, tuple(told), inner.units)


def filled(template: str, **parts: Rich | str) -> Rich:
    """Our own words with parts in their places, as ``str.format`` would fill them."""
    pieces: list[Rich | str] = []
    for before, name, _, _ in Formatter().parse(template):
        pieces += [before, parts[name] if name else ""]
    return join(pieces)


@lru_cache(4096)  # readers are shown the same addresses and words
def is_web(url: str) -> bool:
    """True for http(s) with a host and no tricks: no user part, backslash, space or control.

    Only ASCII, as canonical addresses are, and at most 1,000 characters.
    """
    if len(url) > _MAX_ADDRESS or not re.fullmatch(r"[!-\[\]-~]+", url):
        return False
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in ("http", "https")
            and "." in (parts.hostname or "")
            and (parts.username is None)
        )
    except ValueError:
        return False


@lru_cache(2048)
def inert(text: str, limit: int | None = None) -> str:
    """Words from outside as one line that Telegram shows as it is, at most ``limit`` units.

    Composed (NFC), without what the server would drop; right-to-left text is isolated; empty
    where there is nothing to see.
    """
    line = unicodedata.normalize("NFC", " ".join(_UNSEEN.sub("", clean(text)).split()))
    if all(unicodedata.category(char)[0] in "CMZ" for char in line):
        return ""
    line = _PILE.sub(r"\1", _LOST_MARKS.sub("", line)).strip()
    line = _TRIGGER.sub(lambda found: found[0] + _JOINER, line)
    if limit is not None:
        line = shorten(line, limit)
    return _isolated(line)


def bare(text: str) -> str:
    """The text without the joiners and isolates of ``inert``."""
    return re.sub(f"[{_JOINER}{_FSI}{_PDI}]", "", text)


def _isolated(text: str) -> str:
    if _MAY_TURN.search(text) and any(
        unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in text
    ):
        return f"{_FSI}{text}{_PDI}"
    return text


def _wrapped(kind: str, text: Rich | str, url: str | None = None) -> Rich:
    inner = rich(text)
    if not inner.text.strip():
        return inner
    return Rich(inner.text, (_Mark(kind, 0, inner.units, url), *inner.entities), inner.units)


def bar(share: float) -> str:
    """A share as ten cells."""
    full = min(_BAR, round(share * _BAR))
    return "▓" * full + "░" * (_BAR - full)
