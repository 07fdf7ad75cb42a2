"""Rich messages (Bot API 10): nested blocks and texts as pieces, whatever their type. Pure."""

import re
from collections.abc import Iterator

from bot.collect.text.assemble import Piece, mention_url

# https://core.telegram.org/bots/api#richblock : the parts of a block in reading order.
_PARTS = (
    "label",
    "summary",
    "text",
    "expression",
    "blocks",
    "items",
    "cells",
    "caption",
    "credit",
)
_BLOCK = re.compile(
    "paragraph|heading|pre|footer|divider|list|list_item|blockquote|pullquote|collage|slideshow|"
    "table|details|photo|video|animation|audio|voice_note|map"
)
_CELL = frozenset({"align", "valign", "is_header", "colspan", "rowspan"})
_MEDIA = ("photo", "video", "animation", "audio", "voice_note")
_MAX_DEPTH = 64


class TooDeep(ValueError):
    """A rich message nested beyond any that people write."""


def rich_pieces(node: object, depth: int = 0, url: str | None = None) -> Iterator[Piece]:
    """The text of a RichMessage, RichBlock or RichText; raises TooDeep."""
    if depth > _MAX_DEPTH:
        raise TooDeep(f"rich message nested deeper than {_MAX_DEPTH}")
    if isinstance(node, str):
        yield Piece(node, url)
    elif isinstance(node, list):
        for item in node:
            yield from rich_pieces(item, depth + 1, url)
    elif isinstance(node, dict):
        yield from _of_dict(node, depth, url)


def _of_dict(node: dict[str, object], depth: int, url: str | None) -> Iterator[Piece]:
    """An object's parts; unknown types are read by the same part names."""
    kind = str(node.get("type") or "")
    # A "thinking" block is the placeholder of an unfinished answer, not content.
    if kind == "thinking":
        return
    if kind == "custom_emoji":
        yield Piece(str(node.get("alternative_text") or ""), url)
        return
    if kind == "url" and isinstance(node.get("url"), str):
        url = str(node["url"])
    elif kind == "mention" and isinstance(node.get("username"), str):
        url = mention_url(str(node["username"]))
    around = _around(node, kind)
    yield Piece(around)
    for part in _PARTS:
        if part in node:
            yield from rich_pieces(node[part], depth + 1, url)
            yield Piece(" " if part == "label" else "\n" if around else "")
    yield Piece(around)


def _around(node: dict[str, object], kind: str) -> str:
    """What sets an object off from its neighbours."""
    if _BLOCK.fullmatch(kind) or "blocks" in node or "credit" in node:
        return "\n"
    return " " if _CELL & node.keys() else ""


def rich_media(node: object, depth: int = 0) -> Iterator[str]:
    """Kinds of media in a rich message, in reading order."""
    if isinstance(node, list):
        for item in node:
            yield from rich_media(item, depth + 1)
    elif isinstance(node, dict) and depth <= _MAX_DEPTH:
        if node.get("type") in _MEDIA:
            yield "voice" if node["type"] == "voice_note" else str(node["type"])
        for part in ("blocks", "items"):
            yield from rich_media(node.get(part), depth + 1)
