"""A hundred thousand channels and a million readers, by the product's own rules and paces.

``python -m bench simulate`` prints how long a round of looks takes, how long the digests of
nine in the morning take, and what the model costs a day. It measures nothing: what an item takes
comes from the figures of ``make bench``, the rest is stated above each table.
"""

import argparse
from collections.abc import Callable, Sequence
from math import ceil

from bench import seeds
from bench.simulate_polls import Polls, polled
from bench.simulate_wave import HANDED_ON, SENT, Wave, by_zone, jittered, same_minute, wave
from bot.extract.budget.pricing import price_of, usual
from bot.store.queue.worker import consume

PAGE = 0.3  # seconds that a page of t.me takes; an assumption
POSTS_A_DAY = 5.0  # of a channel; an assumption
COMPOSE = 3.0  # ms of a due digest, by `bench growth`
CALL = 5.0  # seconds of a call of the model; an assumption
ALREADY_READ = 0.1  # share of posts whose text was read before (reposts); an assumption
MODELS = ("gpt-6-luna", "gpt-5.6-luna", "gpt-6.1-terra", "gpt-6.1-sol")
HOURS = 1.0
BEHIND = 60.0  # seconds late that a look may be
JITTER = 3600  # seconds
PAID = 1000.0
"""Messages a second that Telegram sends for money: 0.1 Stars each over the free 30."""


def main(arguments: list[str]) -> int:
    """Simulate and print three tables in Markdown."""
    parser = argparse.ArgumentParser(prog="python -m bench simulate", description=__doc__)
    parser.add_argument("--channels", type=int, default=100_000)
    parser.add_argument("--readers", type=int, default=1_000_000)
    parser.add_argument("--posts", type=float, default=POSTS_A_DAY, help="of a channel a day")
    parser.add_argument("--page", type=float, default=PAGE, help="seconds that a page takes")
    parser.add_argument("--compose", type=float, default=COMPOSE, help="ms of a due digest")
    parser.add_argument("--hours", type=float, default=HOURS, help="of looking")
    asked = parser.parse_args(arguments)
    _polls(asked)
    _waves(asked)
    _costs(asked)
    return 0


def _polls(asked: argparse.Namespace) -> None:
    print(
        f"\nLooks at previews; {asked.posts:g} posts a day on average, {asked.page:g} s a page\n"
    )
    _head("channels", "watchers", "looks/s wanted", "looks/s done", "a round",
          "post seen after, p50", "p95")  # fmt: skip
    for channels in sorted({max(1, asked.channels // 100), max(1, asked.channels // 10),
                            asked.channels}):  # fmt: skip
        for watchers in (1, 10, 100):
            found = polled(
                channels, watchers, hours=asked.hours, page=asked.page, mean=asked.posts
            )
            _row(*_cells(found))


def _cells(found: Polls) -> Sequence[str]:
    """A round is at least the time in which each channel is looked at once."""
    round_of = found.channels / found.looks if found.looks else 0.0
    behind = f"falls behind, {span(found.behind)} in {span(found.hours * 3600)}"
    lag = [span(found.middle), span(found.late)] if found.behind < BEHIND else [behind, "–"]
    return [f"{found.channels:,}", str(found.watchers), f"{found.wanted:.1f}",
            f"{found.looks:.1f}", span(round_of), *lag]  # fmt: skip


def _waves(asked: argparse.Namespace) -> None:
    print(f"\nDigests of nine in the morning; composing takes {asked.compose:g} ms,")
    print(f"{HANDED_ON:.0f} a second are handed on, {SENT:.1f} a second sent at most\n")
    _head("readers", "due", "processes", "p50 waits", "p95", "the last", "left out")
    ways: tuple[tuple[str, Callable[[int], list[int]], int, float | None], ...] = (
        ("in one minute", same_minute, 1, None),
        ("by zone", by_zone, 1, None),
        ("by zone, spread over an hour", lambda n: jittered(by_zone(n), JITTER), 1, None),
        (f"by zone, paid ({PAID:g}/s)", by_zone, 1, PAID),
        (f"by zone, paid ({PAID:g}/s)", by_zone, 8, PAID),
    )
    for readers in (asked.readers // 100, asked.readers // 10, asked.readers):
        for name, due, processes, paid in ways:
            found = wave(
                due(readers), compose=asked.compose / 1000, processes=processes, paid=paid
            )
            _row(*_waited(found, name, processes))


def _waited(found: Wave, name: str, processes: int) -> Sequence[str]:
    waits = map(span, (found.middle, found.late, found.last))
    return [f"{found.readers:,}", name, str(processes), *waits, f"{found.missed:,}"]


def _costs(asked: argparse.Namespace) -> None:
    posts = asked.channels * asked.posts
    calls = posts * (1 - ALREADY_READ)
    in_flight = calls / 86_400 * CALL
    print(f"\nThe model; {posts:,.0f} posts a day, {ALREADY_READ:.0%} of them read before,")
    print(f"calls of {CALL:g} s: {in_flight:.0f} under way at any time, ", end="")
    print(f"{ceil(in_flight / _at_once())} workers of {_at_once()} calls\n")
    _head("model", "a post", "a day", "posts a day for the default 2 dollars")
    for name in MODELS:
        each = usual(price_of(name), seeds.post(1)).cost / 1e6
        _row(name, f"{each:.5f} $", f"{each * calls:,.0f} $", f"{2 / each:,.0f}")


def _at_once() -> int:
    """Calls that a worker has under way."""
    return int((consume.__kwdefaults__ or {})["concurrency"])


def span(seconds: float) -> str:
    """A duration in words."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _head(*cells: str) -> None:
    _row(*cells)
    print("|" + "---|" * len(cells))


def _row(*cells: str) -> None:
    print(f"| {' | '.join(cells)} |")
