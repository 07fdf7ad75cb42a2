"""What the bot says of itself at start: its menu of commands in each language."""

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.types import BotCommand

from bot.model import Language
from bot.phrases import phrases
from bot.telegram.wire import TokenRefused

log = structlog.get_logger()
DEFAULT: Language = "en"


async def introduce(bot: Bot) -> str | None:
    """Set the menus; the bot's username, ``None`` while Telegram is away.

    ``TokenRefused`` when Telegram does not know the token.
    """
    try:
        me = await bot.me()
        await bot.set_my_commands(commands(DEFAULT))
        await bot.set_my_commands(commands("ru"), language_code="ru")
    except (TelegramUnauthorizedError, TelegramNotFound):
        raise TokenRefused from None
    except AiogramError as error:  # the poller goes on trying; the menu can wait for a restart
        log.warning("menu not set", error=type(error).__name__)
        return None
    return me.username


def commands(language: Language) -> list[BotCommand]:
    """The menu of commands."""
    p = phrases(language)
    texts = {
        "digest": p.menu_digest,
        "topic": p.menu_topic,
        "topics": p.menu_topics,
        "subscribe": p.menu_subscribe,
        "unsubscribe": p.menu_unsubscribe,
        "help": p.menu_help,
    }
    return [BotCommand(command=name, description=text) for name, text in texts.items()]
