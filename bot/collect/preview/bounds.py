"""Cuts HTML that would cost the parser more than linear time. Pure.

lexbor compares each attribute of a tag with all before it and walks up the open elements for each
block: 100 KiB of either took 2 s, 5 MiB of attributes minutes, in C with the interpreter held, so
that no thread helps. A preview page has up to 6,000 tags, ten attributes in one, thirty levels.
"""

import re
from collections import Counter

_MAX_BYTES = 2 * 2**20  # twenty posts of the longest text with all their entities fill half of it
MAX_TAGS = 20_000
_MAX_DEPTH = 600
MAX_ATTRIBUTES = 20
FEW_TAGS = 4_000  # however deep these are, they take some hundredths of a second

_START = re.compile(rb"<[a-zA-Z]")
# Names and values as the tokenizer of HTML reads them, §13.2.5; what runs on is counted again.
_NAME = rb"[^\s/>][^\s/>=]{0,255}+"
_ATTRIBUTE = (
    _NAME + rb"""(?:\s*+=\s*+(?:"[^"]{0,65535}+"|'[^']{0,65535}+'|[^\s>"'][^\s>]{0,4095}+)?+)?+"""
)
_MANY = re.compile(
    rb"(?:[\s/]*+%b){0,%d}+([\s/]*+%b)?+" % (_ATTRIBUTE, MAX_ATTRIBUTES, _ATTRIBUTE)
)
"""Attributes from the end of a tag's name on; group 1 is the one too many."""
_PLAIN = re.compile(
    rb"""<[a-zA-Z][^\s/<>]*+(?:[\s/]*+[^\s/<>=]++(?:=(?:"[^"<>]*+"|'[^'<>]*+'|[^\s<>"']++))?+)"""
    rb"{0,%d}+[\s/]*+>" % MAX_ATTRIBUTES
)
_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^\s/>]*+")
_EMPTY = frozenset({b"br", b"img", b"input", b"link", b"meta", b"hr", b"wbr", b"source"})


def bounded_html(data: bytes) -> bytes:
    """The longest beginning of a page that is parsed in a bounded time."""
    data = data[:_MAX_BYTES]
    plain = len(_PLAIN.findall(data)) == len(_START.findall(data))
    if plain and data.count(b"<") <= FEW_TAGS:
        return data
    return data[: _end(data)]


def _end(data: bytes) -> int:
    """Where the first tag too many, too deep or with too many attributes begins, else the end.

    What is open is counted by name, since a closing tag may close nothing. Tags inside values are
    looked at, too; reading more than the page twice over for that is taken as too much.
    """
    depth, read, opened = 0, 0, Counter[bytes]()
    for number, tag in enumerate(_TAG.finditer(data)):
        closing, name = tag.groups()
        if not closing:
            found = _MANY.match(data, tag.end())
            read += found.end() - tag.start() if found else 0
            if found and found[1]:
                return tag.start()
        step = _step(closing, name, opened[name])
        depth, opened[name] = depth + step, opened[name] + step
        if read > 2 * _MAX_BYTES or number == MAX_TAGS or depth > _MAX_DEPTH:
            return tag.start()
    return len(data)


def _step(closing: bytes, name: bytes, opened: int) -> int:
    """By how many levels a tag leads down, where so many of its name are open."""
    if name in _EMPTY:
        return 0
    return -min(opened, 1) if closing else 1
