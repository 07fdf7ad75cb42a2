"""The failures that a command explains in a line instead of a traceback."""

from bot.config import ConfigError
from bot.store.away import StoreAway
from bot.store.connect import StoreError
from bot.store.server import ServerError


class CommandError(Exception):
    """A command could not do what was asked; the text says why."""


EXPECTED = (CommandError, ConfigError, StoreError, ServerError, StoreAway)


def explain(error: Exception) -> str:
    """One line per cause."""
    if isinstance(error, StoreAway):
        return f"the store is away ({type(error).__name__}); try again when it is back"
    return str(error)
