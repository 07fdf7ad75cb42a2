"""Keys of followed words: who follows them, and by which terms of an entry they are found."""

from bot.store.keys import PREFIX

WORDS_FOLLOWERS = f"{PREFIX}subscribers:words"
"""SET of the chats that follow any words. Permanent, left by /forget."""


def followers(token: str) -> str:
    """SET of the chats that follow the words of this token. Permanent, left by /forget."""
    return f"{PREFIX}followers:{token}"


def followed(term: str) -> str:
    """SET of words that find entries with this term: what these must have, the words as typed.
    Permanent, left with the last chat that follows them."""
    return f"{PREFIX}followed:{term}"
