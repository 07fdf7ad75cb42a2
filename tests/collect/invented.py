"""Invented updates for tests."""

from typing import Any

from bot.collect.botapi.updates import read_post
from bot.model import Post

Json = dict[str, Any]
CHAT = {"id": -1001234567890, "type": "channel", "title": "Odd Lab", "username": "Odd_Lab"}


def update(kind: str = "channel_post", **fields: object) -> Json:
    """An invented update."""
    return {
        "update_id": 1,
        kind: {"message_id": 5, "date": 1_790_000_000, "chat": CHAT, **fields},
    }


def post(**fields: Any) -> Post:
    """The post of an invented channel_post."""
    found = read_post(update(**fields))
    assert found is not None
    return found
