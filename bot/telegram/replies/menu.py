"""Sets the bot's menu and description at start, where they have changed."""

import hashlib
import json
from collections.abc import Iterable

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.methods import (
    SetChatMenuButton,
    SetMyCommands,
    SetMyDescription,
    SetMyShortDescription,
)
from aiogram.methods.base import TelegramMethod
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    MenuButtonCommands,
    MenuButtonWebApp,
    WebAppInfo,
)

from bot.i18n import messages, of_this_field, panel_messages, web_messages
from bot.languages import DEFAULT_LANGUAGE, LANGUAGES
from bot.model import Language
from bot.store import Store
from bot.telegram.send.session import ended_by

log = structlog.get_logger()
MENU_LANGUAGES: dict[Language, str | None] = {DEFAULT_LANGUAGE: None} | {
    language: language for language in LANGUAGES if language != DEFAULT_LANGUAGE
}
"""Telephones' languages for which there is a menu; None for all others."""

_MENU_BUTTON = "menu-button"
_IN_PRIVATE = (
    *("digest", "topic", "topics", "search", "ask", "follow", "saved", "settings"),
    *("help", "privacy"),
)
_IN_GROUPS = ("digest", "topic", "search", "ask", "help")
_FOR_ADMINS = ("digest", "topic", "search", "ask", "subscribe", "unsubscribe", "settings", "help")


async def introduce(
    bot: Bot, store: Store, web_url: str = "", language: Language = DEFAULT_LANGUAGE
) -> str | None:
    """Set what has changed; the bot's username, ``None`` while Telegram is away.

    The menu button opens the Mini App under ``web_url``, and is called in that language: Telegram
    has one name for all. Where there is none it lists commands again, if it was ours.

    ``TokenRefused`` when Telegram does not know the token.
    """
    try:
        me = await bot.me()
        if me.username:
            await store.sent_files.name(me.username)
        said = await store.sent_files.introduced(me.id)
        button = _menu_button(web_url, language, ours=_MENU_BUTTON in said)
        for name, request in (_introduction() | button).items():
            mark = _mark(request)
            if said.get(name) != mark:
                await bot(request)
                await store.sent_files.introduce(me.id, {name: mark})
    except (TelegramUnauthorizedError, TelegramNotFound) as error:
        raise ended_by(error) from None
    except AiogramError as error:  # the poller goes on trying; the menu can wait for a restart
        log.warning("menu not set", error=type(error).__name__)
        return None
    return me.username


async def address(bot: Bot, store: Store, chat_id: int) -> None:
    """Set the menu of a chat that has chosen a language other than its telephone's."""
    reader = await store.subscriptions.get(chat_id)
    if reader is None or chat_id < 0:
        return
    try:
        await bot.set_my_commands(commands(reader.language), BotCommandScopeChat(chat_id=chat_id))
    except AiogramError as error:  # the menu of the telephone's language stays
        log.info("menu of a chat not set", error=type(error).__name__)


def commands(language: Language) -> list[BotCommand]:
    """The menu of commands in private chats."""
    return _of(_IN_PRIVATE, language)


def _of(names: Iterable[str], language: Language) -> list[BotCommand]:
    p, own = messages(language), panel_messages(language)
    texts = {
        "digest": p.menu_digest,
        "topic": p.menu_topic,
        "topics": p.menu_topics,
        "search": p.menu_search,
        "ask": p.menu_ask,
        "follow": own.menu_follow,
        "saved": own.menu_saved,
        "settings": own.menu_settings,
        "help": p.menu_help,
        "privacy": own.menu_privacy,
        "subscribe": p.menu_subscribe,
        "unsubscribe": p.menu_unsubscribe,
    }
    return [BotCommand(command=name, description=texts[name]) for name in names]


def _menu_button(
    web_url: str, language: Language, *, ours: bool
) -> dict[str, TelegramMethod[bool]]:
    """What the menu button is to do; nothing is said of one that is the owner's affair."""
    if web_url.startswith("https://"):
        text, app = web_messages(language).app_button, WebAppInfo(url=f"{web_url}/app")
        return {
            _MENU_BUTTON: SetChatMenuButton(menu_button=MenuButtonWebApp(text=text, web_app=app))
        }
    if ours:
        return {_MENU_BUTTON: SetChatMenuButton(menu_button=MenuButtonCommands())}
    return {}


def _introduction() -> dict[str, TelegramMethod[bool]]:
    """All that is said, by what it is."""
    found: dict[str, TelegramMethod[bool]] = {}
    for language, code in MENU_LANGUAGES.items():
        own = panel_messages(language)
        found |= {
            f"description:{language}": SetMyDescription(
                description=of_this_field(own.description, language), language_code=code
            ),
            f"short:{language}": SetMyShortDescription(
                short_description=of_this_field(own.short_description, language),
                language_code=code,
            ),
            f"private:{language}": SetMyCommands(
                commands=commands(language),
                scope=BotCommandScopeAllPrivateChats(),
                language_code=code,
            ),
            f"groups:{language}": SetMyCommands(
                commands=_of(_IN_GROUPS, language),
                scope=BotCommandScopeAllGroupChats(),
                language_code=code,
            ),
            f"admins:{language}": SetMyCommands(
                commands=_of(_FOR_ADMINS, language),
                scope=BotCommandScopeAllChatAdministrators(),
                language_code=code,
            ),
        }
    return found


def _mark(request: TelegramMethod[bool]) -> str:
    body = json.dumps(request.model_dump(mode="json"), sort_keys=True, default=str)
    return hashlib.sha256(body.encode()).hexdigest()[:16]
