"""Settings that handlers need: how to look at channels, what reading costs, who has access."""

from datetime import timedelta
from functools import partial
from typing import NamedTuple

from bot.collect.preview.fetch import Fetcher
from bot.collect.preview.first_look import LookAt, first_look, no_previews
from bot.collect.preview.watch import BETWEEN
from bot.config import AccessMode, Settings
from bot.extract.budget.pricing import Price, price_of
from bot.model import utc_now


class Deployment(NamedTuple):
    """How this bot runs; ``price`` is none without a model, ``daily_cap`` in dollars.

    Messages that come within ``gather`` of each other are one list of channels; ``pause`` bounds
    the random wait in seconds between two looks of such a list. ``web_url`` is where the archive
    is served, without a slash at its end; empty where it is not.
    """

    look: LookAt = no_previews
    price: Price | None = None
    daily_cap: float = 0.0
    access: AccessMode = "public"
    allowed: frozenset[int] = frozenset()
    gather: timedelta = timedelta(seconds=4)
    pause: tuple[float, float] = BETWEEN
    web_url: str = ""


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
        web_url=settings.web_url or "",
    )
