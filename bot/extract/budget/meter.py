"""Counts tokens and cost of the calls about one question, however they end."""

import math
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise
from typing import NamedTuple

from bot.extract.errors import TokenUsage
from bot.model.spend import CallKind, Spend


class _Call(NamedTuple):
    """One call of one model."""

    model: str
    kind: CallKind
    usage: TokenUsage


@dataclass
class Meter:
    """Calls as they end; one under way, or cut off, stands in it by its upper estimate.

    A server bills what it wrote, also when nobody waited for it.
    """

    calls: list[_Call] = field(default_factory=list)
    repaired: bool = False
    offences: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def call(
        self, model: str, kind: CallKind, estimate: TokenUsage
    ) -> Iterator[Callable[[TokenUsage], None]]:
        """Count a call; the block may say what it really was."""
        at = len(self.calls)
        self.calls.append(_Call(model, kind, estimate))

        def settle(usage: TokenUsage) -> None:
            self.calls[at] = _Call(model, kind, usage)

        yield settle

    @property
    def usage(self) -> TokenUsage:
        """All of it."""
        total = sum((call.usage for call in self.calls), TokenUsage())
        return replace(total, repaired=self.repaired, offences=self.offences)

    def spends(self, source: str) -> list[Spend]:
        """The calls as they are booked, whole micro-dollars so that rounding makes nothing free.

        ``source`` is the ref of the channel that they are about, empty where there is none.
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
            )
            for call, cost in zip(self.calls, costs, strict=True)
        ]
