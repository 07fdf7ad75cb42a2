"""Telegram's post HTML as pieces of text: breaks, emoji, hidden links. Pure."""

import re

from selectolax.lexbor import LexborNode

from bot.collect.text.assemble import Piece, unescape
from bot.text import clean

TEXT = "tgme_widget_message_text"

_SPACE = re.compile(r"[ \t\r\n\f]+")
_BLOCKS = frozenset(
    {
        *("blockquote", "pre", "div", "p", "ul", "ol", "li", "dl", "dt", "dd", "hr", "section"),
        *(
            "table",
            "caption",
            "thead",
            "tbody",
            "tr",
            "details",
            "summary",
            "figure",
            "figcaption",
        ),
        *("h1", "h2", "h3", "h4", "h5", "h6", "article", "aside", "header", "footer"),
    }
)
_CELLS = frozenset({"td", "th"})
_HIDDEN = frozenset({"script", "style", "svg", "template", "title"})


# An element or a text to read, the address that it links to, whether white space counts.
_Step = tuple[LexborNode | str, str | None, bool]


def classes(node: LexborNode) -> frozenset[str]:
    """Class names of an element."""
    return frozenset(attribute(node, "class").split())


def attribute(node: LexborNode, name: str) -> str:
    """An attribute's value, empty where it is absent."""
    return node.attributes.get(name) or ""


def markup_pieces(root: LexborNode) -> list[Piece]:
    """The text under an element in reading order, cut where its link or its being code changes.

    Leaves out text elements nested in it. Walks without recursion: pages may nest without end.
    """
    found: list[Piece] = []
    run: list[str] = []
    kind: tuple[str | None, bool] = (None, False)
    nested = False
    stack: list[_Step] = [(root, None, False)]
    while stack:
        node, url, pre = stack.pop()
        if isinstance(node, str):
            text = node
        elif node.is_text_node:
            text = _words(node, pre=pre)
        elif node.tag == "br":
            text = "\n"
        else:
            stack += _inside(node, url, pre=pre, nested=nested)
            nested = True
            continue
        if (url, pre) != kind:
            found.append(Piece("".join(run), *kind))
            run, kind = [], (url, pre)
        run.append(text)
    return [*found, Piece("".join(run), *kind)]


def text_of(node: LexborNode | None) -> str:
    """The text of an element on one line, empty where there is none."""
    text = "".join(p.text for p in markup_pieces(node)) if node else ""
    return " ".join(clean(unescape(text)).split())


def _words(node: LexborNode, *, pre: bool) -> str:
    text = node.text_content or ""
    return text if pre or (text.isprintable() and "  " not in text) else _SPACE.sub(" ", text)


def _inside(node: LexborNode, url: str | None, *, pre: bool, nested: bool) -> list[_Step]:
    """What an element reads as, the last first: its children, with breaks round a block."""
    tag = node.tag
    if not node.is_element_node or tag in _HIDDEN:
        return []
    given = node.attributes
    names = given.get("class") or ""
    if tag == "img":
        return [(given.get("alt") or "", url, pre)] if "emoji" in names.split() else []
    if nested and TEXT in names and TEXT in names.split():
        return []
    if tag == "a":
        url = given.get("href") or None
    # Code of several lines may be marked as code within a line.
    pre = pre or tag == "pre" or (tag == "code" and node.css_first("br") is not None)
    steps: list[_Step] = [(inner, url, pre) for inner in node.iter(include_text=True)]
    steps.reverse()
    if nested and (tag in _BLOCKS or tag in _CELLS):
        around = "\n" if tag in _BLOCKS else " "
        return [(around, url, pre), *steps, (around, url, pre)]
    return steps
