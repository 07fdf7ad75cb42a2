"""Finds channel handles in pasted text: @names, links, lists, noise among them. Pure."""

import re
from typing import NamedTuple

from bot.text import HANDLE

MAX_HANDLES = 20
"""Channels taken from one message: each is looked at before the answer."""

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
_EDGES = ".,;:!?()[]<>\"'«»“”„`*•–—-"


class Pasted(NamedTuple):
    """Handles in order, each once; links of private channels; words that mean nothing here.

    ``more``: there were more than were asked for.
    """

    handles: tuple[str, ...]
    private: tuple[str, ...]
    garbage: tuple[str, ...]
    more: bool = False

    @property
    def is_list(self) -> bool:
        """True when the text is about channels rather than a sentence that names one."""
        named = len(self.handles) + len(self.private)
        return named > 0 and named >= len(self.garbage)


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
    found = tuple(handles.values())
    return Pasted(found[:most], tuple(private[:most]), tuple(garbage), len(found) > most)


def _handle(word: str, *, bare: bool) -> str | None:
    patterns = (*_NAMED, _BARE) if bare else _NAMED
    found = next((match for pattern in patterns if (match := pattern.fullmatch(word))), None)
    return found[1] if found and found[1].casefold() not in _RESERVED else None
