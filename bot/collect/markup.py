"""Telegram's post HTML as pieces of text: breaks, emoji, hidden links. Pure."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from bot.collect.body import Piece
from bot.text import clean

TEXT = "tgme_widget_message_text"

_SPACE = re.compile(r"[ \t\r\n\f]+")
_BLOCKS = frozenset({"blockquote", "pre", "div", "p", "ul", "ol", "li", "tr", "h1", "h2", "h3"})
_HIDDEN = frozenset({"script", "style", "svg", "template", "title"})


def classes(node: LexborNode) -> frozenset[str]:
    """Class names of an element."""
    return frozenset((node.attributes.get("class") or "").split())


def attribute(node: LexborNode, name: str) -> str:
    """An attribute's value, empty where it is absent."""
    return node.attributes.get(name) or ""


def pieces(root: LexborNode) -> Iterator[Piece]:
    """The text under an element in reading order, with the address that each run links to.

    Leaves out text elements nested in it. Walks without recursion: pages may nest without end.
    """
    stack: list[tuple[LexborNode | str, str | None, bool]] = [(root, None, False)]
    while stack:
        node, url, pre = stack.pop()
        if isinstance(node, str):
            yield Piece(node, url)
            continue
        if node.is_text_node:
            text = node.text_content or ""
            yield Piece(text if pre else _SPACE.sub(" ", text), url)
            continue
        tag = node.tag or ""
        if tag == "a":
            url = attribute(node, "href") or None
        stack.extend((inner, url, pre or tag == "pre") for inner in reversed(_inside(node, root)))


def text_of(node: LexborNode | None) -> str:
    """The text of an element on one line, empty where there is none."""
    return " ".join(clean("".join(p.text for p in pieces(node))).split()) if node else ""


def _inside(node: LexborNode, root: LexborNode) -> list[LexborNode | str]:
    """What an element reads as: its children, with breaks round a block."""
    tag = node.tag or ""
    if not node.is_element_node or tag in _HIDDEN:
        return []
    if tag == "br":
        return ["\n"]
    if tag == "img":
        return [attribute(node, "alt")] if "emoji" in classes(node) else []
    if node != root and TEXT in classes(node):
        return []
    children: list[LexborNode | str] = list(node.iter(include_text=True))
    return ["\n", *children, "\n"] if tag in _BLOCKS and node != root else children
