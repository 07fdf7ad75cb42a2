"""Clocks of tests: one that stands still, and this host's, which a test may move."""

from datetime import datetime

from bot.model import utc_now
from bot.store.connection.clock import Clock


def standing_at(moment: datetime) -> Clock:
    """A clock that always tells this instant."""

    async def now() -> datetime:
        return moment

    return now


async def of_this_host() -> datetime:
    """The instant by this process's own clock."""
    return utc_now()
