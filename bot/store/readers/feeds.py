"""Readers' own feeds: each is asked for by a secret of which the store keeps a hash alone."""

import hashlib
import hmac
import re
import secrets

from redis.asyncio import Redis

from bot.store import keys
from bot.store.scripts import Scripts

_SECRET_BYTES = 24
_SECRET = re.compile("[A-Za-z0-9_-]{32}", re.ASCII)


class ReaderFeeds:
    """At most one feed a chat; what it was asked for by before names none any more."""

    def __init__(self, redis: Redis, scripts: Scripts) -> None:
        self._redis, self._scripts = redis, scripts

    async def make(self, chat_id: int, update: int | str) -> str:
        """The secret that the chat's feed is asked for by from now on.

        The same again for the same update, within ``keys.FEED_SHOWN``.
        """
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        seconds = int(keys.FEED_SHOWN.total_seconds())
        named = [keys.feed_of(chat_id), keys.feed_made(chat_id, update)]
        return await self._scripts.text(
            "make_feed", named, [chat_id, keys.feed_by(""), _hash(secret), secret, seconds]
        )

    async def end(self, chat_id: int) -> bool:
        """The chat has no feed any more; False where it had none."""
        named = [keys.feed_of(chat_id)]
        return await self._scripts.flag("end_feed", named, [keys.feed_by("")])

    async def exists(self, chat_id: int) -> bool:
        """True where the chat has a feed."""
        return bool(await self._redis.exists(keys.feed_of(chat_id)))

    async def reader(self, secret: str) -> int | None:
        """The chat whose feed is asked for by that; ``None`` where that is no feed, or no more."""
        if not _SECRET.fullmatch(secret):
            return None
        asked = _hash(secret)
        chat = await self._redis.get(keys.feed_by(asked))
        known = await self._redis.get(keys.feed_of(str(chat))) if chat else None
        return int(str(chat)) if known and hmac.compare_digest(str(known), asked) else None


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
