"""A post's body put together from pieces of text, some of which carry an address. Pure."""

import html
import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from bot.collect.text.links import links_in_text, make_link, unique
from bot.collect.text.urls import trim
from bot.model import Link
from bot.text import clean, squeeze

# White space of code that is to stay: indentation and columns.
_LAYOUT = re.compile(r"^ +|(?<=\S) {2,}(?=\S)", re.MULTILINE)
# The name or number is asked for with its semicolon: addresses hold ``&copy=``.
_REFERENCE = re.compile(
    r"&(?:amp;)*(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
)
# Stands for a space of code meanwhile: a code point that no text may hold.
_FIXED = "\ufdd0"


class Piece(NamedTuple):
    """A run of text; ``url`` is the address that it links to, as found.

    ``code`` is a block of it, whose indentation stays.
    """

    text: str
    url: str | None = None
    code: bool = False


def mention_url(name: str) -> str:
    """The address of ``@name``."""
    return f"https://t.me/{name.strip().removeprefix('@')}"


def assemble(pieces: Iterable[Piece]) -> tuple[str, tuple[Link, ...]]:
    """The plain text and the links, each once, in the order in which they stand."""
    pieces = list(pieces)
    runs = groupby(pieces, key=lambda piece: piece.code)
    whole = "".join(_run("".join(piece.text for piece in run), code=code) for code, run in runs)
    return squeeze(clean(whole)).replace(_FIXED, " "), unique(_links(pieces))


def unescape(text: str) -> str:
    """The characters for references such as ``&#39;`` or ``&amp;quot;`` that stand in a text.

    Feeds that are posted by programs are escaped once too often: no page shows them otherwise.
    """
    if "&" not in text:
        return text
    return _REFERENCE.sub(lambda found: html.unescape(f"&{found[1]};"), text)


def _run(text: str, *, code: bool) -> str:
    return _laid_out(text) if code else unescape(text)


def _laid_out(code: str) -> str:
    """Code whose indentation and columns survive the folding of spaces."""
    return _LAYOUT.sub(lambda found: _FIXED * len(found[0]), code.expandtabs(4))


def _links(pieces: list[Piece]) -> Iterator[Link]:
    # Formatting cuts one address or word into several pieces: join what has the same address.
    for url, run in groupby(pieces, key=lambda piece: piece.url):
        words = "".join(piece.text if piece.code else unescape(piece.text) for piece in run)
        if url is None:
            yield from links_in_text(clean(words))
            continue
        link = make_link(url, words)
        if link:
            yield link
        if _shown(url) == _shown(words):
            # Telegram's detector takes in what is glued to an address, even another address.
            yield from links_in_text(clean(words[len(trim(words)) :] if link else words))


def _shown(url: str) -> str:
    """An address without what Telegram adds to a detected one: a scheme, a closing slash."""
    return url.strip().removeprefix("http://").removeprefix("https://").rstrip("/")
