"""The prompt cache of OpenAI's platform, and what a call costs because of it.

From 5.6 on a prefix is kept up to a breakpoint: those that the request marks and, unless its
``prompt_cache_options.mode`` is ``explicit``, one at the end of the newest message; there is no
falling back to a shorter prefix that ends nowhere. Writing costs 1.25 times a plain read. Before
5.6 the longest equal prefix is read, in steps of 128 tokens, and writing is free.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.fakes.openai_models import OwnModel
from tests.fakes.openai_tokens import pieces, prompt_tokens

Json = dict[str, Any]

LEAST = 1_024
LIFE = timedelta(minutes=30)
_STEP = 128
_MOST_WRITTEN = 4
_MOST_LOOKED_AT = 80

_Prefix = tuple[int, ...]


@dataclass(frozen=True)
class Bill:
    """What one call was charged for, in tokens; ``cached`` and ``cache_written`` of the prompt."""

    model: OwnModel
    prompt: int
    cached: int
    cache_written: int
    written: int
    flex: bool = False

    @property
    def micro_dollars(self) -> float:
        """What it costs: dollars per million tokens are micro-dollars per token."""
        plain = self.prompt - self.cached - self.cache_written
        sums = (
            plain * self.model.read,
            self.cached * self.model.cached,
            self.cache_written * self.model.cache_write,
            self.written * self.model.written,
        )
        return sum(sums) / (2 if self.flex else 1)

    def usage(self, thoughts: int) -> Json:
        """The ``usage`` of its answer."""
        details = {"cached_tokens": self.cached, "audio_tokens": 0}
        if self.model.marked:
            details["cache_write_tokens"] = self.cache_written
        return {
            "prompt_tokens": self.prompt,
            "completion_tokens": self.written,
            "total_tokens": self.prompt + self.written,
            "prompt_tokens_details": details,
            "completion_tokens_details": {"reasoning_tokens": thoughts, "audio_tokens": 0},
        }


class PromptCache:
    """Prefixes by model and key, each with the instant of its last use."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._kept: dict[tuple[str, str, _Prefix], datetime] = {}

    def read(self, model: OwnModel, body: Json) -> tuple[int, int]:
        """Tokens of this request that were found, and that were written because of it."""
        now = self._clock()
        self._kept = {each: at for each, at in self._kept.items() if now - at < LIFE}
        return self._marked(model, body, now) if model.marked else self._equal(model, body, now)

    def _marked(self, model: OwnModel, body: Json, now: datetime) -> tuple[int, int]:
        key = str(body.get("prompt_cache_key", ""))
        prefixes = list(_breakpoints(body))
        if not key:  # which machine gets such a request is chance: it is written for nobody
            found = 0
        else:
            names = [(model.name, key, prefix) for prefix in prefixes[-_MOST_LOOKED_AT:]]
            found = max((len(name[2]) for name in names if name in self._kept), default=0)
            self._kept |= {name: now for name in names if name in self._kept}
        new = [prefix for prefix in prefixes if len(prefix) > found][-_MOST_WRITTEN:]
        self._kept |= {(model.name, key, prefix): now for prefix in new}
        return found, max((len(prefix) for prefix in new), default=found) - found

    def _equal(self, model: OwnModel, body: Json, now: datetime) -> tuple[int, int]:
        whole = tuple(token for tokens, _ in pieces(body) for token in tokens)
        others = (name for name in self._kept if name[0] == model.name)
        best = max(((_common(name[2], whole), name) for name in others), default=None)
        self._kept[model.name, "", whole] = now
        if best is None or best[0] < LEAST:
            return 0, 0
        self._kept[best[1]] = now
        return best[0] // _STEP * _STEP, 0


def bill(cache: PromptCache, model: OwnModel, body: Json, written: int, *, flex: bool) -> Bill:
    """Charge a call whose answer has so many tokens, thoughts included."""
    found, kept = cache.read(model, body)
    return Bill(model, prompt_tokens(body), found, kept, written, flex)


def _breakpoints(body: Json) -> Iterator[_Prefix]:
    """The prefixes that this request may read and write, the shortest first."""
    explicit = (body.get("prompt_cache_options") or {}).get("mode") == "explicit"
    parts, so_far = pieces(body), list[int]()
    for number, (tokens, marked) in enumerate(parts, 1):
        so_far += tokens
        newest = number == len(parts) and not explicit
        if (marked or newest) and len(so_far) >= LEAST:
            yield tuple(so_far)


def _common(one: _Prefix, other: _Prefix) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
