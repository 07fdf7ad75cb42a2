"""One server as it turns out to be: which way it takes a form, which parameters, how patiently."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from types import MappingProxyType

import structlog

from bot.extract.chat import Talk
from bot.extract.failures import (
    BadAnswer,
    BadRequest,
    Filtered,
    ModelError,
    Refused,
    Truncated,
    Unavailable,
    Usage,
)
from bot.extract.prompt import Message
from bot.extract.ways import Asking, Way, ways

PARAMS = MappingProxyType({"temperature": 0, "seed": 7})
"""What is asked of every model that takes it: answers as repeatable as they get."""

_TRIES = 3
_PROBE: list[Message] = [{"role": "user", "content": "Fill in the JSON form for: hello."}]
_PROBE_TOKENS = 16

_log = structlog.get_logger()


class Server:
    """Asks over a ``Talk``; the cost of every call, failed or not, goes into ``spent``."""

    def __init__(
        self,
        chat: Talk,
        model: str,
        base_url: str | None,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        own = base_url is None or "api.openai.com" in base_url
        self._chat, self._model, self._sleep = chat, model, sleep
        self._params: dict[str, str | int | float] = {"model": model, **PARAMS}
        self._cap = "max_completion_tokens" if own else "max_tokens"
        self._ways, self._finding = ways(shown=own), asyncio.Lock()
        self._way: Way | None = None

    async def close(self) -> None:
        """Give the connections back."""
        await self._chat.close()

    async def ask(
        self, asking: Asking, messages: list[Message], cap: int, spent: list[Usage]
    ) -> str:
        """The answer's text; tries thrice where the server is at fault."""
        for attempt in range(1, _TRIES + 1):
            try:
                return await self._call(asking, messages, cap, spent)
            except Unavailable:
                if attempt == _TRIES:
                    raise
                await self._sleep(2**attempt * random.uniform(0.25, 0.5))
        raise AssertionError("unreachable")

    async def _call(
        self, asking: Asking, messages: list[Message], cap: int, spent: list[Usage]
    ) -> str:
        """One call, again without any parameter of ours that the model does not know."""
        while True:
            params = self._params | {self._cap: cap}
            try:
                reply = await self._chat.complete(messages, asking.response_format, params)
            except ModelError as error:
                spent.append(error.usage)
                if not (isinstance(error, BadRequest) and self._do_without(error.param)):
                    raise
            else:
                spent.append(reply.usage)
                return reply.text

    def _do_without(self, param: str | None) -> bool:
        """Adapt to a model that refuses a parameter (reasoning models do); False if we cannot."""
        if param == "max_tokens" == self._cap:
            self._cap = "max_completion_tokens"
        elif param == "max_completion_tokens" == self._cap:
            self._cap = "max_tokens"
        elif param in ("temperature", "seed") and param in self._params:
            del self._params[param]
        else:
            return False
        return True

    async def way(self, spent: list[Usage]) -> Way:
        """How this server takes a form; found at the first call, logged once."""
        async with self._finding:
            if self._way is None:
                self._way = await self._first_accepted(spent)
                _log.info("model answers", model=self._model, way=self._way.name)
            return self._way

    async def _first_accepted(self, spent: list[Usage]) -> Way:
        refused = BadRequest("no way to ask for a form")
        for way in self._ways:
            try:
                if await self._takes(way, spent):
                    return way
            except BadRequest as error:
                refused = error
        raise refused

    async def _takes(self, way: Way, spent: list[Usage]) -> bool:
        """True where a short answer under the real schema begins as one; a refusal is a yes."""
        try:
            said = await self.ask(way.post, _PROBE, _PROBE_TOKENS, spent)
        except Truncated as error:
            said = error.said
        except (Refused, Filtered, BadAnswer):
            said = ""
        return not said or said.startswith(("{", "```", "<"))
