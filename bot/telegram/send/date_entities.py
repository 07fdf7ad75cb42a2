"""Date entities that Telegram shows in the reader's time zone, while the server accepts them.

They came with Bot API 9.5; an older server of one's own refuses the whole message.
"""

from typing import Any

import structlog
from aiogram import Bot
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods.base import TelegramMethod, TelegramType

log = structlog.get_logger()
KIND = "date_time"
_ABOUT_ENTITIES = ("entit", "unsupported type")


class Dates(BaseRequestMiddleware):
    """Sends a refused message once more without such entities; learns it once for a process."""

    def __init__(self) -> None:
        self._taken = True

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Any:
        """One call, or a second one with the same words as plain text."""
        plain = without_dates(method)
        if plain is None:
            return await make_request(bot, method)
        if not self._taken:
            return await make_request(bot, plain)
        try:
            return await make_request(bot, method)
        except TelegramBadRequest as error:
            if not any(words in error.message.lower() for words in _ABOUT_ENTITIES):
                raise
        done = await make_request(bot, plain)
        self._taken = False  # only now is it certain that the dates were to blame
        log.info("date entities unsupported")
        return done


def without_dates(method: TelegramMethod[TelegramType]) -> TelegramMethod[TelegramType] | None:
    """The same request without such entities; ``None`` where it has none."""
    entities = getattr(method, "entities", None) or []
    kept = [entity for entity in entities if entity.type != KIND]
    return method.model_copy(update={"entities": kept}) if len(kept) < len(entities) else None
