"""The failures that a command explains in a line instead of a traceback."""

from bot.config import ConfigError
from bot.prompt_files import PromptFileError
from bot.store.errors import (
    BackupError,
    ReadModelError,
    ServerError,
    StoreError,
    StoreFull,
    StoreUnavailable,
)
from bot.supervision import distinct, leaves


class CommandError(Exception):
    """A command could not do what was asked; the text says why."""


EXPECTED = (
    BackupError,
    CommandError,
    ConfigError,
    PromptFileError,
    StoreError,
    ServerError,
    StoreUnavailable,
    ReadModelError,
)


def expected(error: BaseException) -> list[Exception]:
    """The different failures in nested groups; none where one of them is unexpected."""
    causes = [cause for cause in leaves(error) if isinstance(cause, EXPECTED)]
    return distinct(causes) if len(causes) == len(leaves(error)) else []


def explain(error: Exception) -> str:
    """One line per cause."""
    if isinstance(error, StoreFull):
        return "the store's memory is full (maxmemory): give it more, then repeat"
    if isinstance(error, StoreUnavailable):
        return f"the store is away ({type(error).__name__}); try again when it is back"
    return str(error)
