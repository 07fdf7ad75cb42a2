"""The public preview page ``t.me/s/<channel>`` as posts. Pure: takes HTML, whole, cut or alien."""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

from bot.collect.preview.bounds import bounded_html
from bot.collect.preview.elements import MessageElement, find_messages
from bot.collect.preview.markup import attribute, markup_pieces, text_of
from bot.collect.preview.message import read_block, read_count, view_id
from bot.model import Channel, Post, Value
from bot.text import HANDLE, clean, squeeze

# Where a page names its channel beside its header, with the attribute that does.
_NAMED_BY = {
    "main[data-url]": "data-url",
    'link[rel="canonical"]': "href",
    'link[rel="prev"]': "href",
    ".tgme_channel_info_header_username a": "href",
    "a.tgme_widget_message_owner_name": "href",
}
_NAME = re.compile(rf"(?:https?://t\.me)?[@/]?(?:s/)?({HANDLE})/?(?:\?[^/]*)?", re.ASCII)


class PreviewPage(Value):
    """A preview page.

    ``posts`` stand as on the page, oldest first. ``before`` is the cursor to older ones, None on
    the last page. ``blocks`` counts message elements, readable or not; ``no_posts`` is True where
    the page itself says that there is nothing.
    """

    channel: Channel | None = None
    description: str = ""
    subscribers: int | None = None
    posts: tuple[Post, ...] = ()
    before: int | None = None
    blocks: int = 0
    no_posts: bool = False


def parse_html(html: bytes | str) -> LexborHTMLParser:
    """A tree of any input: bytes are UTF-8, broken characters are replaced, markup is bounded."""
    text = html if isinstance(html, str) else html.decode("utf-8", "replace")
    data = text.encode("utf-8", "replace").removeprefix(BOM_UTF8).replace(b"\0", b"")
    return LexborHTMLParser(bounded_html(data.removeprefix(BOM_UTF8)) or b" ")


def parse_page(html: bytes | str, handle: str = "") -> PreviewPage:
    """What a preview page or a fragment of one says; an alien page is an empty ``PreviewPage``.

    ``handle`` is the name that was asked for, for a page that leaves it out.
    """
    tree = parse_html(html)
    messages = find_messages(tree)
    channel = _header(tree, messages, handle)
    posts = _posts(messages, channel) if channel else ()
    return PreviewPage(
        channel=channel,
        description=_description(tree),
        subscribers=_subscribers(tree),
        posts=posts,
        before=_before(tree),
        blocks=len(messages),
        no_posts=tree.css_first(".tgme_no_messages_found") is not None,
    )


def _posts(messages: list[MessageElement], channel: Channel) -> tuple[Post, ...]:
    """Readable posts of the page's own channel, in order, each id once."""
    found: dict[int, Post] = {}
    handle = (channel.handle or "").lower()
    for message in messages:
        own = message.handle.lower() in {"", handle} and message.message_id not in found
        if own and (post := read_block(message, channel)):
            found[message.message_id] = post
    return tuple(found.values())


def _header(tree: LexborHTMLParser, messages: list[MessageElement], asked: str) -> Channel | None:
    """The channel of the page, by the spelling of its posts and the id in any of them."""
    handle = next(_handles(tree, messages), asked if messages else "")
    if not handle:
        return None
    ids = (view_id(message.node) for message in messages)
    ref = next((number for number in ids if number), f"@{handle.lower()}")
    return Channel(ref=ref, handle=handle, title=_title(tree))


def _handles(tree: LexborHTMLParser, messages: list[MessageElement]) -> Iterator[str]:
    yield from (message.handle for message in messages if message.handle)
    yield from _named(text_of(tree.css_first(".tgme_channel_info_header_username")))
    for selector, name in _NAMED_BY.items():
        if node := tree.css_first(selector):
            yield from _named(attribute(node, name))


def _named(text: str) -> Iterator[str]:
    """The name in ``@name``, ``/name`` or an address of the channel."""
    if found := _NAME.fullmatch(text.strip()):
        yield found[1]


def _title(tree: LexborHTMLParser) -> str:
    for selector in (".tgme_channel_info_header_title", ".tgme_widget_message_owner_name"):
        if title := text_of(tree.css_first(selector)):
            return title
    meta = tree.css_first('meta[property="og:title"]')
    return squeeze(clean(attribute(meta, "content"))) if meta else ""


def _description(tree: LexborHTMLParser) -> str:
    node = tree.css_first(".tgme_channel_info_description")
    return squeeze(clean("".join(piece.text for piece in markup_pieces(node)))) if node else ""


def _subscribers(tree: LexborHTMLParser) -> int | None:
    for counter in tree.css(".tgme_channel_info_counter"):
        if text_of(counter.css_first(".counter_type")).startswith("subscriber"):
            return read_count(text_of(counter.css_first(".counter_value")))
    return None


def _before(tree: LexborHTMLParser) -> int | None:
    """The cursor of the link to older posts; ``rel=canonical`` is the page itself: a loop."""
    more = tree.css_first("a.tme_messages_more[data-before], a.js-messages_more[data-before]")
    prev = tree.css_first('link[rel="prev"]')
    text = attribute(more, "data-before") if more else ""
    if not text and prev and (found := re.search(r"[?&]before=(\d+)", attribute(prev, "href"))):
        text = found[1]
    return int(text) if re.fullmatch(r"\d{1,12}", text, re.ASCII) else None
