"""Keys of what digests and topics are ranked by: what each holds and how long it lives."""

from bot.store.keys import PREFIX

CHANGES_KEPT = 1_000

SUMMARIES_CHANGED = f"{PREFIX}lines:changed"
"""ZSET of hours by a number that grows with every change of their lines or entries, about its
time in ms. Trimmed to ``CHANGES_KEPT``."""


def lines(hour: int | str) -> str:
    """HASH of what the entries of an hour of publication are ranked by, by key. Retention."""
    return f"{PREFIX}lines:{hour}"
