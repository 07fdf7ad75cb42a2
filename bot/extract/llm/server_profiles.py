"""Kinds of model servers as data: ``server_profiles.toml``. Pure."""

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from bot.extract.budget.price_table import is_private

FormatName = Literal["strict", "schema", "object", "prompt"]
CapName = Literal["max_tokens", "max_completion_tokens", ""]

_TABLE = Path(__file__).with_suffix(".toml")
_VERSION = re.compile(r"^gpt-(\d+)(?:\.(\d+))?(?![\d])")


@dataclass(frozen=True)
class Profile:
    """What one kind of server takes; see the table for the fields."""

    name: str
    hosts: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    cap: CapName = "max_tokens"
    format: FormatName = "strict"
    without: frozenset[str] = frozenset()
    shows_schema: bool = False
    cache: tuple[int, ...] = ()
    flex: bool = False
    stream: bool = False
    extra: dict[str, bool] = field(default_factory=dict)
    no_thinking: dict[str, object] = field(default_factory=dict)

    def caches_by_key(self) -> bool:
        """True where a cache key makes hits reliable."""
        return bool(self.cache)

    def caches_explicitly(self, model: str) -> bool:
        """True where this model keeps a prefix only up to a marked breakpoint."""
        found = _VERSION.match(model)
        version = (int(found[1]), int(found[2] or 0)) if found else (0, 0)
        return bool(self.cache) and version >= self.cache


_UNKNOWN = Profile("unknown")
UNKNOWN_LOCAL = Profile("unknown, private address", stream=True)


def profile_of(base_url: str | None) -> Profile:
    """The profile of the server at an address; None stands for OpenAI's own."""
    base_url = base_url or "https://api.openai.com/v1"
    host, port = _place(base_url)
    local = is_private(base_url)
    for profile in _profiles():
        if any(host == end or host.endswith(end) for end in profile.hosts):
            return profile
        if local and port in profile.ports:
            return profile
    return UNKNOWN_LOCAL if local else _UNKNOWN


def _place(base_url: str) -> tuple[str, int | None]:
    try:
        parts = urlsplit(base_url)
        return (parts.hostname or "").rstrip("."), parts.port
    except ValueError:  # a port that is none: the call itself says so
        return "", None


@cache
def _profiles() -> tuple[Profile, ...]:
    rows = tomllib.loads(_TABLE.read_text("utf-8"))["profile"]
    return tuple(_profile(row) for row in rows)


def _profile(row: dict[str, object]) -> Profile:
    lists = {k: tuple(v) for k, v in row.items() if isinstance(v, list)}
    fields = row | lists | {"without": frozenset(lists.get("without", ()))}
    return Profile(**fields)  # type: ignore[arg-type]
