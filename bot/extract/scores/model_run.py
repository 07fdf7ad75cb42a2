"""An analyst with a model over labelled posts: analyses, failures, and what it all cost."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.extract import extractive
from bot.extract.failures import ModelError, QuotaExceeded, Unauthorized, Usage
from bot.extract.llm import Model, ModelNotFound
from bot.extract.scores.labelled import Case
from bot.extract.scores.recording import ASKED, Asked
from bot.extract.scores.tally import Tally, tally
from bot.model import Analysis

HOPELESS = (QuotaExceeded, Unauthorized, ModelNotFound)
"""Failures that every further post would meet too."""

_AT_ONCE = 4


@dataclass(frozen=True)
class Reading:
    """What came of one case; ``failure`` is set where the analyst without a model stepped in."""

    case: Case
    analysis: Analysis
    usage: Usage
    failure: str | None = None

    @property
    def tally(self) -> Tally:
        """Counts of right and wrong, with the time of the calls in microseconds."""
        return tally(self.case, self.analysis) + Counter({"us": self.usage.ms * 1000})


async def read_all(model: Model, cases: Sequence[Case]) -> list[Reading]:
    """Ask about every case, a few at once. Raises ``ModelError`` where there is no hope."""
    await model.probe()
    gate = asyncio.Semaphore(_AT_ONCE)

    async def read(case: Case) -> Reading:
        async with gate:
            return await read_one(model, case)

    tasks = [asyncio.create_task(read(case)) for case in cases]
    try:
        return [await task for task in tasks]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def read_one(model: Model, case: Case) -> Reading:
    """One case as the bot would have it: an answer, or the quotes that replace it."""
    ASKED.set(Asked(case.label.id, model.prompt_id))
    try:
        answer = await model.analyse(case.post)
    except HOPELESS:
        raise
    except ModelError as error:
        return Reading(case, extractive.analyse(case.post), error.usage, type(error).__name__)
    return Reading(case, answer.analysis, answer.usage)


def costs_of(readings: Iterable[Reading]) -> dict[str, object]:
    """Tokens, calls, shares from 0 to 1, milliseconds per post, offences by rule, failures."""
    done = list(readings)
    spent = sum((reading.usage for reading in done), Usage())
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
        "failures": dict(Counter(reading.failure for reading in done if reading.failure)),
    }
