"""One message element of a preview page as a post. Pure."""

import base64
import binascii
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime

from selectolax.lexbor import LexborNode

from bot.collect.preview.elements import MEDIA, PLACEHOLDER, M, MessageElement, MessageParts
from bot.collect.preview.markup import attribute, classes, markup_pieces, text_of
from bot.collect.text.assemble import Piece, assemble
from bot.collect.text.channel_ids import bare_id, post_at
from bot.collect.text.links import canonical, make_link, unique
from bot.model import Channel, Link, Origin, Post, Preview
from bot.text import normalise

_UNITS = {"": 1, "K": 1_000, "M": 1_000_000, "B": 1_000_000_000}
_REACTION, _PAID = "tgme_reaction", "tgme_reaction_paid"
_MOST = 10**12  # nobody counts more, and a database holds no number of any size


def view_id(block: LexborNode) -> str | None:
    """The bare channel id in ``data-view``, unpadded base64url JSON ``{"c":-149…,"p":…}``."""
    packed = attribute(block, "data-view")
    try:
        fields = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None
    number = fields.get("c") if isinstance(fields, dict) else None
    return bare_id(number) if type(number) is int and number else None


def read_count(text: str) -> int | None:
    """A count as pages round it, ``1.67K`` or ``11 286``; None where it is none."""
    found = re.fullmatch(r"(\d{1,15}(?:\.\d{1,3})?)([KMB]?)", re.sub(r"[\s,]", "", text))
    count = round(float(found[1]) * _UNITS[found[2]]) if found else None
    return count if count is None or count <= _MOST else None


def read_block(message: MessageElement, channel: Channel) -> Post | None:
    """The post of a message element; None where it is cut before its date, which comes last."""
    parts = message.parts
    published_at = _date(parts)
    if published_at is None:
        return None
    service = "service_message" in classes(message.node)
    card = _preview(parts)
    text, links = _body(parts, card)
    return Post(
        channel=channel,
        message_id=message.message_id,
        published_at=published_at,
        text=text,
        links=() if service else links,
        media=_media(parts, text),
        album=_album(parts),
        edited=_edited(parts),
        forward=_forward(parts),
        reply_to=_reply(parts, channel),
        author=_author(parts),
        preview=card,
        views=_views(parts),
        reactions=_reactions(parts),
        service=service,
    )


def _body(parts: MessageParts, card: Preview | None) -> tuple[str, tuple[Link, ...]]:
    """Text and links; a text element repeated beside or inside another counts once."""
    bodies: list[list[Piece]] = []
    for node in parts["text"] + parts["question"]:
        body = markup_pieces(node)
        if not any(_holds(known, body) for known in bodies):
            bodies = [known for known in bodies if not _holds(body, known)] + [body]
    text, links = assemble(piece for body in bodies for piece in (*body, Piece("\n\n")))
    return text, unique([*links, *_extra(parts, card)])


def _holds(body: list[Piece], other: list[Piece]) -> bool:
    outer, inner = ("".join(piece.text for piece in part) for part in (body, other))
    return normalise(inner) in normalise(outer)


def _extra(parts: MessageParts, card: Preview | None) -> Iterator[Link]:
    """Links outside the text: of buttons, of the attached page card."""
    buttons = (node for node in parts["button"] if _opens(node))
    found = [make_link(attribute(node, "href"), text_of(node)) for node in buttons]
    yield from (link for link in found if link)
    if card and (link := make_link(card.url)):
        yield link


def _opens(button: LexborNode) -> bool:
    """True for a button with an address; all others lead to the post itself."""
    kinds = {name for name in classes(button) if name.endswith("_button")} - {f"{M}inline_button"}
    return kinds <= {"url_button"}


def _date(parts: MessageParts) -> datetime | None:
    for meta in parts["meta"]:
        stamps = (node for node in meta.traverse() if node.tag == "time")
        for stamp in stamps:
            try:
                moment = datetime.fromisoformat(attribute(stamp, "datetime"))
                return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
            except (ValueError, OverflowError):
                continue
    return None


def _edited(parts: MessageParts) -> bool:
    """True where the meta line has words of its own beside signature and date ("edited")."""
    words = (
        child.text_content or ""
        for meta in parts["meta"]
        for child in meta.iter(include_text=True)
        if child.is_text_node
    )
    return any(char.isalpha() for char in "".join(words))


def _author(parts: MessageParts) -> str | None:
    nodes = (meta.css_first(f".{M}from_author") for meta in parts["meta"])
    return next((name for node in nodes if (name := text_of(node))), None)


def _media(parts: MessageParts, text: str) -> tuple[str, ...]:
    kinds = tuple(_kind(node) for node in parts["media"])
    return kinds or (PLACEHOLDER if parts["unsupported"] and not text else ())


def _kind(node: LexborNode) -> str:
    kind = next(MEDIA[name] for name in classes(node) if name in MEDIA)
    audio = kind == "document" and node.css_first(f".{M}document_icon.audio")
    return "audio" if audio else kind


def _album(parts: MessageParts) -> tuple[int, ...]:
    """Ids of an album's items: only their links know them (``…/3584?single``)."""
    hrefs = (attribute(node, "href") for node in parts["media"])
    found = (re.search(r"/(\d{1,12})\?single", href) for href in hrefs)
    return tuple(dict.fromkeys(int(match[1]) for match in found if match))


def _forward(parts: MessageParts) -> Origin | None:
    """Where the post came from; a hidden or private source is a ``<span>`` with a name only."""
    if not parts["forward"]:
        return None
    node = parts["forward"][0]
    channel, number = post_at(attribute(node, "href")) or ("", None)
    return Origin(
        name=text_of(node), channel=channel or None, message_id=number if channel else None
    )


def _reply(parts: MessageParts, channel: Channel) -> int | None:
    """The post of the same channel that this one answers."""
    for node in parts["reply"]:
        answered = post_at(attribute(node, "href"))
        if answered and answered[0] in {"", channel.ref, f"@{(channel.handle or '').lower()}"}:
            return answered[1]
    return None


def _preview(parts: MessageParts) -> Preview | None:
    for node in parts["preview"]:
        if url := canonical(attribute(node, "href")):
            site, title, description = (
                text_of(node.css_first(f".link_preview_{name}"))
                for name in ("site_name", "title", "description")
            )
            return Preview(url=url, site=site, title=title, description=description)
    return None


def _views(parts: MessageParts) -> int | None:
    return read_count(text_of(parts["views"][0])) if parts["views"] else None


def _reactions(parts: MessageParts) -> int:
    """How many people reacted; stars are left out, of which one pays for many.

    A count stands behind its emoji: a picture with the character inside, or one of the channel's
    own, which has none.
    """
    each = (node for around in parts["reactions"] for node in around.iter())
    people = (
        node for node in each if _REACTION in (kinds := classes(node)) and _PAID not in kinds
    )
    return sum(read_count(_last_text(node)) or 0 for node in people)


def _last_text(node: LexborNode) -> str:
    """The last words in an element: mostly its last child."""
    last = node.last_child
    if last is not None and last.is_text_node:
        return last.text_content or ""
    inner = (child for child in node.traverse(include_text=True) if child.is_text_node)
    return ([child.text_content or "" for child in inner] or [""])[-1]
