"""Talks with a model on file: requests that would be sent, replies kept, replies read again.

A row holds one reply: a repair turn, or a call again without a parameter, is a row of its own.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.extract import errors
from bot.extract.errors import (
    BadAnswer,
    BadRequest,
    ModelError,
    Refused,
    TokenUsage,
    Truncated,
)
from bot.extract.llm.capability import Capability, dump_capability
from bot.extract.llm.client import ChatClient, ModelReply, Request

CUT = "the answer ran into the cap of tokens"


class RecordError(ValueError):
    """A file of replies that cannot be read; says which line and why."""


class RecordedCall(NamedTuple):
    """Which post is asked about, with which prompts."""

    post: str
    prompt_id: str


ASKED: ContextVar[RecordedCall | None] = ContextVar("asked", default=None)
"""What the calls of this task are about."""


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Tokens(_Row):
    """Tokens of one call; ``cached`` are among those of the prompt."""

    prompt: int = 0
    completion: int = 0
    cached: int = 0


class Failure(_Row):
    """A call that failed: the name of its error, our words for it, the parameter refused."""

    name: str
    reason: str
    param: str | None = None


class Row(_Row):
    """One raw reply to one request about a post."""

    post: str
    prompt_id: str
    model: str
    said: str = ""
    failure: Failure | None = None
    usage: Tokens = Tokens()
    ms: int = 0

    def reply(self) -> ModelReply:
        """The reply as it came; raises the error that came instead."""
        usage = TokenUsage(**self.usage.model_dump(), calls=1, ms=self.ms)
        if self.failure is None or self.failure == Failure(name="Truncated", reason=CUT):
            return ModelReply(self.said, usage, cut=self.failure is not None)
        raise _error(self.failure, self.said, usage)


def _error(failure: Failure, said: str, usage: TokenUsage) -> ModelError:
    if failure.name == "Truncated":
        return Truncated(failure.reason, usage, said)
    if failure.name == "BadRequest":
        return BadRequest(failure.reason, usage, params=(failure.param,) if failure.param else ())
    if failure.name == "RateLimited":
        return errors.RateLimited(None, usage)
    kinds = {kind.__name__: kind for kind in ModelError.__subclasses__()}
    return kinds.get(failure.name, BadAnswer)(failure.reason, usage)


class Recorder:
    """Passes calls on and hands every reply about a post to ``keep``."""

    def __init__(self, talk: ChatClient, keep: Callable[[Row], None]) -> None:
        self._talk, self._keep = talk, keep

    async def complete(self, request: Request, patience: float = 0.0) -> ModelReply:
        """The reply of the talk behind."""
        try:
            reply = await self._talk.complete(request, patience)
        except ModelError as error:
            said = error.said if isinstance(error, Truncated) else ""
            param = next(iter(error.params), None) if isinstance(error, BadRequest) else None
            failure = Failure(name=type(error).__name__, reason=str(error), param=param)
            self._note(request, said, error.usage, failure)
            raise
        cut = Failure(name="Truncated", reason=CUT) if reply.cut else None
        self._note(request, reply.text, reply.usage, cut)
        return reply

    def _note(
        self, request: Request, said: str, usage: TokenUsage, failure: Failure | None = None
    ) -> None:
        if asked := ASKED.get():
            spent = Tokens(prompt=usage.prompt, completion=usage.completion, cached=usage.cached)
            model = str(request["model"])
            row = Row(**asked._asdict(), model=model, said=said, failure=failure, usage=spent,
                      ms=usage.ms)  # fmt: skip
            self._keep(row)

    async def close(self) -> None:
        """Close the talk behind."""
        await self._talk.close()


class Replay:
    """Gives recorded replies again, in their order; needs neither key nor network."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._left: defaultdict[str, deque[Row]] = defaultdict(deque)
        for row in rows:
            self._left[row.post].append(row)

    async def complete(self, request: Request, patience: float = 0.0) -> ModelReply:
        """The next reply about the post; ``BadAnswer`` where none is left."""
        asked = ASKED.get()
        if asked is None or not self._left[asked.post]:
            raise BadAnswer("no further reply is recorded")
        return self._left[asked.post].popleft().reply()

    async def close(self) -> None:
        """Nothing is held."""


class Proven:
    """The memory of a server that takes everything: nothing is learned from kept replies."""

    async def load(self) -> str | None:
        """A server that is asked in the strictest way."""
        return dump_capability(Capability())

    async def save(self, learned: str) -> None:
        """Nothing is kept."""


class Rehearsal:
    """Notes each request and answers none: what would be sent, to the letter."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []

    async def complete(self, request: Request, patience: float = 0.0) -> ModelReply:
        """``Refused``, once the request is noted."""
        if asked := ASKED.get():
            self.requests.append({**asked._asdict(), "request": dict(request)})
        raise Refused("nothing is sent in a rehearsal")

    async def close(self) -> None:
        """Nothing is held."""


def steady_nonce() -> str:
    """The frame's mark made from the post's id, so that a rehearsal can be repeated."""
    asked = ASKED.get()
    return sha256((asked.post if asked else "").encode()).hexdigest()[:16]


def read_rows(path: Path) -> list[Row]:
    """Rows of a recording, all of one model and prompt; raises ``RecordError``."""
    rows: list[Row] = []
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    rows.append(Row.model_validate_json(line))
                except ValidationError as error:
                    fault = error.errors(include_url=False, include_input=False)[0]
                    where = ".".join(map(str, fault["loc"]))
                    reason = f"{where} {fault['msg']}".strip()
                    raise RecordError(f"{path.name}, line {number}: {reason}") from None
    keys = {(row.model, row.prompt_id) for row in rows}
    if len(keys) != 1:
        found = ", ".join(f"{model} {prompt}" for model, prompt in sorted(keys)) or "none"
        raise RecordError(f"{path.name}: needs replies to one prompt by one model, has {found}")
    return rows
