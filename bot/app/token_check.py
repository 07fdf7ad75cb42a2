"""Checks the bot token with the standard library: importing aiogram takes most of a second."""

import asyncio
import json
import urllib.error
import urllib.request
from typing import Any

_PATIENCE = 1.5  # seconds; a bad token is named within two


class TokenRejected(Exception):
    """Telegram does not know the token."""

    def __init__(self) -> None:
        super().__init__("TELEGRAM_BOT_TOKEN: Telegram refuses it; copy one from @BotFather")


class NoAnswer(Exception):
    """Telegram could not be asked; proves nothing about the token."""


async def check_token(token: str, api_base: str, proxy: str | None, method: str = "getMe") -> Any:
    """The result of a method without parameters; ``TokenRejected`` or ``NoAnswer``."""
    return await asyncio.to_thread(_ask, f"{api_base}/bot{token}/{method}", proxy)


def _ask(url: str, proxy: str | None) -> Any:
    proxies = {"http": proxy, "https": proxy} if proxy else {}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxies))
    try:
        with opener.open(url, timeout=_PATIENCE) as answer:
            return json.load(answer)["result"]
    except urllib.error.HTTPError as error:
        error.close()
        raise (
            TokenRejected if error.code in {401, 404} else NoAnswer(f"HTTP {error.code}")
        ) from None
    except (OSError, ValueError, KeyError) as error:
        raise NoAnswer(type(error).__name__) from None
