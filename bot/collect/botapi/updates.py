"""Raw Bot API updates as posts: channel posts, their edits, forwards from channels. Pure."""

import re
from datetime import UTC, datetime

from bot.collect.botapi.message import BadUpdate, RawMessage, field, message_body
from bot.collect.text.channel_ids import bare_id
from bot.model import Channel, Origin, Post, Route
from bot.text import clean

_KINDS = ("channel_post", "edited_channel_post", "message")
# Fields of service messages, https://core.telegram.org/bots/api#message
_SERVICE = re.compile(
    "(?:new|left|delete|group|supergroup|channel|migrate|pinned|connected|write|passport|proximity|"
    "boost|forum|general|video_chat|message_auto|giveaway_created|giveaway_completed|community|"
    "suggested_post_(?!info)|chat_|users?_|checklist_tasks|direct_message_price|paid_message_price|"
    "poll_option|managed|successful|refunded|web_app|gift|unique_gift)\\w*"
)

__all__ = ["BadUpdate", "album_group", "read_post"]


def read_post(update: RawMessage) -> Post | None:
    """The channel post in a raw update, None for an update about anything else.

    A forward from a channel is that channel's post. Raises BadUpdate, and nothing else.
    """
    kind, message = _message(update)
    if message is None:
        return None
    if kind == "message":
        return _forwarded(message)
    return _post(message, _channel(field(message, "chat", dict), "bot"), _origin(message))


def album_group(update: RawMessage) -> str | None:
    """The id that an album's items share, None for a single post; raises BadUpdate."""
    _, message = _message(update)
    group = (message or {}).get("media_group_id")
    return str(group) if isinstance(group, str | int) and group else None


def _message(update: RawMessage) -> tuple[str, RawMessage | None]:
    if not isinstance(update, dict):
        raise BadUpdate(f"an update is {type(update).__name__}, not an object")
    for kind in _KINDS:
        if message := field(update, kind, dict):
            return kind, message
    return "", None


def _forwarded(message: RawMessage) -> Post | None:
    """The channel's post behind a forward; a group's own copy of its channel does not count."""
    origin = field(message, "forward_origin", dict) or _legacy_origin(message)
    if message.get("is_automatic_forward") or (origin or {}).get("type") != "channel":
        return None
    source = origin or {}
    original: RawMessage = {
        **message,
        "message_id": source.get("message_id"),
        "date": source.get("date"),
        "author_signature": source.get("author_signature"),
        "edit_date": None,
        "reply_to_message": None,
    }
    return _post(original, _channel(field(source, "chat", dict), "forward"), None)


def _post(message: RawMessage, channel: Channel, forward: Origin | None) -> Post:
    message_id = field(message, "message_id", int)
    if not message_id or not 0 < message_id < 2**53:
        raise BadUpdate("message_id is missing or no positive number")
    reply = field(message, "reply_to_message", dict) or {}
    edited_at = _moment(message, "edit_date")
    published_at = _moment(message, "date")
    if published_at is None:
        raise BadUpdate("date is missing")
    body = message_body(message)
    return Post(
        channel=channel,
        message_id=message_id,
        published_at=published_at,
        text=body.text,
        links=body.links,
        media=body.media,
        edited=edited_at is not None,
        edited_at=edited_at,
        forward=forward,
        reply_to=field(reply, "message_id", int),
        author=field(message, "author_signature", str),
        service=any(_SERVICE.fullmatch(name) for name in message),
    )


def _channel(chat: RawMessage | None, route: Route) -> Channel:
    chat = chat or {}
    number = field(chat, "id", int)
    if not number:
        raise BadUpdate("chat.id is missing")
    title = clean(field(chat, "title", str) or "")
    handle = field(chat, "username", str) or None
    return Channel(ref=bare_id(number), handle=handle, title=title, route=route)


def _origin(message: RawMessage) -> Origin | None:
    """Where a channel's post was forwarded from; only a channel gives an id."""
    origin = field(message, "forward_origin", dict) or _legacy_origin(message)
    if not origin:
        return None
    user = field(origin, "sender_user", dict) or {}
    chat = field(origin, "chat", dict) or field(origin, "sender_chat", dict) or {}
    names = (
        field(chat, "title", str),
        field(origin, "sender_user_name", str),
        " ".join(filter(None, (field(user, "first_name", str), field(user, "last_name", str)))),
    )
    name = clean(next(filter(None, names), "?"))
    if origin.get("type") != "channel":
        return Origin(name=name)
    channel = _channel(chat, "forward")
    ref = f"@{channel.handle.lower()}" if channel.handle else channel.ref
    return Origin(name=name, channel=ref, message_id=field(origin, "message_id", int))


def _legacy_origin(message: RawMessage) -> RawMessage | None:
    """``forward_origin`` out of the fields that servers before Bot API 7.0 send."""
    date = message.get("forward_date")
    if chat := field(message, "forward_from_chat", dict):
        number = message.get("forward_from_message_id")
        kind = "channel" if number else "chat"
        return {"type": kind, "chat": chat, "message_id": number, "date": date}
    if user := field(message, "forward_from", dict):
        return {"type": "user", "sender_user": user}
    if name := field(message, "forward_sender_name", str):
        return {"type": "hidden_user", "sender_user_name": name}
    return None


def _moment(message: RawMessage, name: str) -> datetime | None:
    """A Unix time in seconds as an instant."""
    seconds = field(message, name, int)
    if not seconds:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise BadUpdate(f"{name} is no Unix time") from error
