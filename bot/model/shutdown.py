"""The announced end of a model, and when an owner hears of it. Pure."""

import re
from datetime import date
from typing import NamedTuple

NOTICES = (3, 14, 60)
"""Days before the end at which an owner is told, the nearest first."""

SUCCESSORS = {
    "gpt-5": "gpt-6.1-terra",
    "gpt-5-mini": "gpt-6-luna",
    "gpt-5-nano": "gpt-6-luna",
    "gpt-4o": "gpt-6-luna",
    "gpt-4o-mini": "gpt-6-luna",
    "gpt-4.1": "gpt-6-luna",
    "gpt-4.1-mini": "gpt-6-luna",
}
"""By developers.openai.com/api/docs/deprecations of November 2026, which names still larger ones
(sol, terra) for gpt-5 and gpt-5-mini: these cost several times as much for the same cards."""

_VERSION = re.compile(r"-\d{4}-\d{2}-\d{2}$")


class Shutdown(NamedTuple):
    """A model ends ``on`` a day, ``days`` from now; ``notice`` is which of ``NOTICES`` is due."""

    model: str
    on: date
    days: int
    notice: int
    successor: str | None


def shutdown_ahead(model: str, on: date, today: date) -> Shutdown | None:
    """What an owner should know by now; None while there is time, and when it is over."""
    days = (on - today).days
    notice = next((notice for notice in NOTICES if 0 <= days <= notice), None)
    if notice is None:
        return None
    name = _VERSION.sub("", model.rpartition("/")[2])
    return Shutdown(model, on, days, notice, SUCCESSORS.get(name))
