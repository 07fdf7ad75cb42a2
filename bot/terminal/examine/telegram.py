"""A look at the bot as Telegram knows it: its token, its switches at @BotFather, its owners."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.app.token_check import check_token
from bot.config import ConfigError, Settings
from bot.store import open_store
from bot.store.errors import ServerError, StoreError
from bot.store.keys.owner import OWNER_CODE_KEPT
from bot.store.readers.owners import OWNER_LINK
from bot.terminal.examine.findings import Finding

_Fields = dict[str, Any]

_SWITCHES = (
    ("can_join_groups", "groups", True, "/setjoingroups lets it into groups, for their digests"),
    ("supports_inline_queries", "inline", True, "/setinline lets readers share stories"),
    (
        "can_read_all_group_messages",
        "reads all in groups",
        False,
        "/setprivacy → Enable keeps from it what groups write, which it does not need",
    ),
)
"""Fields of getMe, what they are called here, how they should stand, and what sets them so."""


async def ask_telegram(settings: Settings, method: str = "getMe") -> Any:
    """The result of a method for the token of the settings; ``TokenRejected`` or ``NoAnswer``."""
    if settings.telegram_bot_token is None:
        raise ConfigError("TELEGRAM_BOT_TOKEN: is not set; get a token from @BotFather")
    token = settings.telegram_bot_token.get_secret_value()
    return await check_token(token, settings.telegram_api_base, settings.telegram_proxy, method)


def bot_finding(me: dict[str, Any]) -> Finding:
    """Who the bot is and how its switches stand; a ``!`` names the command that sets one right."""
    stands = [f"{name} {'on' if me.get(field) else 'off'}" for field, name, _, _ in _SWITCHES]
    fixes = [fix for field, _, wanted, fix in _SWITCHES if bool(me.get(field)) is not wanted]
    says = " · ".join((f"@{me['username']}", *stands))
    if fixes:
        return Finding("!", "Telegram", says, f"@BotFather: {'; '.join(fixes)}")
    return Finding("✓", "Telegram", says)


def webhook_finding(
    settings: Settings, me: dict[str, Any], hook: dict[str, Any]
) -> Finding | None:
    """What is wrong with where Telegram delivers; None where it is as the settings say.

    A bot that has not run yet with ``WEBHOOK_URL`` has no webhook, and sets it at its start.
    """
    name, address = f"@{me['username']}", hook.get("url")
    if address and address != settings.webhook_url:
        fix = "call deleteWebhook, or stop the other program"
        return Finding("✗", "Telegram", f"{name} · a webhook is set that is not ours", fix)
    if address and (error := hook.get("last_error_message")):
        at = datetime.fromtimestamp(hook.get("last_error_date", 0), UTC)
        waiting = f"{hook.get('pending_update_count', 0)} updates wait there"
        says = f"{name} · at {at:%Y-%m-%d %H:%M} UTC Telegram met at WEBHOOK_URL: {error}"
        return Finding("!", "Telegram", f"{says} · {waiting}", "see docs/operating.md")
    return None


async def owners_finding(settings: Settings, username: str) -> Finding:
    """Who owns the bot; while nobody does, the link that makes one, once.

    ``username`` is empty where Telegram has not told it.
    """
    if settings.admin_ids:
        return Finding("✓", "Owners", f"{len(settings.admin_ids)} by ADMIN_IDS")
    try:
        async with open_store(settings) as store:
            owners, code = await store.owners.all(), await store.owners.code()
    except (StoreError, ServerError, ConfigError):
        return Finding("!", "Owners", "unknown without a store", "set ADMIN_IDS")
    if owners:
        return Finding("✓", "Owners", f"{len(owners)} by a one-time link")
    if not username:
        return Finding("!", "Owners", "none", "set ADMIN_IDS, or ask again when Telegram answers")
    hours = OWNER_CODE_KEPT // timedelta(hours=1)
    link = f"https://t.me/{username}?start={OWNER_LINK}{code}"
    ids = "ADMIN_IDS, which /id tells in the chat"
    return Finding("!", "Owners", "none", f"open {link} (once, within {hours} h) or set {ids}")
