"""What a tap comes to."""

from datetime import timedelta
from typing import NamedTuple

from bot.model import Screen


class Turn(NamedTuple):
    """The screen to show and a word to say about it."""

    screen: Screen
    said: str = ""


class NotYet(Exception):  # noqa: N818 - said as it is
    """The update is to be handled again after ``wait``, when the chat's turn has come."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("not yet")
        self.wait = wait
