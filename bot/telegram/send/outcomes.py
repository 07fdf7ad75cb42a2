"""Classifies the outcome of a send: sent, not sent (and why), or unknown. Pure."""

from dataclasses import dataclass

from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from bot.telegram.send.session import BrokenAnswer, NotReached, TokenRefused, ended_by


@dataclass(frozen=True, slots=True)
class Sent:
    """It is in the chat under this id."""

    message_id: int


@dataclass(frozen=True, slots=True)
class Flooded:
    """Not sent; the chat must rest for so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class ChatUnreachable:
    """Not sent, and nothing will be: the reader is gone, or the bot may not write there."""

    reason: str


@dataclass(frozen=True, slots=True)
class Missing:
    """Not sent; as far as Telegram says today, there is no such chat or no right to write there.

    For hours of 30 and 31 October 2023 it said so to all bots.
    """

    reason: str


@dataclass(frozen=True, slots=True)
class Moved:
    """Not sent; the group is a supergroup now."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class BadText:
    """Not sent; Telegram does not take this text or its buttons."""

    reason: str


@dataclass(frozen=True, slots=True)
class SendRefused:
    """Not sent, for another reason that a retry does not change."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """Certainly not sent; try again soon."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may be in the chat or not."""

    reason: str


@dataclass(frozen=True, slots=True)
class Revoked:
    """Nothing can be sent at all: the token is refused, or the bot has moved to another server."""

    why: TokenRefused


Outcome = (
    Sent
    | Flooded
    | ChatUnreachable
    | Missing
    | Moved
    | BadText
    | SendRefused
    | NotSent
    | Unknown
    | Revoked
)

NOT_MODIFIED = "message is not modified"
_MISSING = "chat not found"
_GONE = (
    "CHANNEL_PRIVATE",
    "chat_id is empty",
    "PEER_ID_INVALID",
    "user not found",
    "was deactivated",
)
_NO_RIGHT = (
    *("not enough rights", "no rights to send", "need administrator rights", "TOPIC_CLOSED"),
    *("CHAT_WRITE_FORBIDDEN", "CHAT_ADMIN_REQUIRED", "CHAT_RESTRICTED"),
    *("CHAT_SEND_PLAIN_FORBIDDEN", "USER_BANNED_IN_CHANNEL"),
)
"""A 400, though the bot was muted, lost its post as an admin, or was thrown out."""
_TEXT = (
    *("parse", "too long", "entit", "must be non-empty", "message text is empty"),
    *("button_", "inline keyboard", "reply markup", "reply_markup", "url"),
)


def of_error(error: AiogramError) -> Outcome:
    """The outcome that an error of a send stands for."""
    match error:
        case TelegramRetryAfter():
            return Flooded(max(1.0, float(error.retry_after)))
        case TelegramMigrateToChat():
            return Moved(error.migrate_to_chat_id)
        case TelegramUnauthorizedError() | TelegramNotFound():
            return Revoked(ended_by(error))
        case TelegramForbiddenError():
            return ChatUnreachable(_reason(error.message))
        case TelegramBadRequest():
            return _of_bad_request(_reason(error.message))
        case BrokenAnswer():
            return _of_broken(error)
        case _:
            return _of_line(error)


def _of_bad_request(reason: str) -> Outcome:
    if any(words in reason for words in (_MISSING, *_NO_RIGHT)):
        return Missing(reason)
    if any(words in reason for words in _GONE):
        return ChatUnreachable(reason)
    if any(words in reason.lower() for words in _TEXT):
        return BadText(reason)
    return SendRefused(reason)


def _of_broken(error: BrokenAnswer) -> Outcome:
    """A gateway's 4xx went no further; a 5xx or an odd 200 may have."""
    if error.message_id is not None:
        return Sent(error.message_id)
    if 400 <= error.status < 500:
        return NotSent(f"HTTP {error.status}")
    return Unknown(f"HTTP {error.status}")


def _of_line(error: AiogramError) -> Outcome:
    match error:
        case NotReached():
            return NotSent(error.message)
        case TelegramEntityTooLarge():
            return SendRefused("too large")
        case TelegramNetworkError() | TelegramServerError():
            return Unknown(error.message)
        case _:
            return SendRefused(type(error).__name__)


def _reason(message: str) -> str:
    return message.removeprefix("Bad Request: ").removeprefix("Forbidden: ")[:200]
