"""Callback data of buttons for owners and admins: ``o:act:number:subject``. Pure.

o:source:1:@demo_lab   the card of a source, with the page of the list to go back to
o:add:7:demo_lab       watch a channel and read 7 days of it; a subject of 12 hex digits is a draft
o:daily:0:-1001234     publish into that chat
o:addlist:0:0123456789ab add what was found of that list; droplist: look at it no more
o:vet:0:0123456789ab   look at suggested channels, of that draft; dismiss: drop them
o:split:0:0123456789ab ask which post tells another event; unite: which story tells the same
o:apart:0:STORY-POST   take that post, by the name of its own story, out; same: join two stories
"""

from dataclasses import dataclass
from typing import Literal, get_args

from bot.model import Button
from bot.screens.callbacks.codec import ButtonData, Field, number, one_of
from bot.screens.callbacks.pages import button

OwnerAct = Literal[
    "sources", "source", "pause", "resume", "sure", "remove", "look", "add", "listen",
    "stats", "users", "costs", "errors", "retry", "hide", "send", "stop", "progress",
    "split", "apart", "unite", "same", "addlist", "droplist", "suggested", "vet", "dismiss",
]  # fmt: skip
ReaderAct = Literal["suggest", "cancel"]
PlaceAct = Literal["daily", "weekly", "asked"]
_Act = OwnerAct | ReaderAct | PlaceAct

OWNER_ACTS = frozenset(get_args(OwnerAct))
READER_ACTS = frozenset(get_args(ReaderAct))
PLACE_ACTS = frozenset(get_args(PlaceAct))


@dataclass(frozen=True)
class Press(
    ButtonData,
    template="o:{act}:{number}:{subject}",
    act=one_of(*OWNER_ACTS, *READER_ACTS, *PLACE_ACTS),
    number=number(6),
    subject=Field(r"[@\w-]{0,40}"),
):
    """What a button does, to what, and a number: a page, days, a row."""

    act: _Act
    subject: str = ""
    number: int = 0


def press(text: str, act: _Act, subject: str = "", number: int = 0) -> Button:
    """A button that comes back as this press."""
    return button(text, Press(act, subject, number))
