"""Who speaks with the bot in a chaos run, by chat."""

QUESTIONS = 4  # that a talker asks in a row
TAPPER = 666  # taps all the time
MOST = 60  # chats of a kind
_LEAVER = 5_000_000


def chat_of(kind: int, number: int) -> int:
    """The group of that kind and number."""
    return -(1_000_000_000_000 + kind * 1_000_000 + number)


def leavers(some: int) -> list[int]:
    """People who subscribe and are forgotten at once."""
    return [_LEAVER + number for number in range(some)]


UNOWED = frozenset({TAPPER, *leavers(MOST)})
"""Chats whose messages nobody counts: what a leaver was told may be forgotten with him."""


def question(number: int) -> str:
    """What a talker asks; the answer repeats its words."""
    return f"/digest made-up-{number}"
