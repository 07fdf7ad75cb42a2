"""Rich messages of Bot API 10 and of exports, nested blocks and texts, as pieces. Pure.

The two name alike things differently: ``url``/``text_link``, ``cells``/``rows``, ``expression``/
``formula``; no name means two things, so one reader takes both.
"""

import re
from collections.abc import Iterator

from bot.collect.text.assemble import Piece, mention_url

# https://core.telegram.org/bots/api#richblock , SerializeRichBlock of Telegram Desktop:
# the parts of a block in reading order.
_PARTS = (
    *("label", "title", "summary", "author", "text", "expression", "formula", "source"),
    *("block", "blocks", "items", "rows", "cells", "articles", "description", "buttons"),
    *("caption", "credit"),
)
_BLOCK = re.compile(
    "paragraph|heading|pre|footer|divider|list|list_item|blockquote|pullquote|collage|slideshow|"
    "table|details|photo|video|animation|audio|voice_note|map|quote|author_date|cover|embed|"
    "embed_post|channel|file|related_articles|button_row"
)
# What only blocks have that share their type with a text, or have none.
_BLOCK_MARKS = frozenset(
    {"blocks", "credit", "language", "formula", "content", "cells", "webpage_id"}
)
_CELL = frozenset(
    {"align", "valign", "vertical_align", "is_header", "header", "colspan", "rowspan"}
)
# A file's own names are no words of the author.
_FILES = frozenset({"audio", "voice_note", "video", "file"})
_MEDIA = {
    **{name: name for name in ("photo", "video", "animation", "audio", "sticker")},
    "voice_note": "voice",
    "file": "document",
    "map": "location",
    "input_map": "location",
    # Exports say more of a video or a sound by its ``media_type``.
    "voice_message": "voice",
    "video_message": "video_note",
}
_MAX_DEPTH = 64


class TooDeep(ValueError):
    """A rich message nested beyond any that people write."""


def rich_pieces(
    node: object, depth: int = 0, url: str | None = None, *, code: bool = False
) -> Iterator[Piece]:
    """The text of a rich message, of a block or a text in it; raises TooDeep."""
    if depth > _MAX_DEPTH:
        raise TooDeep(f"rich message nested deeper than {_MAX_DEPTH}")
    if isinstance(node, str):
        yield Piece(node, url, code)
    elif isinstance(node, list):
        for item in node:
            yield from rich_pieces(item, depth + 1, url, code=code)
            if isinstance(item, list):  # a row of a table
                yield Piece("\n")
    elif isinstance(node, dict):
        yield from _of_dict(node, depth, url, code=code)


def _of_dict(
    node: dict[str, object], depth: int, url: str | None, *, code: bool
) -> Iterator[Piece]:
    """An object's parts; unknown types are read by the same part names."""
    kind = str(node.get("type") or "")
    button = node.get("button")
    # A "thinking" block is the placeholder of an unfinished answer, a button without an address
    # an order to a bot: no content.
    if kind == "thinking" or (isinstance(button, dict) and not button.get("url")):
        return
    if kind == "custom_emoji" and "alternative_text" in node:
        yield Piece(str(node["alternative_text"] or ""), url)
        return
    channel = node.get("channel")
    if kind == "channel" and isinstance(channel, dict):
        node = {**channel, "type": kind}
    url = _target(node, kind, depth) or url
    code = code or kind == "pre" or (kind == "code" and "language" in node)
    around = _around(node, kind)
    if around:
        yield Piece(around)
    if _own_address(node):  # of an embedded page, say, that has no words
        yield Piece("", url)
    for part in _PARTS:
        if part in node and not (part == "title" and kind in _FILES):
            yield from rich_pieces(node[part], depth + 1, url, code=code)
            if end := " " if part == "label" else around.strip(" "):
                yield Piece(end)
    if around:
        yield Piece(around)


def _own_address(node: dict[str, object]) -> str:
    """The address that an object is given by its type, empty for none."""
    button = node.get("button")
    address = button.get("url") if isinstance(button, dict) else node.get("href", node.get("url"))
    return address if isinstance(address, str) else ""


def _target(node: dict[str, object], kind: str, depth: int) -> str | None:
    """The address that an object links to; a detected one and a mention are their own words."""
    if address := _own_address(node):
        return address
    name = node.get("username")
    if kind in {"mention", "channel"} and isinstance(name, str):
        return mention_url(name)
    if kind in {"link", "mention"}:
        words = "".join(piece.text for piece in rich_pieces(node.get("text"), depth + 1))
        return mention_url(words) if kind == "mention" else words
    return None


def _around(node: dict[str, object], kind: str) -> str:
    """What sets an object off from its neighbours."""
    if (_BLOCK.fullmatch(kind) or _BLOCK_MARKS & node.keys()) and kind not in {"url", "text_link"}:
        return "\n"
    return " " if _CELL & node.keys() else ""


def rich_media(node: object, depth: int = 0) -> Iterator[str]:
    """Kinds of media in a rich message, in reading order."""
    if isinstance(node, list):
        for item in node:
            yield from rich_media(item, depth + 1)
    elif isinstance(node, dict) and depth <= _MAX_DEPTH:
        kinds = (_MEDIA.get(str(node.get(name))) for name in ("media_type", "type"))
        if kind := next(filter(None, kinds), None):
            yield kind
        for part in ("block", "blocks", "items"):
            yield from rich_media(node.get(part), depth + 1)
