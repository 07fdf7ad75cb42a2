"""A right that one process has at a time; a dead holder loses it when its lease runs out."""

import secrets
from datetime import timedelta

from redis.asyncio import Redis

from bot.store import keys
from bot.store.connection.clock import ms
from bot.store.scripts import Scripts

LEADER_LEASE = timedelta(
    seconds=3
)  # a dead poller is followed at once: all that comes waits for it


class Lease:
    """One process's claim to the right, under a name of its own."""

    def __init__(self, redis: Redis, key: str, length: timedelta = LEADER_LEASE) -> None:
        self._scripts, self._key = Scripts(redis), key
        self._holder = secrets.token_hex(8)
        self.length = length

    async def hold(self) -> bool:
        """Take or renew it for its length; False when another has it."""
        milliseconds = ms(self.length)
        return await self._scripts.flag("hold_lease", [self._key], [self._holder, milliseconds])

    async def drop(self) -> None:
        """Give it back at once."""
        await self._scripts("drop_lease", [self._key], [self._holder])


def poller(redis: Redis, length: timedelta = LEADER_LEASE) -> Lease:
    """The right to poll Telegram: a second poller would end the first one's calls."""
    return Lease(redis, keys.POLLER, length)
