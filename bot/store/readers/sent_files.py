"""Files sent in answer to a tap, and what the bot said of itself: marks that stop a repeat."""

from collections.abc import Mapping
from typing import Literal

from redis.asyncio import Redis

from bot.store import keys
from bot.store.keys import owner as owner_keys


class SentFiles:
    """Marks by update and by bot."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def begin(self, update: str) -> Literal["new", "turn", "begun"]:
        """What came before of sending the file that this update asked for: nothing, or a turn.

        ``begun`` for one that may be there already.
        """
        key = keys.file_begun(update)
        before = await self._redis.set(key, "begun", ex=keys.UPDATE_SEEN, get=True)
        return "turn" if before == "turn" else "begun" if before else "new"

    async def has_turn(self, update: str) -> None:
        """A turn to send the file is reserved; nothing was sent yet."""
        await self._redis.set(keys.file_begun(update), "turn", ex=keys.UPDATE_SEEN)

    async def name(self, username: str) -> None:
        """Remember what the bot is called, for stages that never speak with Telegram."""
        await self._redis.set(owner_keys.USERNAME, username)

    async def username(self) -> str | None:
        """What the bot is called, if it has ever been at work."""
        found = await self._redis.get(owner_keys.USERNAME)
        return str(found) if found else None

    async def serving_bot(self) -> int | None:
        """The bot whose readers these are, where that is known.

        A store of an earlier version tells it by which bot has introduced itself.
        """
        if known := await self._redis.get(owner_keys.BOT):
            return int(known)
        prefix = keys.introduced("")
        names = [str(key) async for key in self._redis.scan_iter(f"{prefix}*", count=1_000)]
        bots = {int(name.removeprefix(prefix)) for name in names}
        return bots.pop() if len(bots) == 1 else None

    async def serve_by(self, bot_id: int) -> None:
        """Remember whose readers these are from now on."""
        await self._redis.set(owner_keys.BOT, bot_id)

    async def introduced(self, bot_id: int) -> dict[str, str]:
        """Hashes of what a bot said of itself, by what it is."""
        found = await self._redis.hgetall(keys.introduced(bot_id))
        return {str(name): str(value) for name, value in found.items()}

    async def introduce(self, bot_id: int, said: Mapping[str, str]) -> None:
        """Remember what a bot said of itself."""
        for name, value in said.items():
            await self._redis.hset(keys.introduced(bot_id), name, value)
