"""Signs what a Mini App gets, as Telegram documents it; all people are invented.

https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app
"""

import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote, urlencode

TOKEN = "110201:AAE-invented-token-of-the-bot-for-tests"
SIGNATURE = "Zm9ydG9jaGth-invented_" + "A" * 64


def signed(pairs: Iterable[tuple[str, str]], token: str = TOKEN) -> str:
    """These fields and their hash, as they stand in the fragment's ``tgWebAppData``."""
    fields = list(pairs)
    lines = "\n".join(f"{name}={value}" for name, value in sorted(fields))
    secret = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    found = hmac.new(secret, lines.encode(), hashlib.sha256).hexdigest()
    return urlencode([*fields, ("hash", found)], quote_via=quote)


def init_data(person: int, at: datetime, token: str = TOKEN, **more: str) -> str:
    """What a client of today hands over when the menu button is pressed."""
    user = {
        "id": person,
        "first_name": "Ада & «Co» = 1\n",
        "last_name": "",
        "username": "invented_ada",
        "language_code": "ru",
        "allows_write_to_pm": True,
        "photo_url": "https://t.me/i/userpic/320/invented.svg",
    }
    fields = {
        "query_id": "AAHdF6IQAAAAAN0XohDhrOrc",
        "user": json.dumps(user, ensure_ascii=False, separators=(",", ":")),
        "auth_date": str(int(at.timestamp())),
        "signature": SIGNATURE,
    }
    return signed((fields | more).items(), token)


def fragment(data: str, theme: dict[str, str] | None = None) -> str:
    """The fragment with which Telegram opens a Mini App."""
    launch = {
        "tgWebAppData": data,
        "tgWebAppVersion": "9.1",
        "tgWebAppPlatform": "android",
        "tgWebAppThemeParams": json.dumps(theme or {"bg_color": "#ffffff"}),
    }
    return f"#{urlencode(launch, quote_via=quote)}"
