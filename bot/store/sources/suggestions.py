"""Channels that readers have suggested and no owner has decided about."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from redis.asyncio import Redis

from bot.store.keys import owner as owner_keys
from bot.store.scripts import Scripts

MOST_SUGGESTIONS = 200
"""Channels that wait for a decision; more are refused, so that nobody can push out the others."""


class Suggestions:
    """Handles, each once, whatever the case of its letters; who suggested is not kept."""

    def __init__(self, redis: Redis, scripts: Scripts) -> None:
        self._redis, self._scripts = redis, scripts

    async def keep(self, handles: Sequence[str], now: datetime) -> tuple[str, ...]:
        """Keep them until an owner decides; those that there was room for, or that were there."""
        bodies = (json.dumps({"handle": name, "at": int(now.timestamp())}) for name in handles)
        pairs = [
            text
            for name, body in zip(handles, bodies, strict=True)
            for text in (name.casefold(), body)
        ]
        kept = await self._scripts.texts(
            "suggest", [owner_keys.SUGGESTIONS], [MOST_SUGGESTIONS, *pairs]
        )
        return tuple(name for name in handles if name.casefold() in kept)

    async def all(self) -> tuple[str, ...]:
        """All that wait, the oldest first."""
        found = [json.loads(body) for body in await self._redis.hvals(owner_keys.SUGGESTIONS)]
        found.sort(key=lambda each: (each["at"], each["handle"]))
        return tuple(str(each["handle"]) for each in found)

    async def decided(self, handles: Iterable[str]) -> None:
        """An owner has decided about these, whatever they were."""
        if names := [handle.casefold() for handle in handles]:
            await self._redis.hdel(owner_keys.SUGGESTIONS, *names)
