"""Keys of what is known of papers, and of what is still to be asked."""

from datetime import timedelta

from bot.store.keys import PREFIX

VAIN_KEPT = timedelta(days=14)

TRIES = f"{PREFIX}papers:tries"
"""HASH: how often each paper that waits to be asked again was asked for in vain. Work."""


def paper(paper_id: str) -> str:
    """STRING: what is known of a paper; empty where it was asked for in vain. Retention."""
    return f"{PREFIX}paper:{paper_id}"


def titled(title: str) -> str:
    """STRING: the id of the paper that has this title, by its hash. Retention."""
    return f"{PREFIX}paper:titled:{title}"


def due(source: str) -> str:
    """ZSET of paper ids by the instant, in seconds, at which a source is asked of them. Work."""
    return f"{PREFIX}papers:due:{source}"


def turn(source: str) -> str:
    """STRING: a source is left alone until this is gone. Seconds to a day."""
    return f"{PREFIX}papers:turn:{source}"
