"""Callback data about a group's or a channel's digest, pressed in private by an admin. Pure.

g:1001234:p:time    a settings screen of the chat -1001234; g:1001234:o:time:0900 sets it
g:1001234:sub       publish there (unsub: no more; erase: forget the chat)
"""

from dataclasses import dataclass
from typing import get_args

from bot.screens.callbacks.codec import ButtonData, nested, number
from bot.screens.callbacks.pages import Follow, Subscribe, Unsubscribe
from bot.screens.callbacks.settings import Erase, Panel, Pick, Set, ZoneClock

GroupDeed = Panel | ZoneClock | Set | Pick | Follow | Subscribe | Unsubscribe | Erase
_WHAT = nested(*get_args(GroupDeed))
_SETTINGS = Panel("settings")


@dataclass(frozen=True)
class GroupAct(ButtonData, template="g:{group}:{what}", group=number(16), what=_WHAT):
    """What to do or show about a chat; ``group`` is its number without the sign."""

    group: int
    what: GroupDeed = _SETTINGS

    @property
    def chat_id(self) -> int:
        """The number by which Telegram knows the chat."""
        return -self.group


def about_group(chat_id: int, data: str) -> GroupAct | None:
    """What a button of a reader's settings means when it is about that chat, where it can be."""
    return GroupAct.parse(f"g:{abs(chat_id)}:{data}")
