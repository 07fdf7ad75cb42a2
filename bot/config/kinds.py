"""Kinds of values that an operator writes: handles, addresses, tokens, lists. Pure."""

import math
import os
import re
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, SecretStr, ValidationInfo

from bot.text import HANDLE


def _split(value: object) -> object:
    return (
        [part for part in re.split(r"[,\s]+", value) if part] if isinstance(value, str) else value
    )


def handle_of(value: object) -> str:
    """The handle in ``@Name``, ``t.me/s/Name``, ``Name.t.me``, ``Name/12`` or ``Name``.

    Raises ``ValueError`` for anything else.
    """
    site = (
        r"(?:https?://)?(?:(?:www\.)?(?:t|telegram)\.(?:me|dog)/+(?:s/)?)?@?"
        r"|tg:(?://)?resolve\?domain="
    )
    name = re.sub(rf"^(?:{site})", "", str(value).strip(), flags=re.IGNORECASE)
    name = re.sub(r"(?:\.t\.me)?(?:/\d+)*/?(?:[?#&].*)?$", "", name, flags=re.IGNORECASE)
    if not re.fullmatch(HANDLE, name):
        raise ValueError("a channel is a handle such as gonzo_ML, 4 to 32 letters, digits or _")
    return name


def _base_url(value: object) -> object:
    if value in ("", None):
        return None
    if not re.match(r"https?://[^\s/]+", str(value)):
        raise ValueError("must begin with http:// or https://")
    return str(value).rstrip("/")


def _token(value: object) -> object:
    """BotFather's form, so that a cut or a doubled paste is found before the first call."""
    token = value.get_secret_value() if isinstance(value, SecretStr) else str(value or "")
    if token and not re.fullmatch(r"\d{3,20}:[\w-]{20,64}", token):
        raise ValueError("is not a bot token: copy it from @BotFather as digits:letters")
    return token or None


def _secret(value: object, info: ValidationInfo) -> object:
    """A webhook without a secret would take updates from anybody."""
    secret = value.get_secret_value() if isinstance(value, SecretStr) else str(value or "")
    if info.data.get("webhook_url") and not secret:
        raise ValueError("is needed with WEBHOOK_URL; make up 32 letters or digits")
    if secret and not re.fullmatch(r"[\w-]{1,256}", secret, re.ASCII):
        raise ValueError("may have letters, digits, _ and -, at most 256")
    return secret or None


def _long_secret(value: object) -> object:
    """What stands against guessing from anywhere."""
    secret = value.get_secret_value() if isinstance(value, SecretStr) else str(value or "")
    if secret and not re.fullmatch(r"[\w-]{16,256}", secret, re.ASCII):
        raise ValueError("must have 16 to 256 letters, digits, _ and -; make up 32")
    return secret or None


def _mail(value: object) -> object:
    mail = str(value or "").strip()
    if mail and not re.fullmatch(r"[\w.+-]{1,64}@[\w.-]{1,190}", mail, re.ASCII):
        raise ValueError("must be a mail address, such as you@example.org")
    return mail or None


def _prices(value: object) -> object:
    """Two to four amounts; ``ValueError`` says which they are."""
    if value is None:
        return None
    parts = _split(value)
    try:
        figures = tuple(map(float, parts)) if isinstance(parts, list | tuple) else ()
    except (TypeError, ValueError):
        figures = ()
    if not 2 <= len(figures) <= 4 or not all(0 <= figure < math.inf for figure in figures):
        raise ValueError(
            "must be two to four amounts of dollars, not below zero: "
            "read,written[,cached[,cache write]], such as 0.10,0.50,0.01,0.125"
        )
    return figures


def _own(value: Path) -> Path:
    """The folder, wherever the program is later; ``~`` is the user's own."""
    try:
        if value.parts[:1] == ("~",) and os.environ.get("HOME") == "":
            raise RuntimeError
        return value.expanduser().absolute()
    except RuntimeError:
        raise ValueError("is needed, because this user has no home of its own") from None


Network = IPv4Network | IPv6Network
Folder = Annotated[Path, AfterValidator(_own)]
Handle = Annotated[str, BeforeValidator(handle_of)]
Url = Annotated[str, BeforeValidator(_base_url)]
OptionalUrl = Annotated[str | None, BeforeValidator(_base_url)]
Mail = Annotated[str | None, BeforeValidator(_mail)]
Token = Annotated[SecretStr | None, BeforeValidator(_token)]
Secret = Annotated[SecretStr | None, BeforeValidator(_secret)]
LongSecret = Annotated[SecretStr | None, BeforeValidator(_long_secret)]
Split = BeforeValidator(_split)
Prices = Annotated[tuple[float, ...] | None, BeforeValidator(_prices)]
AccessMode = Literal["public", "invite", "allowlist"]
