"""Dead letters: what could not be done, kept with its reason until somebody looks."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import cast

from redis.asyncio import Redis

from bot.store import keys
from bot.store.keys import updates as update_keys
from bot.store.scripts import Scripts

_ID = re.compile(r"\d{1,20}-\d{1,20}")
_Row = tuple[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One dead item: where it came from, why it is here, how often it was tried, what it holds."""

    id: str
    stream: str
    reason: str
    attempts: int
    fields: dict[str, str]


class DeadLetters:
    """The dead stream."""

    def __init__(self, redis: Redis, scripts: Scripts) -> None:
        self._redis, self._scripts = redis, scripts

    async def report(self, key: str, revision: str, reason: str) -> bool:
        """Note a post that got no reading; a retry makes it work again. False when it is noted."""
        return await self._scripts.flag(
            "report", [keys.DEAD], [keys.POSTS, reason[:500], key, revision, keys.DEAD_KEPT]
        )

    async def letters(self) -> AsyncIterator[DeadLetter]:
        """All letters, oldest first."""
        last = "-"
        while rows := await self._redis.xrange(keys.DEAD, last, "+", 200):
            letters = [_letter(*row) for row in cast("list[_Row]", rows)]
            for letter in letters:
                yield letter
            last = f"({letters[-1].id}"

    async def count(self) -> int:
        """How many letters there are."""
        return int(await self._redis.xlen(keys.DEAD))

    async def get(self, letter_id: str) -> DeadLetter | None:
        """One letter; None under an id that names none, or is no id at all."""
        if not _ID.fullmatch(letter_id):
            return None
        rows = await self._redis.xrange(keys.DEAD, letter_id, letter_id)
        return _letter(*cast("_Row", rows[0])) if rows else None

    async def retry(self, letter_id: str) -> bool:
        """Give one letter back to its stream; False for an unknown id."""
        names = [keys.DEAD, update_keys.PARKED]
        return await self._scripts.flag("retry", names, [letter_id, update_keys.line("")])

    async def drop(self, letter_id: str) -> bool:
        """Delete one letter; False for an unknown id."""
        return bool(await self._redis.xdel(keys.DEAD, letter_id))


def _letter(letter_id: str, fields: dict[str, str]) -> DeadLetter:
    rest = {k: v for k, v in fields.items() if k not in {"stream", "reason", "attempts"}}
    stream = fields.get("stream", "").removeprefix(f"{keys.PREFIX}stream:")
    attempts = int(fields.get("attempts", "1"))
    return DeadLetter(letter_id, stream, fields.get("reason", ""), attempts, rest)
