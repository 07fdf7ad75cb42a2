"""What an evaluation says of one engine on several sets of posts, as data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.evaluation.scoring import measured
from bot.evaluation.tally import Tally

_Figures = dict[str, dict[str, float]]
"""``value``, ``low`` and ``high`` of each score."""


@dataclass(frozen=True)
class Report:
    """Figures of each set, what the calls cost, how many posts have no recorded reply."""

    engine: str
    sets: dict[str, _Figures]
    costs: dict[str, object] = field(default_factory=dict)
    missing: int = 0


def report(
    engine: str,
    sets: Mapping[str, Sequence[Tally]],
    costs: dict[str, object] | None = None,
    missing: int = 0,
) -> Report:
    """The report of tallies; sets are told by their names."""
    figures = {name: measured(tallies) for name, tallies in sets.items()}
    return Report(engine, figures, costs or {}, missing)


def drops(now: Mapping[str, _Figures], board: Mapping[str, _Figures], most: float) -> list[str]:
    """Scores that are worse than on the scoreboard by more than ``most``, a line for each.

    Times are left out: they belong to the machine. A set or score that is gone counts as worse.
    """
    return [
        f"{name} {score}: {found[score]['value']:g}, was {was['value']:g}"
        if score in (found := now.get(name, {}))
        else f"{name} {score}: gone, was {was['value']:g}"
        for name, figures in board.items()
        for score, was in figures.items()
        if score not in _NEUTRAL and _worse(now.get(name, {}).get(score), was, score) > most
    ]


_NEUTRAL = frozenset({"ms", "posts", "compression"})
_FAULTS = frozenset({"must_not", "foreign_numbers", "foreign_urls"})


def _worse(now: Mapping[str, float] | None, was: Mapping[str, float], score: str) -> float:
    if now is None:
        return float("inf")
    lost = was["value"] - now["value"]
    return -lost if score in _FAULTS else lost
