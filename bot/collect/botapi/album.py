"""An album's items as one post. Pure."""

from collections.abc import Sequence
from itertools import chain

from bot.collect.text.links import unique
from bot.model import Post
from bot.text import normalise


def merge_album(parts: Sequence[Post]) -> Post:
    """One post of an album's items in any order, re-sent or edited ones last; ValueError if none.

    Its id is the first item's, as on preview pages; texts are joined, repeated ones once.
    """
    if not parts:
        raise ValueError("an album has at least one item")
    latest = {part.message_id: part for part in parts}
    items = [latest[number] for number in sorted(latest)]
    edits = [item.edited_at for item in items if item.edited_at]
    return items[0].model_copy(
        update={
            "text": "\n\n".join(_distinct([item.text for item in items])),
            "links": unique(chain.from_iterable(item.links for item in items)),
            "media": tuple(chain.from_iterable(item.media for item in items)),
            "album": tuple(item.message_id for item in items),
            "edited": any(item.edited for item in items),
            "edited_at": max(edits, default=None),
            "forward": next((item.forward for item in items if item.forward), None),
            "reply_to": next((item.reply_to for item in items if item.reply_to), None),
            "author": next((item.author for item in items if item.author), None),
        }
    )


def _distinct(texts: list[str]) -> list[str]:
    found: dict[str, str] = {}
    for text in filter(None, texts):
        found.setdefault(normalise(text), text)
    return list(found.values())
