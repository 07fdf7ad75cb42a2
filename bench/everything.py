"""All benchmarks one after the other, and the page that shows their figures: `make bench`."""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.measure import WIDE

ROOT = Path(__file__).resolve().parent.parent
FIGURES = ROOT / "docs" / "performance"
PAGE = ROOT / "docs" / "performance.md"
NAMES = (
    "pipeline",
    "topic",
    "digest",
    "memory",
    "sender",
    "fairness",
    "alert",
    "due",
    "model_call",
    "cost",
    "page",
    "start",
    "idle",
    "footprint",
    "whole",
    "growth",
    "workers",
    "soak",
)
LONG = {
    "topic": ("--size", "1000000"),
    "growth": ("--size", "1000000"),
    "soak": ("--minutes", "30"),
}
"""What takes long in full, with what to ask for; ``--long`` measures these and nothing else."""

REASONS = FIGURES / "reasons.json"
"""By goal and row, why a goal is missed: written by hand after a profile."""

IN_FULL = "_long"
"""What the file of such a one is called besides."""

Found = dict[str, Any]
HEAD = """# Performance

Ratios of both sides measured in alternating rounds of one run; the ratio is the median of the
rounds'. The machines are shared, so absolute figures mean little. `make bench` measures all of
this again in half an hour and rewrites the page and the JSON files beside it; `python -m bench
everything NAME …` measures some and leaves the others' figures, `python -m bench NAME` only shows
them. What is headed "in full" takes an hour and 6 GB of memory more: `make bench-long`.
[Scaling](scaling.md) says what follows from the figures.

Five more stand by themselves. `python -m bench following` (95 of 100 posts compared with 100,000
followed words within 50 ms) found 37 ms for these and 24 ms for half of them, with 419 bytes a
following, on 2026-11-30 beside other work; 268 different words found such a post. `python -m bench
extractive` (B13, at most 5 ms of CPU a post) found 1.1 to 2.2 ms, 4.3 for the longest set. `python
-m bench search --posts 100000` (B14, 95 of 100 questions within 100 ms) found 52.5 ms for these
and 6.5 ms for half of them, with 158 bytes a post, on 2026-11-21 beside other work. `python -m
bench web --posts 100000` (C10, 95 of 100 visits to the archive within 50 ms, a page at most 60 kB)
found 30.8 ms for 3,000 visits to 327 pages, half of them within 0.5 ms, and 50.4 kB for the
largest page, on 2026-11-30 beside other work; the first visit to a day was 54 ms, to a week 280
ms, to a month 1.5 s. `python -m bench checker` scores the checker of model answers over two
invented sets written before its rules: 2 of 125 right sentences refused or changed (69 before), 1
of 72 wrong answers passed (58 before), 1.5 ms of CPU an answer; over 1,844 real posts it was 4.0
to 4.6 ms.
"""


def main(arguments: list[str]) -> int:
    """Run what was asked for, write the page; 1 where a benchmark broke."""
    parser = argparse.ArgumentParser(prog="python -m bench everything")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these; default all")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--long", action="store_true", help="those that take long, in full")
    parser.add_argument("--page-only", action="store_true", help="from the figures as they are")
    asked = parser.parse_args(arguments)
    FIGURES.mkdir(parents=True, exist_ok=True)
    names = _names(asked)
    broken = [name for name in names if not _measured(name, asked.rounds)]
    shown = [f"{name}{end}" for name in NAMES for end in ("", IN_FULL)]
    PAGE.write_text(page([_read(name) for name in shown if _file(name).is_file()]), "utf-8")
    if broken:
        sys.stderr.write(f"not measured: {', '.join(broken)}\n")
    return int(bool(broken))


def _names(asked: argparse.Namespace) -> list[str]:
    if asked.page_only:
        return []
    if asked.long:
        return [f"{name}{IN_FULL}" for name in asked.names or LONG]
    return list(asked.names or NAMES)


def _measured(name: str, rounds: int) -> bool:
    """Measure in a process of its own; a goal that is missed is no failure."""
    plain = name.removesuffix(IN_FULL)
    command = [sys.executable, "-m", "bench", plain, "--rounds", str(rounds)]
    command += LONG[plain] if plain != name else ()
    before = _file(name).stat().st_mtime_ns if _file(name).is_file() else 0
    subprocess.run([*command, "--json", str(_file(name))], cwd=ROOT, check=False)
    return _file(name).is_file() and _file(name).stat().st_mtime_ns > before


def _file(name: str) -> Path:
    return FIGURES / f"{name}.json"


def _read(name: str) -> Found:
    found: Found = json.loads(_file(name).read_text("utf-8"))
    return {**found, "name": name}


def page(found: list[Found]) -> str:
    """The page as Markdown."""
    reasons = json.loads(REASONS.read_text("utf-8")) if REASONS.is_file() else {}
    parts = [HEAD, *(_section(each, reasons) for each in found)]
    return "\n".join(parts)


def _section(found: Found, reasons: dict[str, str]) -> str:
    head = "| goal | what | ours | other | unit | ratio | spread | wanted | |\n" + "|---" * 9 + "|"
    lines = [
        f"## {found['name'].replace(IN_FULL, ', in full')}",
        "",
        _about(found),
        "",
        *_picture(found),
        head,
    ]
    lines += [_line(row) for row in found["rows"]]
    lines += ["", *(f"- {note}" for note in found["notes"])]
    missed = {row["goal"]: None for row in found["rows"] if row["met"] is False}
    lines += [f"- **{goal} is missed**: {reasons[goal]}" for goal in missed if goal in reasons]
    return "\n".join(lines) + "\n"


def _picture(found: Found) -> list[str]:
    """The chart beside the figures, where the benchmark draws one."""
    file = _file(found["name"]).with_suffix(".svg")
    return [f"![{found['name']}]({FIGURES.name}/{file.name})", ""] if file.is_file() else []


def _about(found: Found) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    return (
        f"{found['date']}, {found['machine']}, load {found['load']} at the end, "
        f"{found['rounds']} rounds. {versions}."
    )


def _line(row: Found) -> str:
    wanted = "".join(map(str, row["wanted"])) if row["wanted"] else ""
    verdict = {True: "reached", False: "missed", None: ""}[row["met"]]
    wide = " (too wide to trust)" if row["spread"] > WIDE else ""
    cells = [row["goal"], row["what"], f"{row['ours_median']:.4g}"]
    cells += [f"{row['peer']}: {row['theirs_median']:.4g}", row["unit"], f"{row['ratio']:.3g}"]
    cells += [f"{row['spread']:.0%}{wide}", wanted, verdict]
    return f"| {' | '.join(cells)} |"
