"""Keys of digests that are in readers' chats and may be drawn again: content and lifetime."""

from datetime import timedelta

from bot.store.keys import PREFIX

PAST_PAGES_KEPT = timedelta(days=1_100)
PAGE_KEPT = timedelta(hours=36)  # longer than any local date

PAGES = f"{PREFIX}pages"
"""ZSET of digests, ``chat:name``, by when each was last looked at, in ms. Trimmed."""
MOVED = f"{PREFIX}pages:moved"
"""ZSET of stories whose posts changed places, ``published:story``, by ms. ``PAGE_KEPT``."""

FIRST = f"{PREFIX}pages:first"
"""ZSET of messages drawn before all was read, ``chat:name``, by the last look, in ms. Trimmed."""


def page(chat_id: int | str, name: str) -> str:
    """HASH ``id``, ``until``, ``ends``, ``at``, ``hash``, ``edits``, ``of``, ``stories``,
    ``lang`` of a chat's digest of a LOCAL date and the page that it shows. To the end of that
    date, within ``PAGE_KEPT``."""
    return f"{PREFIX}page:{chat_id}:{name}"


def past_pages(month: str) -> str:
    """STRING of bits: which stories and papers got posts in a month (UTC). ``PAST_PAGES_KEPT``."""
    return f"{PREFIX}pages:past:{month}"
