"""A message that a reader forwards, as a post: a channel's own, or anybody's words. Pure."""

import hashlib
from datetime import UTC, datetime

from bot.collect.botapi.message import RawMessage, field, message_body
from bot.collect.botapi.updates import read_post
from bot.model import Channel, Origin, Post
from bot.model.post import ASIDE
from bot.text import clean


def read_forward(update: RawMessage) -> Post | None:
    """The post in a forwarded message; None for a message that is no forward.

    Words of a person, a group or a hidden author make a post aside, named by all it says. Raises
    BadUpdate.
    """
    if (post := read_post(update)) is not None:
        return post
    message = field(update, "message", dict) or {}
    origin = field(message, "forward_origin", dict)
    if origin is None or origin.get("type") == "channel":
        return None
    body = message_body(message)
    said = "\0".join((body.text, *(link.url for link in body.links)))
    token = hashlib.sha256(said.encode(errors="replace")).hexdigest()[:16]
    name = _name(origin)
    seconds = field(origin, "date", int) or field(message, "date", int) or 0
    return Post(
        channel=Channel(ref=f"{ASIDE}{token}", title=name, route="forward"),
        message_id=1,
        published_at=datetime.fromtimestamp(max(seconds, 0) % 2**33, UTC),
        text=body.text,
        links=body.links,
        media=body.media,
        forward=Origin(name=name),
    )


def set_aside(post: Post) -> Post:
    """The post of a channel that is no source, for one reader alone."""
    ref = f"{ASIDE}{post.channel.ref}"
    return post.model_copy(
        update={"channel": post.channel.model_copy(update={"ref": ref, "route": "forward"})}
    )


def _name(origin: RawMessage) -> str:
    """Where the words come from: a group's title; people stay unnamed."""
    chat = field(origin, "sender_chat", dict) or {}
    return clean(field(chat, "title", str) or "") or "…"
