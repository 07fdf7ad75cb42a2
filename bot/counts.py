"""What a process has done since it began: figures that only grow, by name and labels. Pure.

Each process counts what it did itself, so that the sum over all processes is the bot's. What is
the same for all of them, such as the length of a queue, is asked of the store when it is wanted.
No label holds a reader, a channel, a text or a key: all values are of short lists.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import get_args

from bot.languages import LANGUAGES
from bot.model import SKIPPED_KINDS, Engine
from bot.model.post import ROUTES
from bot.model.spend import CallKind

UNIMPORTANT = "unimportant"
"""What stands for the kind of a post that is skipped for its importance."""

TELEGRAM_OUTCOMES = ("ok", "rate_limited", "refused", "server_error", "no_answer", "not_reached")
TOKEN_TYPES = ("input", "cached", "output")
MODEL_OUTCOMES = (
    *("answered", "unavailable", "rate_limited", "quota_exceeded", "unauthorized"),
    *("model_not_found", "wrong_address", "bad_request", "too_long", "refused", "filtered"),
    *("truncated", "bad_answer", "cancelled"),
)
SEND_OUTCOMES = (
    *("sent", "flooded", "chat_unreachable", "missing", "moved", "bad_text", "send_refused"),
    *("not_sent", "unknown", "revoked"),
)


@dataclass(frozen=True, eq=False)
class Counted:
    """A figure that grows: its name without ``_total``, what it says, its labels.

    Each label comes with the values that it may have; with none, where these are of the settings.
    """

    name: str
    says: str
    labels: Mapping[str, Sequence[str]] = field(default_factory=dict)


POSTS_SEEN = Counted(
    "fortochka_posts_seen",
    "Posts that this process met, by the way they came and whether they were news.",
    {"route": tuple(ROUTES), "outcome": ("new", "changed", "same")},
)
POSTS_READ = Counted(
    "fortochka_posts_read",
    "Readings of posts that this process stored, by the engine that read them.",
    {"engine": get_args(Engine)},
)
POSTS_SKIPPED = Counted(
    "fortochka_posts_skipped",
    "Posts among those read that a digest counts but does not show, by kind.",
    {"kind": (*sorted(SKIPPED_KINDS), UNIMPORTANT)},
)
CARDS = Counted(
    "fortochka_cards",
    "Cards of the readings that this process stored, by engine and language.",
    {"engine": get_args(Engine), "language": LANGUAGES},
)
MODEL_CALLS = Counted(
    "fortochka_model_calls",
    "Calls of a model that this process made, by model and outcome.",
    {"model": (), "outcome": MODEL_OUTCOMES},
)
MODEL_QUESTIONS = Counted(
    "fortochka_model_questions",
    "Questions put to a model, each of one call or some, by outcome; a bad_answer is none to use.",
    {"outcome": MODEL_OUTCOMES},
)
MODEL_TOKENS = Counted(
    "fortochka_model_tokens",
    "Tokens of these calls: input without what was cached, cached input, output.",
    {"model": (), "type": TOKEN_TYPES},
)
MODEL_COST = Counted(
    "fortochka_model_cost_dollars",
    "Dollars that these calls cost, by model and kind of call.",
    {"model": (), "kind": get_args(CallKind)},
)
MODEL_DENIED = Counted(
    "fortochka_model_calls_denied",
    "Questions that were not put to a model because a share of the day's budget was spent.",
)
DELIVERIES = Counted(
    "fortochka_deliveries",
    "Messages that this process brought to an end, by outcome.",
    {"outcome": ("sent", "undeliverable", "dead_letter")},
)
SEND_ATTEMPTS = Counted(
    "fortochka_send_attempts",
    "Attempts to send or change a message that this process made, by outcome.",
    {"outcome": SEND_OUTCOMES},
)
TELEGRAM_REQUESTS = Counted(
    "fortochka_telegram_requests",
    "Requests to the Bot API that this process made, by outcome; rate_limited is a 429.",
    {"outcome": TELEGRAM_OUTCOMES},
)
WEB_REQUESTS = Counted(
    "fortochka_web_requests",
    "Requests for pages of the archive that this process answered, by the class of the status.",
    {"status": ("2xx", "3xx", "4xx", "5xx")},
)
COUNTED = (
    *(POSTS_SEEN, POSTS_READ, POSTS_SKIPPED, CARDS),
    *(MODEL_CALLS, MODEL_QUESTIONS, MODEL_TOKENS, MODEL_COST, MODEL_DENIED),
    *(DELIVERIES, SEND_ATTEMPTS, TELEGRAM_REQUESTS, WEB_REQUESTS),
)


def outcome_of(result: type) -> str:
    """An outcome by the class that stands for it: ``not_sent`` for ``NotSent``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", result.__name__).lower()


class ProcessCounts:
    """The figures of one process, each from zero: a rate needs its beginning."""

    def __init__(self) -> None:
        self._numbers: dict[Counted, dict[tuple[str, ...], float]] = {
            each: dict.fromkeys(product(*each.labels.values()), 0.0) for each in COUNTED
        }

    def add(self, what: Counted, *labels: str, by: float = 1.0) -> None:
        """Count; the labels are in the order of their names."""
        if len(labels) != len(what.labels):
            raise ValueError(f"{what.name} has the labels {', '.join(what.labels)}")
        numbers = self._numbers[what]
        numbers[labels] = numbers.get(labels, 0.0) + by

    def expect_model(self, name: str) -> None:
        """Begin the figures of a model at zero."""
        for what in (MODEL_CALLS, MODEL_TOKENS, MODEL_COST):
            _, known = what.labels.values()
            for value in known:
                self._numbers[what].setdefault((name, value), 0.0)

    def of(self, what: Counted) -> Iterator[tuple[tuple[str, ...], float]]:
        """All values of the labels with their number."""
        yield from self._numbers[what].items()
