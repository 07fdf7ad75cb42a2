"""Callback data of buttons for owners and admins: ``o:act:number:subject``. Pure.

o:source:1:@demo_lab   the card of a source, with the page of the list to go back to
o:add:7:demo_lab       watch a channel and read 7 days of it; a subject of 12 hex digits is a draft
o:daily:0:-1001234     publish into that chat
"""

import re
from typing import Literal, NamedTuple, cast, get_args

from bot.model import Button

OwnerAct = Literal[
    "sources", "source", "pause", "resume", "sure", "remove", "look", "add", "listen",
    "stats", "costs", "errors", "retry", "hide", "send", "stop", "progress",
]  # fmt: skip
ReaderAct = Literal["suggest", "cancel"]
PlaceAct = Literal["daily", "weekly", "asked"]
_Act = OwnerAct | ReaderAct | PlaceAct

OWNER_ACTS = frozenset(get_args(OwnerAct))
READER_ACTS = frozenset(get_args(ReaderAct))
PLACE_ACTS = frozenset(get_args(PlaceAct))
_ACTS = OWNER_ACTS | READER_ACTS | PLACE_ACTS
_DATA = re.compile(r"o:([a-z]{3,8}):([0-9]{1,6}):([@\w-]{0,40})", re.ASCII)


class Press(NamedTuple):
    """What a button does, to what, and a number: a page, days, a row."""

    act: _Act
    subject: str = ""
    number: int = 0

    @property
    def data(self) -> str:
        """As callback data."""
        return f"o:{self.act}:{self.number}:{self.subject}"


def press(text: str, act: _Act, subject: str = "", number: int = 0) -> Button:
    """A button that comes back as this press."""
    return Button(text=text, data=Press(act, subject, number).data)


def parse_press(data: str) -> Press | None:
    """What such a button means; None for another's or a forged one."""
    found = _DATA.fullmatch(data)
    if found is None or found[1] not in _ACTS:
        return None
    return Press(cast("_Act", found[1]), found[3], int(found[2]))
