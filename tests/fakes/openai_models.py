"""OpenAI's own models as the fake knows them: what they take, what they cost, when they end.

Figures are those of the provider's pages in November 2026; dates beyond them are made up.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
_THINKING = ("none", "low", "medium", "high", "xhigh", "max")
_ONLY_THINKING = _THINKING[1:]
_OLD_THINKING = ("minimal", "low", "medium", "high")


@dataclass(frozen=True)
class OwnModel:
    """A model of the platform; prices are dollars per million tokens.

    ``efforts`` are what ``reasoning_effort`` may be, the empty tuple for a model that does not
    think; ``default`` is the effort of a request that names none.
    """

    name: str
    read: float
    cached: float
    written: float
    efforts: tuple[str, ...] = ()
    default: str = ""
    context: int = 1_050_000
    longest: int = 128_000
    shutdown: datetime | None = None
    flex: bool = True

    @property
    def thinks(self) -> bool:
        """True for a model that may think before it answers."""
        return bool(self.efforts)

    @property
    def marked(self) -> bool:
        """True for models from 5.6 on, whose cache goes by breakpoints and costs a write."""
        return self.version >= (5, 6)

    @property
    def version(self) -> tuple[int, int]:
        """The version in its name."""
        found = re.match(r"gpt-(\d+)(?:\.(\d+))?", self.name)
        return (int(found[1]), int(found[2] or 0)) if found else (0, 0)

    @property
    def cache_write(self) -> float:
        """What a token costs that is read and written into the cache."""
        return self.read * 1.25 if self.marked else self.read

    def gone(self, now: datetime) -> bool:
        """True from the day on which it shuts down."""
        return self.shutdown is not None and now >= self.shutdown


def _until(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


_MODELS = (
    OwnModel("gpt-6-luna", 0.10, 0.01, 0.50, _THINKING, "medium"),
    OwnModel("gpt-6.1-terra", 1.00, 0.10, 6.00, _ONLY_THINKING, "medium"),
    OwnModel("gpt-6.1-sol", 3.00, 0.30, 15.00, _ONLY_THINKING, "medium"),
    OwnModel("gpt-5.6-luna", 0.20, 0.02, 1.20, _THINKING, "medium"),
    OwnModel(
        "gpt-5-mini", 0.25, 0.025, 2.00, _OLD_THINKING, "medium", 400_000,
        shutdown=_until(2026, 12, 11),
    ),
    OwnModel(
        "gpt-4.1-mini", 0.40, 0.10, 1.60, context=1_047_576, longest=32_768,
        shutdown=_until(2027, 1, 14), flex=False,
    ),
    OwnModel(
        "gpt-4.1-nano", 0.10, 0.025, 0.40, context=1_047_576, longest=32_768,
        shutdown=_until(2026, 10, 23), flex=False,
    ),
)  # fmt: skip
OWN_MODELS = {model.name: model for model in _MODELS}
