"""The Lua scripts: each is one write that may be retried when its reply was lost."""

import hashlib
import re
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, cast

from redis.asyncio import Redis
from redis.client import NEVER_DECODE
from redis.exceptions import NoScriptError, ResponseError

from bot.store import keys as all_keys
from bot.store.errors import ScriptFailed
from bot.store.keys import following as following_keys
from bot.store.keys import stories as story_keys
from bot.store.queue.fencing import HELD, LeaseLost

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    Run = Callable[..., Awaitable[object]]

Argument = str | int | float | bytes
Call = tuple["Sequence[str]", "Sequence[Argument]"]
"""Keys and arguments of one call."""


_NAMES = {
    "@CHANGED@": all_keys.CHANGED,
    "@INDEX@": all_keys.INDEX,
    "@STORY@": all_keys.story(""),
    "@STORY_OF@": all_keys.story_of(""),
    "@STORY_BY@": all_keys.story_lookup(""),
    "@STORY_WHY@": all_keys.joined_by(""),
    "@STORY_ALIAS@": story_keys.alias(""),
    "@STORY_ALIASES@": story_keys.aliases(""),
    "@STORY_UNDER@": story_keys.under(""),
    "@STORY_GROUP@": story_keys.group(""),
    "@STORY_APART@": story_keys.apart(""),
    "@STORY_FOLLOWS@": story_keys.follows(""),
    "@TOPIC_FOLLOWERS@": all_keys.topic_followers(""),
    "@WORDS_FOLLOWERS@": following_keys.WORDS_FOLLOWERS,
    "@FOLLOWERS@": following_keys.followers(""),
    "@FOLLOWED@": following_keys.followed(""),
}
_STATES = ("MISCONF", "NOREPLICAS", "BUSY ", "UNKILLABLE", "WRONGTYPE", "ACL failure")


class _Script:
    def __init__(self, text: str) -> None:
        self.text = _complete(text)
        self.held = "--#include _held" in text
        self.sha = hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()


class Scripts:
    """Calls the scripts of the folders here by name; loads one again when the server forgot it."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._scripts = {
            name: _Script(text) for name, text in _texts().items() if not name.startswith("_")
        }

    async def __call__(
        self,
        name: str,
        keys: "Sequence[str]",
        args: "Sequence[Argument]" = (),
        *,
        raw: bool = False,
    ) -> object:
        """Run one script; ``StoreUnavailable`` when the server refuses it. ``raw``: bytes.

        ``ScriptFailed`` when it is wrong; ``LeaseLost`` when it writes for an item that another
        worker has taken over meanwhile.
        """
        script = self._scripts[name]
        call = (len(keys), *keys, *args, *(HELD.get() if script.held else ()))
        try:
            return await self._run(script, call, {NEVER_DECODE: True} if raw else {})
        except ResponseError as error:
            if script.held and str(error).startswith("LOST"):
                raise LeaseLost from None
            raise _blamed(name, error) from None

    async def flag(
        self, name: str, keys: "Sequence[str]", args: "Sequence[Argument]" = ()
    ) -> bool:
        """Run one script that answers yes or no."""
        return bool(await self(name, keys, args))

    async def number(
        self, name: str, keys: "Sequence[str]", args: "Sequence[Argument]" = ()
    ) -> int:
        """Run one script that answers a whole number."""
        return int(str(await self(name, keys, args)))

    async def text(self, name: str, keys: "Sequence[str]", args: "Sequence[Argument]" = ()) -> str:
        """Run one script that answers a text."""
        return str(await self(name, keys, args))

    async def numbers(
        self, name: str, keys: "Sequence[str]", args: "Sequence[Argument]" = ()
    ) -> list[int]:
        """Run one script that answers whole numbers."""
        return [int(str(each)) for each in _list(await self(name, keys, args))]

    async def texts(
        self, name: str, keys: "Sequence[str]", args: "Sequence[Argument]" = ()
    ) -> list[str]:
        """Run one script that answers texts."""
        return [str(each) for each in _list(await self(name, keys, args))]

    async def body(
        self, name: str, keys: "Sequence[str]", args: "Sequence[Argument]" = ()
    ) -> bytes | None:
        """Run one script that answers a stored body, None for none."""
        answer = await self(name, keys, args, raw=True)
        return None if answer is None else _bytes(answer)

    async def bodies(
        self, name: str, keys: "Sequence[str]", args: "Sequence[Argument]" = ()
    ) -> list[bytes]:
        """Run one script that answers several bodies; none for no answer."""
        return [_bytes(each) for each in _list(await self(name, keys, args, raw=True))]

    async def rows(
        self, name: str, keys: "Sequence[str]", args: "Sequence[Argument]" = ()
    ) -> list[list[bytes]]:
        """Run one script that answers several bodies for each of several things."""
        answer = await self(name, keys, args, raw=True)
        return [[_bytes(each) for each in _list(row)] for row in _list(answer)]

    async def _run(
        self, script: _Script, call: "Sequence[Argument]", options: dict[str, bool]
    ) -> object:
        run: Run = self._redis.execute_command
        try:
            return await run("EVALSHA", script.sha, *call, **options)
        except NoScriptError:
            return await run("EVAL", script.text, *call, **options)

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
        except ResponseError as error:
            raise _blamed(name, error) from None

    async def many_texts(self, name: str, calls: "Sequence[Call]") -> list[list[str]]:
        """The same for a script that answers texts."""
        answers = await self.many(name, calls)
        return [[str(each) for each in _list(answer)] for answer in answers]


def _blamed(name: str, error: ResponseError) -> Exception:
    """The error of a script, as ``ScriptFailed`` where the server's state is not to blame.

    What the library has a type of its own for is such a state, and so are these.
    """
    of_state = type(error) is not ResponseError or str(error).startswith(_STATES)
    return error if of_state else ScriptFailed(f"{name}: {error}")


def _list(answer: object) -> "Sequence[object]":
    """An answer that is a list, or nothing; ``TypeError`` for another: the script is wrong."""
    if answer is None:
        return ()
    if not isinstance(answer, list):
        raise TypeError(f"a list was expected, not {type(answer).__name__}")
    return answer


def _bytes(answer: object) -> bytes:
    """An answer as bytes; ``TypeError`` for another: the script is wrong."""
    if not isinstance(answer, bytes):
        raise TypeError(f"bytes were expected, not {type(answer).__name__}")
    return answer


def _complete(text: str) -> str:
    """The script with the shared parts that it names, and the keys that these need."""
    return re.sub(r"(?m)^--#include (\w+)$", lambda found: _part(found[1]), text)


def _part(name: str) -> str:
    return re.sub(r"@\w+@", lambda found: _NAMES[found[0]], _texts()[name])


@cache
def _texts() -> dict[str, str]:
    """Every script and shared part by its name, whatever folder it is in."""
    with as_file(files(__name__)) as folder:
        return {file.stem: file.read_text("utf-8") for file in sorted(folder.rglob("*.lua"))}
