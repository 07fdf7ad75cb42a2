"""Who opened the Mini App, as Telegram signs it: the check of ``initData``. Pure.

https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app
"""

import hashlib
import hmac
import json
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

MAX_AGE = timedelta(hours=24)
MAX_AHEAD = timedelta(minutes=2)
"""How far Telegram's clock may be ahead of ours."""

MOST_CHARACTERS = 4_096  # Telegram's own have about 600
_MOST_FIELDS = 24
_NAME = re.compile(r"[a-z0-9_]{1,32}", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_MOMENT = re.compile(r"[1-9]\d{0,9}", re.ASCII)
_IDS = range(1, 2**52)  # https://core.telegram.org/bots/api#user


class InitDataRefused(Exception):
    """The data are not what Telegram signs for this bot: ``reason`` is without any of them."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class InitDataExpired(InitDataRefused):
    """They were signed so long ago, or are of a time to come."""


def user_of(init_data: str, token: str, now: datetime) -> int:
    """The id of the person who opened the Mini App of the bot with that token.

    ``InitDataRefused`` for what Telegram has not signed for it, ``InitDataExpired`` for what it
    has, at another time.
    """
    fields = _fields(init_data)
    if not hmac.compare_digest(fields.pop("hash"), _signed(fields, token)):
        raise InitDataRefused("hash")
    _check_age(fields.get("auth_date", ""), now)
    try:
        user = json.loads(fields.get("user", ""))["id"]
    except (ValueError, KeyError, TypeError):
        raise InitDataRefused("user") from None
    if type(user) is not int or user not in _IDS:
        raise InitDataRefused("user")
    return user


def _fields(init_data: str) -> dict[str, str]:
    """The fields, each once, with a ``hash``; what else could stand for other ones is refused."""
    if len(init_data) > MOST_CHARACTERS:
        raise InitDataRefused("length")
    try:
        pairs = parse_qsl(
            init_data,
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        raise InitDataRefused("form") from None
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise InitDataRefused("twice")
    odd = any(not _NAME.fullmatch(name) or "\n" in value for name, value in pairs)
    if odd or not _HASH.fullmatch(fields.get("hash", "")):
        raise InitDataRefused("form")
    return fields


def _signed(fields: dict[str, str], token: str) -> str:
    """The hash of all other fields, ``signature`` among them."""
    lines = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
    secret = hmac.digest(b"WebAppData", token.encode(), hashlib.sha256)
    return hmac.new(secret, lines.encode(), hashlib.sha256).hexdigest()


def _check_age(moment: str, now: datetime) -> None:
    if not _MOMENT.fullmatch(moment):
        raise InitDataRefused("auth_date")
    age = now - datetime.fromtimestamp(int(moment), UTC)
    if not -MAX_AHEAD <= age <= MAX_AGE:
        raise InitDataExpired("auth_date")
