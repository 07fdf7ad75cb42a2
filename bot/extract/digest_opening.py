"""Has a model write the opening of a digest: paid like any call, checked, None where it fails."""

import asyncio
from collections.abc import Sequence

import structlog

from bot.extract.budget import pricing
from bot.extract.budget.paid_calls import ModelGate, Purpose, RetryLater
from bot.extract.errors import ModelError
from bot.extract.llm.fallback import ModelChain
from bot.model import Claim, Entry, Language, Opening, PeriodName

log = structlog.get_logger()
_DEADLINE = 50.0
"""Seconds that a digest waits for its opening."""


async def write_opening(
    gate: ModelGate,
    models: ModelChain,
    entries: Sequence[Entry],
    period: PeriodName,
    language: Language,
) -> Opening | None:
    """The opening over these entries; None where the model cannot or nothing of it holds."""
    try:
        async with asyncio.timeout(_DEADLINE):
            made = await gate.call(
                models,
                Purpose(pricing.most_of_opening(models.dearest, len(entries))),
                lambda meter: models.overview(entries, period, language, meter),
            )
    except (RetryLater, ModelError, TimeoutError) as error:
        log.warning("no digest opening", error=type(error).__name__)
        return None
    reasons = tuple(Claim(text=why, entries=(key,)) for key, why in made.highlights if why)
    return Opening(intro=made.intro, themes=made.themes, highlights=reasons)
