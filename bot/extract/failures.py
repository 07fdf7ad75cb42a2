"""How a call to a model fails, and what it cost.

    ModelError
    ├── Unavailable      network, deadline, 5xx, a broken envelope: worth another try
    ├── RateLimited      429: wait ``retry_after`` seconds
    ├── QuotaExceeded    no money left: no try helps
    ├── Unauthorized     key revoked, region closed
    ├── ModelNotFound    retired or misspelt
    ├── BadRequest       schema or parameter refused, context too long: never again as it is
    ├── Refused          the model declines
    ├── Filtered         a content filter stepped in
    ├── Truncated        out of tokens in mid-answer
    └── BadAnswer        not the form, or nothing of it stands in the post

Texts are one line and ours: a server's own words may hold the key or the post.
"""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Usage:
    """What calls cost: tokens, calls, milliseconds; offences of the answer by rule."""

    prompt: int = 0
    completion: int = 0
    cached: int = 0
    calls: int = 0
    ms: int = 0
    repaired: bool = False
    offences: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.prompt + other.prompt,
            self.completion + other.completion,
            self.cached + other.cached,
            self.calls + other.calls,
            self.ms + other.ms,
            self.repaired or other.repaired,
            self.offences + other.offences,
        )


class ModelError(Exception):
    """A post that got no answer; ``usage`` is what was spent on it all the same."""

    def __init__(self, reason: str, usage: Usage | None = None) -> None:
        super().__init__(reason)
        self.usage = usage or Usage()


class Unavailable(ModelError):  # noqa: N818 - the family is named by what happened, see above
    """No answer this time: network, deadline, 5xx, a body that is not the API's."""


class RateLimited(ModelError):  # noqa: N818
    """Too many requests; ``retry_after`` in seconds, None where the server does not say."""

    def __init__(self, retry_after: float | None, usage: Usage | None = None) -> None:
        wait = "" if retry_after is None else f", retry after {retry_after:g} s"
        super().__init__(f"too many requests{wait}", usage)
        self.retry_after = retry_after


class QuotaExceeded(ModelError):  # noqa: N818
    """The account has no money or quota left."""


class Unauthorized(ModelError):  # noqa: N818
    """The key is refused or may not be used from here."""


class ModelNotFound(ModelError):  # noqa: N818
    """The server does not have the model."""


class BadRequest(ModelError):  # noqa: N818
    """The request can never succeed as it is; ``param`` names the refused parameter if known."""

    def __init__(self, reason: str, usage: Usage | None = None, param: str | None = None) -> None:
        super().__init__(reason, usage)
        self.param = param


class Refused(ModelError):  # noqa: N818
    """The model declined to answer."""


class Filtered(ModelError):  # noqa: N818
    """A content filter stopped the request or the answer."""


class Truncated(ModelError):  # noqa: N818
    """The answer ran into the cap of tokens; ``said`` is what came before it."""

    def __init__(self, reason: str, usage: Usage | None = None, said: str = "") -> None:
        super().__init__(reason, usage)
        self.said = said


class BadAnswer(ModelError):  # noqa: N818
    """The answer is not the form, or nothing in it can be shown."""
