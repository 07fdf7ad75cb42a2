"""When to fetch a channel again, and the state that its failures amount to. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median_low
from typing import Literal

from bot.collect.preview.errors import (
    Blocked,
    HiddenChannel,
    LayoutChanged,
    NoPreview,
    NotAChannel,
    NotFound,
    SourceError,
)
from bot.wait import backoff

State = Literal[
    "ok", "quiet", "no_preview", "hidden", "not_a_channel", "not_found", "layout_changed",
    "blocked", "unreachable", "renamed",
]  # fmt: skip

SHORTEST, LONGEST = timedelta(minutes=1), timedelta(minutes=30)
QUIET_CHANNEL = timedelta(days=7)
LOOKS_PER_GAP = 4  # looks between two usual posts: a post is seen after an eighth of a gap
CLOSED = timedelta(hours=6)  # a closed or missing channel seldom opens
MISSED = (timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))
"""Waits after the first misses in a row: one odd answer of the site closes no channel."""
JITTER = 0.1

_MISSES = NoPreview | HiddenChannel | NotAChannel | NotFound
_STATES: dict[type[SourceError], State] = {
    NoPreview: "no_preview",
    HiddenChannel: "hidden",
    NotAChannel: "not_a_channel",
    NotFound: "not_found",
    LayoutChanged: "layout_changed",
    Blocked: "blocked",
}


def interval(published: Sequence[datetime], now: datetime, chance: float) -> timedelta:
    """The wait after a good look, by the usual gap between the newest posts.

    A channel silent for longer than usual is given that silence as its gap. ``chance`` in [0, 1)
    spreads the looks by a tenth, so that channels do not come in step.
    """
    moments = [*sorted(published)[-10:], now]
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    usual = max(median_low(gaps), gaps[-1] / 2) if gaps else LONGEST * LOOKS_PER_GAP
    wait = min(max(usual / LOOKS_PER_GAP, SHORTEST), LONGEST)
    return wait * (1 - JITTER + 2 * JITTER * chance)


def after_failure(error: SourceError, failures: int) -> timedelta:
    """The wait after a failed look, the ``failures``-th in a row."""
    if isinstance(error, Blocked):
        return timedelta(seconds=error.retry_after)
    if isinstance(error, _MISSES):
        return MISSED[failures - 1] if failures <= len(MISSED) else CLOSED
    return backoff(failures, SHORTEST, LONGEST)


def may_be_passing(error: SourceError, failures: int) -> bool:
    """True for a first miss of a page, which a second look may not find again."""
    return isinstance(error, _MISSES) and failures == 1


def state_of(error: SourceError) -> State:
    """What a failure makes of a channel."""
    return _STATES.get(type(error), "unreachable")


def state_now(newest: datetime | None, now: datetime) -> State:
    """The state of a channel that was read."""
    return "quiet" if newest is None or now - newest > QUIET_CHANNEL else "ok"
