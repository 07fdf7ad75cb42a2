"""How well events are found among channels on which no limit was chosen. Pure.

For each two channels the limits of merges and of groups are chosen anew on the pairs of all
others, the lowest that are as precise as the goals say, and measured on the pairs of these two.
Weights and rules stay: they were fitted with the channels of each pair left out, and rounded.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from bot.digest.same_event import CERTAIN, LIKELY
from bot.extract.told_before import Candidate

_STEP, _STEPS = 0.1, 20  # of limits that are tried, above and below those of the product

Pair = frozenset[str]
Score = Callable[[Candidate], float]


class UnseenFigure(NamedTuple):
    """Precision and recall of merges, and of merges and groups, with limits chosen elsewhere."""

    merges: tuple[float, float]
    groups: tuple[float, float]


class Labels(NamedTuple):
    """Pairs that tell one event, those that count neither way, the channel of each post."""

    same: Collection[Pair]
    neutral: Collection[Pair]
    channels: Mapping[str, str]

    def of(self, pair: Pair) -> Pair:
        """The channels of a pair."""
        return frozenset(self.channels[key] for key in pair)

    def counts(self, pairs: Iterable[Pair]) -> tuple[int, int]:
        """How many pairs are joined rightly and wrongly."""
        found = list(pairs)
        right = sum(pair in self.same for pair in found)
        return right, sum(pair not in self.neutral for pair in found) - right


def unseen(
    candidates: Mapping[str, Sequence[Candidate]], labels: Labels, goals: tuple[float, float]
) -> UnseenFigure:
    """The figures for the candidates of each post; ``goals`` are precisions."""
    merges = _by_limit(candidates, CERTAIN, lambda each: each.tie.score)
    groups = _by_limit(candidates, LIKELY, lambda each: each.tie.together)
    return UnseenFigure(_left_out(merges, labels, goals[0]), _left_out(groups, labels, goals[1]))


def _by_limit(
    candidates: Mapping[str, Sequence[Candidate]], middle: float, score: Score
) -> Sequence[Collection[Pair]]:
    """What would be joined with each limit, the highest first."""
    limits = [middle + _STEP * step for step in range(_STEPS, -_STEPS - 1, -1)]
    return [_joined(candidates, limit, score) for limit in limits]


def _joined(
    candidates: Mapping[str, Sequence[Candidate]], limit: float, score: Score
) -> Collection[Pair]:
    """Pairs that end together where each post joins all that are above the limit."""
    of = {key: {key} for key in candidates}
    for key, found in candidates.items():
        for each in found:
            if score(each) >= limit and of[key] is not of[each.key]:
                whole = of[key] | of[each.key]
                of |= dict.fromkeys(whole, whole)
    told = {id(each): each for each in of.values()}.values()
    return {frozenset(pair) for keys in told for pair in combinations(sorted(keys), 2)}


def _left_out(
    joined: Sequence[Collection[Pair]], labels: Labels, goal: float
) -> tuple[float, float]:
    """Precision and recall over all pairs, each with a limit that its channels had no part in."""
    between = [[(labels.of(pair), pair) for pair in pairs] for pairs in joined]
    two_of = {both for each in between for both, _ in each if len(both) > 1}
    right = wrong = 0
    for two in two_of:
        others = (labels.counts(p for both, p in each if len(both) > 1 and both.isdisjoint(two))
                  for each in between)  # fmt: skip
        chosen = _lowest(others, goal)
        one, other = labels.counts(pair for both, pair in between[chosen] if both == two)
        right, wrong = right + one, wrong + other
    return right / max(right + wrong, 1), right / max(len(labels.same), 1)


def _lowest(counts: Iterable[tuple[int, int]], goal: float) -> int:
    """The place of the lowest limit that reaches the goal, as all above it do."""
    best = 0
    for place, (right, wrong) in enumerate(counts):
        if right < goal * (right + wrong):
            break
        best = place
    return best
