"""Who speaks with the bot in a chaos run, by chat."""

QUESTIONS = 4  # that a talker asks in a row
TAPPER = 666  # taps all the time
MOST = 60  # chats of a kind
_LEAVERS = 5


def chat_of(kind: int, number: int) -> int:
    """The group of that kind and number."""
    return -(1_000_000_000_000 + kind * 1_000_000 + number)


def leavers(some: int) -> list[int]:
    """Groups that subscribe and are forgotten at once."""
    return [chat_of(_LEAVERS, number) for number in range(some)]


UNOWED = frozenset({TAPPER, *leavers(MOST)})
"""Chats whose messages nobody counts: what a leaver was told may be forgotten with him."""


def admin_of(chat: int) -> int:
    """Somebody who may change the group's subscription."""
    return 10**9 - chat


def question(number: int) -> str:
    """What a talker asks; the answer repeats its words."""
    return f"/digest made-up-{number}"
