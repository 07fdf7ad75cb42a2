"""How a call to a model fails, and what it cost.

    ModelError
    ├── Unavailable       network, deadline, 5xx, a broken envelope: worth another try
    ├── RateLimited       429, overload: wait ``retry_after`` seconds
    ├── QuotaExceeded     no money left: no try helps
    ├── Unauthorized      key revoked, malformed or not allowed here
    ├── ModelNotFound     retired or misspelt, by whatever status
    ├── WrongAddress      nothing answers chat completions at the address
    ├── BadRequest        a parameter or the request refused: never again as it is
    ├── TooLong           the prompt does not fit into the context
    │   ├── PromptCut     the server dropped a part of the prompt without a word
    │   └── ContextTooSmall  no post fits
    ├── Refused           the model declines
    ├── Filtered          a content filter stepped in
    ├── Truncated         out of tokens in mid-answer
    └── BadAnswer         not the form, or nothing of it stands in the post

Texts are one line: ours, then the server's own words shortened and free of secrets.
"""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True)
class TokenUsage:
    """What calls cost: tokens, calls, milliseconds, micro-dollars; offences of the answer by rule.

    ``cached`` and ``cache_writes`` are parts of ``prompt``.
    """

    prompt: int = 0
    completion: int = 0
    cached: int = 0
    cache_writes: int = 0
    calls: int = 0
    ms: int = 0
    cost: float = 0.0
    repaired: bool = False
    offences: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: "TokenUsage") -> "TokenUsage":
        return TokenUsage(
            self.prompt + other.prompt,
            self.completion + other.completion,
            self.cached + other.cached,
            self.cache_writes + other.cache_writes,
            self.calls + other.calls,
            self.ms + other.ms,
            self.cost + other.cost,
            self.repaired or other.repaired,
            self.offences + other.offences,
        )


class ModelError(Exception):
    """A call that gave no usable answer; ``usage`` is what it cost all the same."""

    def __init__(self, reason: str, usage: TokenUsage | None = None) -> None:
        super().__init__(reason)
        self.usage = usage or TokenUsage()


class Unavailable(ModelError):
    """The server gave no answer that counts: network, deadline, 5xx, no completion in the body.

    ``status`` is the HTTP status, None without one; ``late`` is true where our deadline passed.
    """

    def __init__(
        self,
        reason: str,
        usage: TokenUsage | None = None,
        *,
        status: int | None = None,
        late: bool = False,
    ) -> None:
        super().__init__(reason, usage)
        self.status, self.late = status, late


class RateLimited(ModelError):
    """Too many requests; ``retry_after`` in seconds, None where the server does not say."""

    def __init__(
        self, retry_after: float | None, usage: TokenUsage | None = None, words: str = ""
    ) -> None:
        wait = "" if retry_after is None else f", retry after {retry_after:g} s"
        super().__init__(f"too many requests{wait}{words and f': {words}'}", usage)
        self.retry_after, self.words = retry_after, words


class QuotaExceeded(ModelError):
    """The account has no money or quota left."""


class Unauthorized(ModelError):
    """The key is refused, may not be used from here, or cannot be one."""


class ModelNotFound(ModelError):
    """The server does not have the model."""


class WrongAddress(ModelError):
    """No chat completions at the address, or a proxy that cannot be spoken to."""


class BadRequest(ModelError):
    """A request that can never succeed as it is.

    ``params`` are parameters that the server may mean, the likeliest first; ``words`` what it
    said in full; ``limit`` the largest number of tokens that it gives, where it says so.
    """

    def __init__(
        self,
        reason: str,
        usage: TokenUsage | None = None,
        *,
        params: tuple[str, ...] = (),
        words: str = "",
        limit: int | None = None,
    ) -> None:
        super().__init__(reason, usage)
        self.params, self.words, self.limit = params, words, limit


class TooLong(ModelError):
    """The prompt does not fit into the model's context."""


class PromptCut(TooLong):
    """Fewer tokens were read than were sent: the server has dropped a part of the prompt."""


class ContextTooSmall(TooLong):
    """Not even a short prompt about a short post fits."""


class Refused(ModelError):
    """The model declined to answer."""


class Filtered(ModelError):
    """A content filter stopped the request or the answer."""


class Truncated(ModelError):
    """The answer ran into the cap of tokens; ``said`` is what came before it.

    ``thought`` is true where hidden thinking took the room.
    """

    def __init__(
        self,
        reason: str,
        usage: TokenUsage | None = None,
        said: str = "",
        *,
        thought: bool = False,
    ) -> None:
        super().__init__(reason, usage)
        self.said, self.thought = said, thought


class BadAnswer(ModelError):
    """The answer is not the form, or nothing in it can be shown."""
