"""Lists of channels as text, OPML and JSON, as people keep them in files. Pure.

OPML is what RSS readers export (http://opml.org/spec2.opml): a channel is an outline whose feed is
made of it by some bridge, or whose page is the channel itself.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit
from xml.parsers import expat

from bot.collect.text.pasted_handles import read_pasted
from bot.config import handle_of
from bot.errors import CommandError
from bot.text import HANDLE, shorten

MOST_LISTED = 10_000
"""Channels of one list."""

LARGEST_LIST = 10 << 20  # bytes
_PAUSED = "paused"
_SHOWN = 60  # units of what is refused
_PRIVATE = "has no public name: make the bot its admin, or import an export"
_NO_HANDLE = "is no channel's name"
_IN_FEED = (
    re.compile(rf"(?:^rsshub:/?|[^/])/telegram/channel/@?({HANDLE})(?![\w-])"),  # RSSHub
    re.compile(rf"^https?://tg\.i-c-a\.su/(?:rss|json)/({HANDLE})(?![\w-])"),
    re.compile(rf"\b(?:t|telegram)\.(?:me|dog)/(?:s/)?@?({HANDLE})(?![\w-])", re.IGNORECASE),
)


class BadList(CommandError):
    """A file that is no list of channels; the text says where it is not."""


class ListedChannel(NamedTuple):
    """A channel of a list; ``number`` is its bare id where the list knows it."""

    handle: str
    paused: bool = False
    number: str = ""


class ChannelList(NamedTuple):
    """Channels in order, each once; what was refused with the reason each.

    ``foreign`` counts feeds of other sites, as every RSS reader has them; ``beside`` are words
    that stood beside names, most likely a title.
    """

    listed: tuple[ListedChannel, ...]
    refused: tuple[str, ...] = ()
    foreign: int = 0
    beside: tuple[str, ...] = ()

    def passed_over(self) -> Iterator[str]:
        """Lines about what was not taken without being wrong."""
        if self.foreign:
            yield f"passed over: {self.foreign} feeds of other sites"
        if self.beside:
            words = shorten(", ".join(self.beside), _SHOWN)
            yield f"taken for titles, standing beside names: {words}"


class _Beside(NamedTuple):
    """A word beside a name."""

    word: str


def read_source_list(content: bytes) -> ChannelList:
    """What a list names, in whichever of the three forms; raises ``BadList``."""
    if len(content) > LARGEST_LIST:
        raise BadList(f"a list of channels has {LARGEST_LIST >> 20} MiB at most")
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    try:
        if start.startswith((b"<", b"\xff\xfe<", b"\xfe\xff\x00<")):
            return _unique(_of_opml(content))
        if re.match(rb'\{|\[\s*["{\]]', start):
            return _unique(_of_json(start.decode()))
        return _unique(_of_text(start.decode()))
    except UnicodeDecodeError as error:
        raise BadList(f"no list of channels: byte {error.start} is not UTF-8") from None


def _unique(found: Iterable[ListedChannel | str | _Beside | None]) -> ChannelList:
    """Texts are what is refused, None what is another site's."""
    listed = dict[str, ListedChannel]()
    refused, beside, foreign = dict[str, None](), dict[str, None](), 0
    for item in found:
        if item is None:
            foreign += 1
        elif isinstance(item, _Beside):
            beside[item.word] = None
        elif isinstance(item, str):
            refused[item] = None
        else:
            listed.setdefault(item.handle.casefold(), item)
    if len(listed) > MOST_LISTED:
        raise BadList(f"a list has {MOST_LISTED:,} channels at most, this one {len(listed):,}")
    return ChannelList(tuple(listed.values()), tuple(refused), foreign, tuple(beside))


def _of_text(text: str) -> Iterator[ListedChannel | str | _Beside]:
    for line in text.splitlines():
        said, _, comment = f" {line}".partition(" #")
        paused = comment.strip() == _PAUSED
        for piece in re.split(r"[,;|]", said):
            yield from _of_piece(re.sub(r"[\[\]()<>]", " ", piece), paused=paused)


def _of_piece(piece: str, *, paused: bool) -> Iterator[ListedChannel | str | _Beside]:
    """Names and links; where there is none, plain names: beside one, words are a title.

    No title has a word with an underscore.
    """
    found = read_pasted(piece, most=MOST_LISTED)
    alone = not found.handles and not found.private
    for word in found.garbage:
        plain = read_pasted(word, bare=True).handles
        if plain and (alone or "_" in word):
            yield ListedChannel(plain[0], paused)
        else:
            yield _refusal(word, _NO_HANDLE) if alone else _Beside(word)
    yield from (_refusal(link, _PRIVATE) for link in found.private)
    yield from (ListedChannel(handle, paused) for handle in found.handles)


def _of_json(text: str) -> Iterator[ListedChannel | str]:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadList(f"no list of channels: broken JSON ({error})") from None
    rows = body.get("sources") if isinstance(body, dict) else body
    if not isinstance(rows, list):
        raise BadList('no list of channels: JSON without a list "sources"')
    for number, row in enumerate(rows, 1):
        row = {"handle": row} if isinstance(row, str) else row
        if not isinstance(row, dict):
            yield f"number {number} {_NO_HANDLE}"
        elif not row.get("handle"):
            yield _refusal(str(row.get("title") or f"number {number}"), _PRIVATE)
        else:
            yield _of_row(row)


def _of_row(row: dict[str, object]) -> ListedChannel | str:
    number = str(row.get("id") or "")
    try:
        handle = handle_of(row["handle"])
    except ValueError:
        return _refusal(str(row["handle"]), _NO_HANDLE)
    return ListedChannel(handle, row.get(_PAUSED) is True, number if number.isdecimal() else "")


def _of_opml(content: bytes) -> list[ListedChannel | str | None]:
    found = list[ListedChannel | str | None]()
    tags = list[str]()

    def begin(tag: str, attributes: dict[str, str]) -> None:
        tags.append(tag.casefold())
        if tags[0] != "opml":
            raise BadList(f"no list of channels: OPML begins with <opml>, this with <{tag}>")
        if tags[-1] == "outline":
            found.extend(_of_outline({name.casefold(): text for name, text in attributes.items()}))

    def refuse(*_: object) -> None:
        raise BadList("no list of channels: OPML has no document type of its own")

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = refuse  # entities could make a small file a large one
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise BadList(f"no list of channels: broken XML ({error})") from None
    return found


def _of_outline(attributes: dict[str, str]) -> Iterator[ListedChannel | str | None]:
    """The channel of an outline; nothing where it is a folder."""
    urls = [attributes[name] for name in ("xmlurl", "htmlurl", "url") if attributes.get(name)]
    paused = _PAUSED in re.split(r"[,/\s]+", attributes.get("category", ""))
    handle = next(filter(None, map(_channel_of, urls)), "")
    if handle:
        yield ListedChannel(handle, paused)
    elif urls:
        private = next((url for url in urls if read_pasted(url).private), "")
        yield _refusal(private, _PRIVATE) if private else None
    else:
        named = read_pasted(attributes.get("text", "")).handles
        yield from (ListedChannel(handle, paused) for handle in named)


def _channel_of(url: str) -> str:
    """The channel that an address of a feed or a page is about; empty for another site's."""
    asked = parse_qs(urlsplit(url).query)
    if asked.get("bridge", [""])[0].casefold() in {"telegram", "telegrambridge"}:  # RSS-Bridge
        found = read_pasted(asked.get("username", [""])[0], bare=True).handles
        return found[0] if found else ""
    matches = filter(None, (pattern.search(url) for pattern in _IN_FEED))
    handles = (read_pasted(f"@{match[1]}").handles for match in matches)  # no reserved word
    return next((found[0] for found in handles if found), "")


def _refusal(what: str, reason: str) -> str:
    return f"{shorten(what, _SHOWN)} {reason}"
