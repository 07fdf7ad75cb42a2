"""Share buttons of inline mode, removed while @BotFather has it switched off for this bot.

A server may refuse a message with such a button from a bot without inline mode, and with it all
other buttons would be lost.
"""

from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.exceptions import AiogramError
from aiogram.methods.base import TelegramMethod, TelegramType
from aiogram.types import InlineKeyboardMarkup


class Sharing(BaseRequestMiddleware):
    """Leaves those buttons out where they would not work; what the bot may is asked once."""

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Any:
        """One call, perhaps with fewer buttons."""
        bare = without_sharing(method)
        if bare is None or await _is_inline(bot):
            return await make_request(bot, method)
        return await make_request(bot, bare)


def without_sharing(method: TelegramMethod[TelegramType]) -> TelegramMethod[TelegramType] | None:
    """The same request without such buttons; ``None`` where it has none."""
    markup = getattr(method, "reply_markup", None)
    if not isinstance(markup, InlineKeyboardMarkup):
        return None
    kept = [
        [key for key in row if key.switch_inline_query is None] for row in markup.inline_keyboard
    ]
    if kept == markup.inline_keyboard:
        return None
    rows = [row for row in kept if row]
    fewer = InlineKeyboardMarkup(inline_keyboard=rows) if rows else None
    return method.model_copy(update={"reply_markup": fewer})


async def _is_inline(bot: Bot) -> bool:
    try:
        return bool((await bot.me()).supports_inline_queries)
    except AiogramError:  # not known now: the next message asks again
        return False
