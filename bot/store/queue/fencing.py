"""Which item of a work stream the code that runs now acts for.

A worker that stood still for longer than its lease goes on where it was, though another has done
its item and perhaps later ones meanwhile: what it would write then must not be written. The
scripts that ask (``_held.lua``) are refused by the server.
"""

from contextvars import ContextVar
from typing import NamedTuple


class LeaseLost(Exception):
    """Another worker has taken over the item; nothing was written."""


class Held(NamedTuple):
    """The arguments of ``_held.lua``; empty ones hold nothing."""

    stream: str = ""
    group: str = ""
    consumer: str = ""
    item: str = ""


_NOTHING = Held()
HELD: ContextVar[Held] = ContextVar("held", default=_NOTHING)
"""Set in the task that works on an item, and so in all that it starts."""
