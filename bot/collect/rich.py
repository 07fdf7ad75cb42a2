"""Rich messages (Bot API 10): nested blocks and texts as pieces, whatever their type. Pure."""

from collections.abc import Iterator

from bot.collect.body import Piece, mention_url

# https://core.telegram.org/bots/api#richblock : the parts of a block in reading order.
_PARTS = ("label", "summary", "text", "expression", "blocks", "items", "cells", "caption", "credit")
_INLINE = frozenset(
    "bold italic underline strikethrough spoiler date_time text_mention subscript superscript marked"
    " code custom_emoji mathematical_expression url email_address phone_number bank_card_number"
    " mention hashtag cashtag bot_command anchor anchor_link reference reference_link".split()
)
MEDIA = ("photo", "video", "animation", "audio", "voice_note")
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


def rich_media(node: object, depth: int = 0) -> Iterator[str]:
    """Kinds of media in a rich message, in reading order."""
    if isinstance(node, list):
        for item in node:
            yield from rich_media(item, depth + 1)
    elif isinstance(node, dict) and depth <= _MAX_DEPTH:
        if node.get("type") in MEDIA:
            yield "voice" if node["type"] == "voice_note" else str(node["type"])
        for part in ("blocks", "items"):
            yield from rich_media(node.get(part), depth + 1)
