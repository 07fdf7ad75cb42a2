"""Settings that handlers need: how to look at channels, what reading costs, who has access."""

from functools import partial
from typing import NamedTuple

from bot.collect.preview.fetch import Fetcher
from bot.collect.preview.first_look import LookAt, first_look, no_previews
from bot.config import AccessMode, Settings
from bot.extract.budget.pricing import Price, price_of
from bot.model import utc_now


class Deployment(NamedTuple):
    """How this bot runs; ``price`` is none without a model, ``daily_cap`` in dollars."""

    look: LookAt = no_previews
    price: Price | None = None
    daily_cap: float = 0.0
    access: AccessMode = "public"
    allowed: frozenset[int] = frozenset()


def deployment_of(settings: Settings, fetcher: Fetcher) -> Deployment:
    """How the settings say; ``fetcher`` is entered by whoever made it."""
    return Deployment(
        look=partial(first_look, fetcher, utc_now),
        price=price_of(settings.openai_model, settings.openai_base_url, settings.openai_price)
        if settings.has_model
        else None,
        daily_cap=settings.daily_budget_usd,
        access=settings.access,
        allowed=frozenset(settings.allowed_ids),
    )
