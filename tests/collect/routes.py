"""One invented post as each of the four routes would bring it."""

import io
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from bot.collect.botapi.updates import read_post
from bot.collect.export.reader import read_export
from bot.collect.preview.page import parse_page
from bot.model import Post
from bot.store import Store, keys
from tests.fakes.pages import Written, page

HANDLE, NUMBER = "demo_watched", 1_234_567
CHAT = {"id": -(10**12 + NUMBER), "type": "channel", "title": "Invented", "username": HANDLE}
PAPER = "https://arxiv.org/abs/2301.11163"


@dataclass(frozen=True)
class Version:
    """What the channel shows of a post from an instant on; ``edited`` is None for the first."""

    words: str
    published: datetime
    edited: datetime | None = None
    message_id: int = 7


def update(version: Version, **fields: Any) -> dict[str, Any]:
    """The raw update of a version: a channel_post, or an edited one."""
    length = len(version.words)
    message = {
        "message_id": version.message_id,
        "chat": CHAT,
        "date": int(version.published.timestamp()),
        "text": f"{version.words} paper",
        "entities": [{"type": "text_link", "offset": length + 1, "length": 5, "url": PAPER}],
        **fields,
    }
    if version.edited:
        message["edit_date"] = int(version.edited.timestamp())
    return {"update_id": 1, "edited_channel_post" if version.edited else "channel_post": message}


def by_bot(version: Version) -> Post:
    """As the bot gets it where it is admin."""
    return _one(read_post(update(version)))


def by_forward(version: Version) -> Post:
    """As a reader forwards it."""
    [message] = [value for value in update(version).values() if isinstance(value, dict)]
    origin = {
        "type": "channel",
        "chat": CHAT,
        "message_id": version.message_id,
        "date": message["date"],
    }
    person = {"id": 5, "type": "private", "first_name": "Ann"}
    message |= {"chat": person, "from": person, "message_id": 99, "forward_origin": origin}
    message.pop("edit_date", None)
    return _one(read_post({"update_id": 1, "message": message}))


def by_preview(version: Version) -> Post:
    """As the public page shows it."""
    html = f'{version.words} <a href="{PAPER}">paper</a>'
    edited = version.edited is not None
    shown = Written(version.message_id, html, version.published, edited=edited)
    return parse_page(page(HANDLE, [shown], channel_id=NUMBER)).posts[0]


def by_export(version: Version) -> Post:
    """As an export holds it that was made while this version stood."""
    runs = [
        {"type": "plain", "text": f"{version.words} "},
        {"type": "text_link", "text": "paper", "href": PAPER},
    ]
    message: dict[str, Any] = {
        "id": version.message_id,
        "type": "message",
        "date_unixtime": str(int(version.published.timestamp())),
        "text_entities": runs,
    }
    if version.edited:
        message["edited_unixtime"] = str(int(version.edited.timestamp()))
    chat = {"name": "Invented", "type": "public_channel", "id": NUMBER, "messages": [message]}
    [post] = read_export(io.BytesIO(json.dumps(chat).encode()), HANDLE)
    return _one(post)


ROUTES = {"bot": by_bot, "forward": by_forward, "preview": by_preview, "import": by_export}


async def work(store: Store) -> list[dict[str, str]]:
    """The fields of all that waits for the analyst."""
    rows = cast("list[tuple[str, dict[str, str]]]", await store.redis.xrange(keys.POSTS))
    return [fields for _, fields in rows]


def _one(post: object) -> Post:
    assert isinstance(post, Post)
    return post
