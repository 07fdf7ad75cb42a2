"""Finds message elements of a preview page and the role of each part of them. Pure.

Selectors in SOURCES of t.me/s, 2026.
"""

import re
from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.collect.preview.markup import TEXT
from bot.text import HANDLE

M = "tgme_widget_message_"
MEDIA = {
    f"{M}{name}": kind
    for name, kind in {
        "photo_wrap": "photo",
        "video_player": "video",
        "roundvideo_player": "video_note",
        "voice_player": "voice",
        "document_wrap": "document",
        "sticker_wrap": "sticker",
        "tgsticker": "sticker",
        "videosticker": "sticker",
        "poll": "poll",
        "location_wrap": "location",
        "contact_wrap": "contact",
        "invoice_wrap": "invoice",
        "game_wrap": "game",
        "giveaway_wrap": "giveaway",
        "story_wrap": "story",
    }.items()
}
PLACEHOLDER = ("unsupported",)
"""The media of a post of which a page shows nothing but "open Telegram to view"."""
_ROLES = {
    TEXT: "text",
    f"{M}reply": "reply",
    f"{M}link_preview": "preview",
    f"{M}forwarded_from_name": "forward",
    f"{M}poll_question": "question",
    f"{M}meta": "meta",
    f"{M}views": "views",
    f"{M}inline_button": "button",
    f"{M}reactions": "reactions",
    "message_media_not_supported": "unsupported",
    **dict.fromkeys(MEDIA, "media"),
}
# What stands inside these belongs to somebody else's post, or is no content.
_NOBODYS = "nobody's"
_CLOSED = frozenset({"reply", "preview", "meta", "reactions", _NOBODYS})
_SKIPPED = frozenset({f"{M}user", f"{M}author", f"{M}poll_options"})
# Every class with a role or to skip has "message_" in it; Python looks at few elements.
_MAY_MATTER = '[data-post], [class*="message_"]:not([data-post])'
# Pages were seen whose posts lack the name: data-post="/9404".
_POST = re.compile(rf"(?:({HANDLE})?/)?(\d{{1,12}})", re.ASCII)

MessageParts = dict[str, list[LexborNode]]


class MessageElement(NamedTuple):
    """A message element with the elements that matter by role, in document order.

    ``handle`` is empty where the page leaves it out.
    """

    handle: str
    message_id: int
    node: LexborNode
    parts: MessageParts


def find_messages(tree: LexborHTMLParser) -> list[MessageElement]:
    """The messages of a page in document order, without parts of messages inside them.

    Looks at each element once, whatever the nesting: a message in a message costs no second walk.
    """
    found: list[MessageElement] = []
    owners: dict[int, MessageParts | None] = {}
    for node in tree.css(_MAY_MATTER):
        given = node.attributes
        if name := given.get("data-post"):
            own: MessageParts = defaultdict(list)
            owners[node.mem_id] = own
            match = _POST.fullmatch(name)
            if match and int(match[2]) > 0:
                found.append(MessageElement(match[1] or "", int(match[2]), node, own))
            continue
        role = _role(given.get("class") or "")
        if role and role != _NOBODYS and (parts := _owner(node, owners)) is not None:
            parts[role].append(node)
        if role in _CLOSED:
            owners[node.mem_id] = None
    return found


@lru_cache(maxsize=1024)
def _role(class_names: str) -> str | None:
    names = class_names.split()
    if not _SKIPPED.isdisjoint(names):
        return _NOBODYS
    role = next((_ROLES[name] for name in names if name in _ROLES), None)
    return _NOBODYS if role == "text" and "js-message_reply_text" in names else role


def _owner(node: LexborNode, owners: dict[int, MessageParts | None]) -> MessageParts | None:
    """The parts of the message round an element, None outside of any and inside a closed part.

    Remembers the answer for all elements on the way up.
    """
    above: LexborNode | None = node
    way = []
    while above is not None and (number := above.mem_id) not in owners:
        way.append(number)
        above = above.parent
    owner = owners[above.mem_id] if above is not None else None
    owners.update(dict.fromkeys(way, owner))
    return owner
