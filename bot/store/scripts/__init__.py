"""The Lua scripts: each is one write that may be retried when its reply was lost."""

import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING, cast

from redis.asyncio import Redis
from redis.exceptions import NoScriptError

if TYPE_CHECKING:
    from collections.abc import Sequence

Argument = str | int | float
Call = tuple["Sequence[str]", "Sequence[Argument]"]
"""Keys and arguments of one call."""


class _Script:
    def __init__(self, text: str) -> None:
        self.text = text
        self.sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


class Scripts:
    """Calls the scripts of this folder by name; loads one again when the server forgot it."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._scripts = {
            file.name.removesuffix(".lua"): _Script(file.read_text("utf-8"))
            for file in files(__package__).iterdir()
            if file.name.endswith(".lua")
        }

    async def __call__(
        self, name: str, keys: "Sequence[str]", args: "Sequence[Argument]" = ()
    ) -> object:
        """Run one script; ``redis.RedisError`` when the server refuses it."""
        script = self._scripts[name]
        try:
            return await self._redis.evalsha(script.sha, len(keys), *keys, *args)
        except NoScriptError:
            return await self._redis.eval(script.text, len(keys), *keys, *args)

    async def many(self, name: str, calls: "Sequence[Call]") -> list[object]:
        """Run one script many times in one round trip; what each call answered, in order."""
        script = self._scripts[name]
        pipeline = self._redis.pipeline(transaction=False)
        for keys, args in calls:
            pipeline.evalsha(script.sha, len(keys), *keys, *args)
        try:
            return cast("list[object]", await pipeline.execute())
        except NoScriptError:
            return [await self(name, keys, args) for keys, args in calls]
