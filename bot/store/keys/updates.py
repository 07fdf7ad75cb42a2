"""Keys of updates on their way from Telegram to a handler: what each holds, how long it lives."""

from datetime import timedelta

from bot.store.keys import PREFIX, UPDATE_SEEN

FORGOTTEN_KEPT = timedelta(days=14)  # no update waits as long, nor does Telegram keep one
WALK_KEPT = timedelta(days=1)
REDRAW_KEPT = timedelta(hours=1)

ARRIVALS = f"{PREFIX}updates:arrivals"
"""STRING: how many updates have been accepted; each is numbered by it. Permanent."""
PARKED = f"{PREFIX}updates:parked"
"""HASH of how many updates wait behind the first of each line. Work."""

__all__ = ["UPDATE_SEEN"]


def update(bot_id: int | str, update_id: int | str) -> str:
    """STRING: this bot's update was accepted; ids are each bot's own. ``UPDATE_SEEN``."""
    return f"{PREFIX}update:{bot_id}:{update_id}"


def line(name: str) -> str:
    """LIST: the stream id of the unfinished update of a chat, then those that wait. Work."""
    return f"{PREFIX}updates:line:{name}"


def forgotten(chat: str) -> str:
    """STRING: the number of the update that erased a chat, by its hash. ``FORGOTTEN_KEPT``."""
    return f"{PREFIX}forgotten:{chat}"


def walk(chat: str) -> str:
    """STRING: how far an update has erased a chat: its number, the server's run, a cursor.

    Named by the chat's hash. ``WALK_KEPT``.
    """
    return f"{PREFIX}forgotten:walk:{chat}"


def redraw(chat_id: int | str, message_id: int | str) -> str:
    """STRING: the delivery that changes a message of a chat, until it is sent. ``REDRAW_KEPT``."""
    return f"{PREFIX}redraw:{chat_id}:{message_id}"
