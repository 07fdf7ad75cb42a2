"""An analyst with a model over labelled posts: analyses, failures, and what it all cost."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.evaluation.labelled import Case
from bot.evaluation.recording import ASKED, RecordedCall
from bot.evaluation.tally import Tally, tally
from bot.extract import extractive
from bot.extract.errors import (
    ModelError,
    ModelNotFound,
    QuotaExceeded,
    TokenUsage,
    Unauthorized,
    WrongAddress,
)
from bot.extract.llm.model import Model
from bot.model import Analysis

HOPELESS = (QuotaExceeded, Unauthorized, ModelNotFound, WrongAddress)
"""Failures that every further post would meet too."""


@dataclass(frozen=True)
class LabelledReading:
    """What came of one case; ``failure`` is set where the analyst without a model stepped in."""

    case: Case
    analysis: Analysis
    usage: TokenUsage
    failure: str | None = None

    @property
    def tally(self) -> Tally:
        """Counts of right and wrong, with the time of the calls in microseconds."""
        return tally(self.case, self.analysis) + Counter({"us": self.usage.ms * 1000})


async def read_all(
    model: Model, cases: Sequence[Case], done: Callable[[], None] = lambda: None
) -> list[LabelledReading]:
    """Ask about every case, as many at once as the server keeps up with; ``done`` after each.

    Raises ``ModelError`` where there is no hope.
    """
    await model.recall()

    async def read(case: Case) -> LabelledReading:
        async with model.gate:
            reading = await read_one(model, case)
        done()
        return reading

    tasks = [asyncio.create_task(read(case)) for case in cases]
    try:
        return [await task for task in tasks]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def read_one(model: Model, case: Case) -> LabelledReading:
    """One case as the bot would have it: an answer, or the quotes that replace it."""
    ASKED.set(RecordedCall(case.label.id, model.prompt_id))
    try:
        answer = await model.analyse(case.post)
    except HOPELESS:
        raise
    except ModelError as error:
        failure = f"{type(error).__name__}: {error}"
        return LabelledReading(case, extractive.analyse(case.post), error.usage, failure)
    return LabelledReading(case, answer.analysis, answer.usage)


def costs_of(readings: Iterable[LabelledReading]) -> dict[str, object]:
    """Tokens, calls, shares from 0 to 1, milliseconds per post, offences by rule, failures."""
    done = list(readings)
    spent = sum((reading.usage for reading in done), TokenUsage())
    posts, waits = max(len(done), 1), sorted(reading.usage.ms for reading in done) or [0]
    return {
        "calls": spent.calls,
        "prompt_tokens": spent.prompt,
        "completion_tokens": spent.completion,
        "cached_share": spent.cached / max(spent.prompt, 1),
        "repaired_share": sum(reading.usage.repaired for reading in done) / posts,
        "ms_p50": waits[len(waits) // 2],
        "ms_p95": waits[min(int(0.95 * len(waits)), len(waits) - 1)],
        "offences": dict(sorted(spent.offences.items())),
        "failures": dict(Counter(_kind(reading) for reading in done if reading.failure)),
    }


def _kind(reading: LabelledReading) -> str:
    """The name of the failure, without its words."""
    return (reading.failure or "").partition(":")[0]
