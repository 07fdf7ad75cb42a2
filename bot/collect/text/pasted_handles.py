"""Finds channel handles in pasted text: @names, links, lists, noise among them. Pure."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from bot.text import HANDLE, utf16_len

MAX_HANDLES = 1_000
"""Channels taken from one list."""

PIECE = 4_096
"""UTF-16 units of a message; Telegram's apps cut a longer text into several."""

_SITE = r"(?:https?://)?(?:www\.)?(?:t|telegram)\.(?:me|dog)/"
_LOOSE = re.ASCII | re.IGNORECASE
_NAMED = (
    re.compile(rf"@({HANDLE})", re.ASCII),
    re.compile(rf"{_SITE}(?:s/)?@?({HANDLE})(?:/\d+)*/?(?:[?#]\S*)?", _LOOSE),
    re.compile(rf"(?:https?://)?({HANDLE})\.t\.me(?:/\d+)?/?(?:[?#]\S*)?", _LOOSE),
    re.compile(rf"tg://resolve\?domain=({HANDLE})(?:&\S*)?", _LOOSE),
)
_BARE = re.compile(rf"({HANDLE})", re.ASCII)
_PRIVATE = re.compile(rf"{_SITE}(?:\+|joinchat/|c/\d)\S*", _LOOSE)
# First parts of Telegram's own addresses; none of them is a channel.
_RESERVED = frozenset(
    {
        *("addlist", "addstickers", "addemoji", "addtheme", "boost", "confirmphone", "contact"),
        *("giftcode", "invoice", "joinchat", "login", "proxy", "setlanguage", "share", "socks"),
        *("stickers", "telegrampassport"),
    }
)
_LINES, _NAMED_LINES = 5, 0.8  # of a list with descriptions: how many, and what share is named
_EDGES = ".,;:!?()[]<>\"'«»“”„`*•–—-"


class Pasted(NamedTuple):
    """Handles in order, each once; links of private channels; words that mean nothing here.

    ``more``: there were more than were asked for. ``described``: a line names a channel and says
    what it is, in nearly all of several lines; these words are no garbage.
    """

    handles: tuple[str, ...]
    private: tuple[str, ...]
    garbage: tuple[str, ...]
    more: bool = False
    described: bool = False

    @property
    def is_list(self) -> bool:
        """True when the text is about channels rather than a sentence that names one."""
        named = len(self.handles) + len(self.private)
        return self.described or (named > 0 and named >= len(self.garbage))


def read_pasted(text: str, *, bare: bool = False, most: int = MAX_HANDLES) -> Pasted:
    """The channels in a text, at most ``most``; ``bare`` takes plain names, as after a command."""
    handles: dict[str, str] = {}
    private: list[str] = []
    garbage: list[str] = []
    for word in re.split(r"[\s,;|]+", text):
        if not (trimmed := word.strip(_EDGES)):
            continue
        if _PRIVATE.fullmatch(trimmed):
            private.append(trimmed)
        elif handle := _handle(trimmed, bare=bare):
            handles.setdefault(handle.casefold(), handle)
        elif any(char.isalnum() for char in trimmed):
            garbage.append(trimmed)
    found, unnamed = tuple(handles.values()), tuple(dict.fromkeys(private))
    described = len(garbage) > len(found) + len(unnamed) and _is_described(text)
    return Pasted(
        handles=found[:most],
        private=unnamed[:most],
        garbage=() if described else tuple(garbage),
        more=len(found) > most,
        described=described,
    )


def join_pieces(pieces: Sequence[str]) -> str:
    """The text that an app has cut into messages; one that was cut inside a name is mended."""
    whole = ""
    for before, piece in pairwise(["", *pieces]):
        whole += "" if _is_cut(before, piece) else "\n"
        whole += piece
    return whole


def _is_cut(before: str, piece: str) -> bool:
    """True where a name goes on in the next message, which does not begin with one of its own."""
    first = piece.split(maxsplit=1)[0].strip(_EDGES) if piece.split() else ""
    full = utf16_len(before) == PIECE and not before[-1:].isspace()
    return full and bool(re.match(r"[\w/.]", piece, re.ASCII)) and not _handle(first, bare=False)


def _is_described(text: str) -> bool:
    lines = [line for line in text.splitlines() if line.strip()]
    named = sum(
        any(_handle(word.strip(_EDGES), bare=False) for word in line.split()) for line in lines
    )
    return len(lines) >= _LINES and named >= _NAMED_LINES * len(lines)


def _handle(word: str, *, bare: bool) -> str | None:
    patterns = (*_NAMED, _BARE) if bare else _NAMED
    found = next((match for pattern in patterns if (match := pattern.fullmatch(word))), None)
    return found[1] if found and found[1].casefold() not in _RESERVED else None
