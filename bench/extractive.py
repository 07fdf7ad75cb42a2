"""CPU of the analyst without a model per post (B13), over posts beside the project or given ones.

Every post is read once by a cold process: words it has not seen before cost their stems. The
figures of a shared machine mean little, so each round also times a fixed loop, and the ratio of
both is shown.
"""

import argparse
import gc
import json
import statistics
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.collect.text.links import links_in_text
from bot.extract import extractive
from bot.model import Channel, Post

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
GOAL = 5.0
"""Milliseconds of CPU per post, at most, on average."""

LONG = range(1_700, 2_600)
_PLACE = Channel(ref="0", title="bench")
_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def main(arguments: list[str]) -> int:
    """Print a table and, where asked, write JSON; 1 where the goal is missed, 2 without posts."""
    options = _options(arguments)
    sets = {path.stem: list(posts_in(path)) for path in options.files or _files()}
    if not any(sets.values()):
        sys.stderr.write("no posts: name files of JSON lines with a field `text`\n")
        return 2
    began = time.process_time()
    extractive.analyse(_post("", 1))
    start = time.process_time() - began
    gc.freeze()  # the posts in waiting are this program's own, no part of a reading
    found = {name: [timed(post) for post in posts] for name, posts in sets.items() if posts}
    long = [
        ms
        for name, posts in sets.items()
        for post, ms in zip(posts, found.get(name, ()), strict=True)
        if len(post.text) in LONG
    ]
    found |= {"about 2,000 characters": long} if long else {}
    figures = {name: figures_of(each) for name, each in found.items()}
    _print(figures, start * 1000)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return int(max(row["mean"] for row in figures.values()) > GOAL)


def timed(post: Post) -> float:
    """Milliseconds of CPU that one reading takes."""
    began = time.process_time_ns()
    extractive.analyse(post)
    return (time.process_time_ns() - began) / 1e6


def figures_of(each: Sequence[float]) -> dict[str, float]:
    """Count, mean and quantiles of milliseconds, and the mean in units of a fixed loop."""
    ordered = sorted(each)
    return {
        "posts": len(ordered),
        "mean": statistics.fmean(ordered),
        "p50": statistics.median(ordered),
        "p95": ordered[int(0.95 * (len(ordered) - 1))],
        "max": ordered[-1],
        "loops": statistics.fmean(ordered) / _loop(),
    }


def _loop() -> float:
    """Milliseconds of a fixed piece of Python: how fast this machine is at the moment."""
    spans = []
    for _ in range(5):
        began = time.process_time_ns()
        sum(number * number for number in range(10_000))
        spans.append((time.process_time_ns() - began) / 1e6)
    return statistics.median(spans)


def posts_in(path: Path) -> Iterator[Post]:
    """Posts of JSON lines: ``text``, or the last of its ``versions``."""
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            row = json.loads(line)
            versions = row.get("versions") or [{}]
            if text := row.get("text") or versions[-1].get("description"):
                yield _post(text, number)


def _post(text: str, number: int) -> Post:
    return Post(channel=_PLACE, message_id=number, published_at=_DAY, text=text,
                links=links_in_text(text))  # fmt: skip


def _files() -> Iterable[Path]:
    return sorted((*(DATA / "golden").glob("*.jsonl"), *(DATA / "corpora").glob("*.jsonl")))


def _print(figures: dict[str, dict[str, float]], start: float) -> None:
    print(f"tables loaded in {start:.0f} ms; milliseconds of CPU per post, goal {GOAL:g}")
    print(f"{'posts of':32}{'count':>6}{'mean':>7}{'p50':>7}{'p95':>7}{'max':>7}{'loops':>7}")
    for name, row in figures.items():
        cells = "".join(f"{row[key]:7.2f}" for key in ("mean", "p50", "p95", "max", "loops"))
        print(f"{name[:31]:32}{row['posts']:6.0f}{cells}")


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench extractive", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="JSON lines; default ../shared/data")
    parser.add_argument("--json", type=Path, help="write the figures here")
    return parser.parse_args(arguments)
