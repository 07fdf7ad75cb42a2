"""Telegram's post HTML as pieces of text: breaks, emoji, hidden links. Pure."""

import re
from collections.abc import Iterator, Sequence

from selectolax.lexbor import LexborNode

from bot.collect.body import Piece
from bot.text import clean

TEXT = "tgme_widget_message_text"

_SPACE = re.compile(r"[ \t\r\n\f]+")
_BLOCKS = frozenset({"blockquote", "pre", "div", "p", "ul", "ol", "li", "tr", "h1", "h2", "h3"})
_HIDDEN = frozenset({"script", "style", "svg", "template", "title"})


def classes(node: LexborNode) -> frozenset[str]:
    """Class names of an element."""
    return frozenset(attribute(node, "class").split())


def attribute(node: LexborNode, name: str) -> str:
    """An attribute's value, empty where it is absent."""
    return node.attributes.get(name) or ""


def pieces(root: LexborNode) -> Iterator[Piece]:
    """The text under an element in reading order, with the address that each run links to.

    Leaves out text elements nested in it. Walks without recursion: pages may nest without end.
    """
    top = root.mem_id  # == of two nodes compares their whole HTML
    stack: list[tuple[LexborNode | str, str | None, bool]] = [(root, None, False)]
    while stack:
        node, url, pre = stack.pop()
        if isinstance(node, str):
            yield Piece(node, url)
            continue
        if node.is_text_node:
            text = node.text_content or ""
            if not pre and ("  " in text or not text.isprintable()):
                text = _SPACE.sub(" ", text)
            yield Piece(text, url)
            continue
        tag = node.tag or ""
        if tag == "a":
            url = attribute(node, "href") or None
        pre = pre or tag == "pre"
        inside = _inside(node, tag, nested=node.mem_id != top)
        stack += [(inner, url, pre) for inner in reversed(inside)]


def text_of(node: LexborNode | None) -> str:
    """The text of an element on one line, empty where there is none."""
    return " ".join(clean("".join(p.text for p in pieces(node))).split()) if node else ""


def _inside(node: LexborNode, tag: str, *, nested: bool) -> Sequence[LexborNode | str]:
    """What an element reads as: its children, with breaks round a block."""
    if not node.is_element_node or tag in _HIDDEN:
        return ()
    if tag == "br":
        return ("\n",)
    if tag == "img":
        return (attribute(node, "alt"),) if "emoji" in classes(node) else ()
    if nested and tag in _BLOCKS:
        return () if TEXT in classes(node) else ("\n", *_children(node), "\n")
    return () if nested and TEXT in classes(node) else _children(node)


def _children(node: LexborNode) -> list[LexborNode | str]:
    return list(node.iter(include_text=True))
