"""What a tap comes to."""

from typing import NamedTuple

from bot.model import Screen


class Turn(NamedTuple):
    """The screen to show and a word to say about it."""

    screen: Screen
    said: str = ""
