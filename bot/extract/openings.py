"""The opening of a digest by a model: paid like any call, checked, or none at all."""

import asyncio
from collections.abc import Sequence

import structlog

from bot.extract import costs
from bot.extract.failures import ModelError
from bot.extract.models import Models
from bot.extract.till import NotNow, Purpose, Till
from bot.model import Claim, Entry, Language, Opening, PeriodName

log = structlog.get_logger()
DEADLINE = 50.0
"""Seconds that a digest waits for its opening."""


async def write(
    till: Till,
    models: Models,
    entries: Sequence[Entry],
    period: PeriodName,
    language: Language,
) -> Opening | None:
    """The opening over these entries; None where the model cannot or nothing of it holds."""
    try:
        async with asyncio.timeout(DEADLINE):
            made = await till.pay(
                models,
                Purpose(costs.most_of_opening(models.dearest, len(entries))),
                lambda meter: models.overview(entries, period, language, meter),
            )
    except (NotNow, ModelError, TimeoutError) as error:
        log.warning("no opening", error=type(error).__name__)
        return None
    reasons = tuple(Claim(text=why, entries=(key,)) for key, why in made.highlights if why)
    return Opening(intro=made.intro, themes=made.themes, highlights=reasons)
