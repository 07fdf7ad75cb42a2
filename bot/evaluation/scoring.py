"""Scores an analyst against labelled posts: what it finds, what it misses, what it makes up.

Each post gives a tally of small counts; scores are ratios of summed tallies, so that intervals
come from resampling posts (Efron's bootstrap).
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields

from bot.evaluation.labelled import Case
from bot.evaluation.tally import Tally, tally
from bot.model import Analysis, Post

LabelledAnalyst = Callable[[Post], Analysis]


@dataclass(frozen=True, slots=True)
class Scores:
    """Shares from 0 to 1, except ``posts`` (a count) and ``ms`` (milliseconds per post: CPU, or
    the time of the calls where a model was asked).

    ``headline`` is ROUGE-1 F over stems, ``compression`` the length of title and tldr for that of
    the post. ``_strict`` takes the label alone, ``_lenient`` what the label accepts too.
    ``must_not``, ``foreign_numbers`` and ``foreign_urls`` are shares of posts that should be 0.
    """

    posts: int
    topic_strict: float
    topic_lenient: float
    topic_macro: float
    topic_precision: float
    topic_recall: float
    primary: float
    primary_in_gold: float
    kind_strict: float
    kind_lenient: float
    skip: float
    url_precision: float
    url_recall: float
    arxiv_precision: float
    arxiv_recall: float
    title_precision: float
    title_recall: float
    must_tldr: float
    must_card: float
    must_not: float
    headline: float
    compression: float
    foreign_numbers: float
    foreign_urls: float
    lengths: float
    ms: float


def score_analyst(analyst: LabelledAnalyst, cases: Sequence[Case]) -> Scores:
    """Run the analyst once over all cases and score what it says."""
    return scores([timed(analyst, case) for case in cases])


def timed(analyst: LabelledAnalyst, case: Case) -> Tally:
    """The tally of one case, with the CPU time of the analyst in microseconds."""
    start = time.process_time_ns()
    analysis = analyst(case.post)
    spent = (time.process_time_ns() - start) // 1000
    return tally(case, analysis) + Counter({"us": spent})


def scores(tallies: Iterable[Tally]) -> Scores:
    """Ratios of the summed tallies; a ratio of nothing to nothing is 1."""
    sums: Tally = Counter()
    for counts in tallies:
        sums.update(counts)
    posts = max(sums["posts"], 1)
    return Scores(
        posts=sums["posts"],
        topic_strict=_f1(sums["topic:tp"], sums["topic:fp"], sums["topic:fn"]),
        topic_lenient=_f1(sums["topic:tp"], sums["topic:fp-lenient"], sums["topic:fn"]),
        topic_macro=_macro(sums),
        topic_precision=_share(sums["topic:tp"], sums["topic:fp"]),
        topic_recall=_share(sums["topic:tp"], sums["topic:fn"]),
        primary=sums["primary"] / posts,
        primary_in_gold=sums["primary-in"] / posts,
        kind_strict=sums["kind"] / posts,
        kind_lenient=sums["kind-lenient"] / posts,
        skip=sums["skip"] / posts,
        url_precision=_share(sums["url:tp"], sums["url:fp"]),
        url_recall=_share(sums["url:tp"], sums["url:fn"]),
        arxiv_precision=_share(sums["arxiv:tp"], sums["arxiv:fp"]),
        arxiv_recall=_share(sums["arxiv:tp"], sums["arxiv:fn"]),
        title_precision=_share(sums["title:tp"], sums["title:fp"]),
        title_recall=_share(sums["title:found"], sums["title:fn"]),
        must_tldr=_share(sums["must-tldr"], sums["must"] - sums["must-tldr"]),
        must_card=_share(sums["must-card"], sums["must"] - sums["must-card"]),
        must_not=sums["must-not"] / posts,
        headline=sums["headline"] / 1000 / max(sums["titled"], 1),
        compression=sums["told"] / max(sums["source"], 1),
        foreign_numbers=sums["foreign-number"] / posts,
        foreign_urls=sums["foreign-url"] / posts,
        lengths=sums["fits"] / posts,
        ms=sums["us"] / 1000 / posts,
    )


def _share(right: int, wrong: int) -> float:
    return right / (right + wrong) if right + wrong else 1.0


def _f1(right: int, extra: int, missed: int) -> float:
    return _share(2 * right, extra + missed)


def _macro(sums: Tally) -> float:
    """Mean F1 over the topics that have labels."""
    named = {
        name.rsplit(":", 1)[1] for name in sums if name.startswith(("topic:tp:", "topic:fn:"))
    }
    each = [_f1(*(sums[f"topic:{what}:{name}"] for what in ("tp", "fp", "fn"))) for name in named]
    return sum(each) / len(each) if each else 1.0


def intervals(
    tallies: Sequence[Tally], draws: int = 300, seed: int = 0
) -> dict[str, tuple[float, float]]:
    """95 % bootstrap interval of each score over posts; the same seed gives the same interval."""
    rng = random.Random(seed)
    drawn = [scores(rng.choices(tallies, k=len(tallies))) for _ in range(draws)]
    low, high = int(0.025 * draws), int(0.975 * draws)
    spans: dict[str, tuple[float, float]] = {}
    for field in fields(Scores):
        values = sorted(getattr(found, field.name) for found in drawn)
        spans[field.name] = (values[low], values[high])
    return spans


def measured(tallies: Sequence[Tally]) -> dict[str, dict[str, float]]:
    """Each score with the ends of its interval, as JSON shows them."""
    found, spans = scores(tallies), intervals(tallies)
    ends = {name: (getattr(found, name), *span) for name, span in spans.items()}
    return {
        name: dict(zip(("value", "low", "high"), (round(end, 4) for end in each), strict=True))
        for name, each in ends.items()
    }


def rows(found: Scores) -> list[tuple[str, str]]:
    """Name and value of each score, as a table shows them."""
    return [
        (field.name, _shown(field.name, getattr(found, field.name))) for field in fields(found)
    ]


def _shown(name: str, value: float) -> str:
    return str(value) if name == "posts" else f"{value:.2f}" if name == "ms" else f"{value:.3f}"
