"""Keys of what the model costs and how long it will be there: what each holds and how long."""

from datetime import timedelta

from bot.store.keys import PREFIX, USAGE_KEPT

COSTS_KEPT = USAGE_KEPT
SHUTDOWN_KEPT = timedelta(days=120)  # longer than the first of the notices is ahead

SHUTDOWN_LOOKED = f"{PREFIX}shutdown:looked"
"""HASH of the UTC days on which models were last looked at, by model. ``SHUTDOWN_KEPT``."""
SHUTDOWN_TOLD = f"{PREFIX}shutdown:told"
"""HASH of the last notice about each model's end, ``date days``, by model. ``SHUTDOWN_KEPT``."""


MODEL_LEARNED_KEPT = timedelta(days=30)  # a server may learn, too


def model_learned(server: str) -> str:
    """STRING: how a model server takes requests, by its address, model and prompt, hashed.
    ``MODEL_LEARNED_KEPT``."""
    return f"{PREFIX}model:{server}"


def costs(day: str) -> str:
    """HASH of one UTC day, ``dimension:name:figure`` → tokens, money, calls. ``COSTS_KEPT``."""
    return f"{PREFIX}costs:{day}"
