"""Who owns the bot: people whom the settings name, else whoever used the one-time code."""

import secrets
from collections.abc import Iterable

from redis.asyncio import Redis

from bot.languages import Language, language_of
from bot.store.keys import owner as owner_keys
from bot.store.scripts import Argument, Scripts

MOST_WRONG_TRIES = 10
"""Wrong codes, by whomever, after which the code is no longer valid."""

OWNER_LINK = "own_"
"""What the payload of the link begins with that carries the code."""

_CODE_BYTES = 16


class Owners:
    """Owners by Telegram id; people that the settings name make the stored ones count for nothing.

    ``named`` are those of the settings.
    """

    def __init__(self, redis: Redis, scripts: Scripts, named: Iterable[int] = ()) -> None:
        self._redis, self._scripts = redis, scripts
        self.named = frozenset(named)
        self._remembered = self.named

    @property
    def remembered(self) -> frozenset[int]:
        """The owners that were last seen: whom to tell when the store knows none any more.

        They may do nothing by it.
        """
        return self._remembered

    def remember(self, owners: frozenset[int]) -> None:
        """These are the owners, by the settings or by a store that knows what it knew."""
        self._remembered = self.named or owners

    async def all(self) -> frozenset[int]:
        """All owners; empty while nobody is one."""
        if self.named:
            return self.named
        found = frozenset(map(int, await self._redis.smembers(owner_keys.OWNERS)))
        self.remember(found or self._remembered)
        return found

    async def speaks(self, owner: int, language: Language) -> None:
        """An owner wrote in that language."""
        await self._redis.hset(owner_keys.OWNERS_LANGUAGES, str(owner), language)

    async def spoken(self, owner: int) -> Language:
        """The language in which an owner wrote last; English of whom nothing is known."""
        found = await self._redis.hget(owner_keys.OWNERS_LANGUAGES, str(owner))
        return language_of(str(found) if found else None)

    async def code(self) -> str:
        """The one-time code that makes an owner, valid for ``OWNER_CODE_KEPT`` since it was made.

        Empty where there is an owner.
        """
        if self.named:
            return ""
        seconds = int(owner_keys.OWNER_CODE_KEPT.total_seconds())
        names, fresh = [owner_keys.OWNER_CODE, owner_keys.OWNERS], secrets.token_hex(_CODE_BYTES)
        return await self._scripts.text("own_code", names, [fresh, seconds])

    async def claim(self, code: str, user_id: int, attempt: int | str) -> bool:
        """True when the person is an owner, by this code or already.

        ``attempt`` names the try: a repeated one counts once.
        """
        if self.named:
            return user_id in self.named
        names = [owner_keys.OWNER_CODE, owner_keys.OWNERS]
        arguments: list[Argument] = [code, user_id, attempt, MOST_WRONG_TRIES]
        return await self._scripts.flag("own", names, arguments)
