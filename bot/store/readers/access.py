"""Who may use the bot where not everybody may: people admitted, people refused, invitations."""

import secrets

from redis.asyncio import Redis

from bot.store.keys import owner as owner_keys
from bot.store.scripts import Scripts


class Access:
    """People by Telegram id; invitations by code."""

    def __init__(self, redis: Redis, scripts: Scripts) -> None:
        self._redis, self._scripts = redis, scripts

    async def invite(self, uses: int = 1) -> str:
        """A new code that admits so many people within ``INVITE_KEPT``."""
        code = secrets.token_hex(8)
        await self._redis.set(owner_keys.invite(code), uses, ex=owner_keys.INVITE_KEPT)
        return code

    async def redeem(self, code: str, user_id: int) -> bool:
        """Admit a person by a code; one who is in already uses nothing up."""
        done = await self._scripts.flag(
            "redeem", [owner_keys.ADMITTED, owner_keys.invite(code)], [user_id]
        )
        return done and not await self.is_denied(user_id)

    async def admit(self, user_id: int) -> None:
        """Let a person in."""
        pipeline = self._redis.pipeline()
        pipeline.sadd(owner_keys.ADMITTED, user_id)
        pipeline.srem(owner_keys.DENIED, user_id)
        await pipeline.execute()

    async def deny(self, user_id: int) -> None:
        """Keep a person out, whatever the mode."""
        pipeline = self._redis.pipeline()
        pipeline.sadd(owner_keys.DENIED, user_id)
        pipeline.srem(owner_keys.ADMITTED, user_id)
        await pipeline.execute()

    async def is_admitted(self, user_id: int) -> bool:
        """True for who was let in by an owner or a code."""
        return bool(await self._redis.sismember(owner_keys.ADMITTED, str(user_id)))

    async def is_denied(self, user_id: int) -> bool:
        """True for who was shut out by an owner."""
        return bool(await self._redis.sismember(owner_keys.DENIED, str(user_id)))

    async def forget(self, user_id: int) -> None:
        """Drop a person from the admitted; a refusal stays, or it would be worth nothing."""
        await self._redis.srem(owner_keys.ADMITTED, user_id)
