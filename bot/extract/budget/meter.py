"""Counts tokens and cost of the calls about one question, however they end."""

import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import accumulate, pairwise
from typing import NamedTuple, Protocol

from bot.counts import (
    MODEL_CALLS,
    MODEL_COST,
    MODEL_OUTCOMES,
    MODEL_TOKENS,
    ProcessCounts,
    outcome_of,
)
from bot.extract.errors import ModelError, TokenUsage
from bot.model.spend import CallKind, Spend


class Settle(Protocol):
    """Says what a call was: what it used, and how it failed, if it did."""

    def __call__(self, usage: TokenUsage, failure: ModelError | None = None) -> None: ...


class _Call(NamedTuple):
    """One call of one model; ``outcome`` as it is counted."""

    model: str
    kind: CallKind
    usage: TokenUsage
    outcome: str = "cancelled"


@dataclass
class Meter:
    """Calls as they end; one under way, or cut off, stands in it by its upper estimate.

    A server bills what it wrote, also when nobody waited for it.
    """

    calls: list[_Call] = field(default_factory=list)
    repaired: bool = False
    offences: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def call(self, model: str, kind: CallKind, estimate: TokenUsage) -> "Iterator[Settle]":
        """Count a call; the block may say what it really was."""
        at = len(self.calls)
        self.calls.append(_Call(model, kind, estimate))

        def settle(usage: TokenUsage, failure: ModelError | None = None) -> None:
            outcome = model_outcome(failure) if failure else "answered"
            self.calls[at] = _Call(model, kind, usage, outcome)

        yield settle

    @property
    def usage(self) -> TokenUsage:
        """All of it."""
        total = sum((call.usage for call in self.calls), TokenUsage())
        return replace(total, repaired=self.repaired, offences=self.offences)

    def count_in(self, counts: ProcessCounts) -> None:
        """Add the calls to the figures of the process."""
        for call in self.calls:
            usage, tokens = call.usage, partial(counts.add, MODEL_TOKENS, call.model)
            counts.add(MODEL_CALLS, call.model, call.outcome)
            tokens("input", by=max(0, usage.prompt - usage.cached))
            tokens("cached", by=usage.cached)
            tokens("output", by=usage.completion)
            counts.add(MODEL_COST, call.model, call.kind, by=usage.cost / 1_000_000)

    def spends(self, source: str, age: str = "") -> list[Spend]:
        """The calls as they are booked, whole micro-dollars so that rounding makes nothing free.

        ``source`` is the ref of the channel that they are about, empty where there is none;
        ``age`` is ``HISTORY`` for posts older than their source.
        """
        sums = [0, *(math.ceil(cost) for cost in accumulate(c.usage.cost for c in self.calls))]
        costs = (after - before for before, after in pairwise(sums))
        return [
            Spend(
                model=call.model,
                source=source,
                kind=call.kind,
                calls=call.usage.calls,
                read=call.usage.prompt,
                cached=call.usage.cached,
                cache_writes=call.usage.cache_writes,
                written=call.usage.completion,
                micro_dollars=cost,
                age=age,
            )
            for call, cost in zip(self.calls, costs, strict=True)
        ]


def model_outcome(failure: ModelError) -> str:
    """The failure's name, or that of what it is a kind of."""
    names = map(outcome_of, type(failure).__mro__)
    return next((name for name in names if name in MODEL_OUTCOMES), "bad_answer")
