"""Keys of earlier versions that this one removes: what each held and how long it lived."""

from bot.store.keys import PREFIX

SUMMARIES_CHANGED = f"{PREFIX}lines:changed"
"""ZSET of hours by a number that grew with every change of their entries. Trimmed."""


def lines(hour: int | str) -> str:
    """HASH of what the entries of an hour of publication were ranked by, by key. Retention."""
    return f"{PREFIX}lines:{hour}"


def by_topic(topic: str) -> str:
    """ZSET of the entry keys of a topic by publication time. Trimmed."""
    return f"{PREFIX}entries:topic:{topic}"
