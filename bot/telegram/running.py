"""What handlers need of the settings: how channels are looked at, what reading costs, who may."""

from functools import partial
from typing import NamedTuple

from bot.collect.fetch import Fetcher
from bot.collect.first_look import Look, first_look, nowhere
from bot.config import AccessMode, Settings
from bot.extract.costs import Price, price_of
from bot.model import utc_now


class Running(NamedTuple):
    """How this bot runs; ``price`` is none without a model, ``daily_cap`` in dollars."""

    look: Look = nowhere
    price: Price | None = None
    daily_cap: float = 0.0
    access: AccessMode = "public"
    allowed: frozenset[int] = frozenset()


def running_by(settings: Settings, fetcher: Fetcher) -> Running:
    """How the settings say; ``fetcher`` is entered by whoever made it."""
    return Running(
        look=partial(first_look, fetcher, utc_now),
        price=price_of(settings.openai_model, settings.openai_base_url, settings.openai_price)
        if settings.has_model
        else None,
        daily_cap=settings.daily_budget_usd,
        access=settings.access,
        allowed=frozenset(settings.allowed_ids),
    )
