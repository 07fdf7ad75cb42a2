"""Has a model say which earlier post tells the same event, and doubts one that says it blindly."""

import asyncio
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING
from zlib import crc32

import structlog

from bot.extract.budget import pricing
from bot.extract.budget.paid_calls import ModelGate, Purpose, RetryLater
from bot.extract.errors import ModelError
from bot.extract.llm.fallback import ModelChain
from bot.extract.told_before import Candidate
from bot.model import Entry, Verdict
from bot.store import Store

if TYPE_CHECKING:
    from bot.extract.llm.prompt import EarlierPost

log = structlog.get_logger()
_DEADLINE = 60.0
"""Seconds that a story waits for the judge."""

BY_CHANCE, AT_FIRST = 1e-4, 1e-2
"""A number that comes again and again is doubted once luck would bring it this rarely; and how
much luck a judge is taken to have had who has never said "neither".
"""

_LEAST = 0.2  # rules miss much: what they hold for unlikely is nothing to doubt a judge by alone


class JudgeTrust:
    """Drops what a judge says that names the same number each time, whatever stands there.

    Earlier posts are shown in no order, so that one story of a whole day gets other numbers.
    """

    def __init__(self) -> None:
        self._number, self._luck = 0, AT_FIRST

    def heard(
        self, verdict: Verdict | None, candidates: Sequence[Candidate] = ()
    ) -> Verdict | None:
        """The verdict, or that it says nothing."""
        if verdict is None:
            return None
        named = verdict.same or verdict.follows
        number = verdict.shown.index(named) + 1 if named else 0
        if number:
            chance = _chance(named, verdict, candidates)
            first = self._number == 0
            self._luck = self._luck * chance if first or number == self._number else chance
            self._number = number
        elif self._number <= len(verdict.shown):  # it could have said its number, and has not
            self._number, self._luck = 0, 1.0
        if self._luck > BY_CHANCE:
            return verdict
        log.warning("judge doubted", number=self._number)
        return Verdict(shown=verdict.shown)


def _chance(named: str, verdict: Verdict, candidates: Sequence[Candidate]) -> float:
    """How often a judge who reads names just this post, about."""
    score = next((each.tie.score for each in candidates if each.key == named), 0.0)
    likely = 1 / (1 + math.exp(-score))
    return min(max(likely, _LEAST), 1 / len(verdict.shown))


async def earlier_posts(
    store: Store, entry: Entry, candidates: Sequence[Candidate]
) -> "list[EarlierPost]":
    """What a prompt shows of candidates, in an order that says nothing.

    A card from a post with orders never meets another prompt.
    """
    from bot.extract.llm.prompt import earlier_post

    entries = await store.entries.get_many([each.key for each in candidates])
    plain = [each for each in entries if not each.analysis.instructions_in_post]
    plain.sort(key=lambda each: crc32(f"{entry.key} {each.key}".encode()))
    return [earlier_post(each) for each in plain]


async def ask_judge(
    gate: ModelGate,
    models: ModelChain,
    entry: Entry,
    shown: "Sequence[EarlierPost]",
    age: str = "",
) -> Verdict | None:
    """What the model says of earlier posts; None where it cannot be asked or says nothing.

    ``age`` is that of the entry's post, as the costs are booked under it.
    """
    most = pricing.most_of_judging(models.dearest)
    try:
        async with asyncio.timeout(_DEADLINE):
            return await gate.call(
                models,
                Purpose(most, source=entry.post.channel.ref, post=entry.key, age=age),
                lambda meter: models.judge(entry, shown, meter),
            )
    except (RetryLater, ModelError, TimeoutError) as error:
        log.warning("no verdict", post=entry.key, error=type(error).__name__)
        return None
