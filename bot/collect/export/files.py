"""A file that somebody kept of a channel: an export in JSON or HTML, a saved page. Pure."""

import codecs
import email
import re
from collections.abc import Iterator
from typing import BinaryIO

from bot.collect.export.mended import MendedStream
from bot.collect.export.messages_html import is_messages_html, read_messages
from bot.collect.export.reader import BadExport, Place, Skipped, Wanted, read_export
from bot.collect.preview.page import parse_page
from bot.model import Channel, Post

_HEAD = 2**16
# How a browser begins a page that it saves as one file: RFC 2557.
_MHTML = re.compile(
    rb"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?Content-Type: *multipart/related", re.I
)
_MAX_HTML = 64 * 2**20  # a file of Telegram Desktop holds a thousand messages, a page twenty


def read_file(
    stream: MendedStream, wanted: Wanted, *, ref: str = "", after: Place | None = None
) -> Iterator[Post | Skipped]:
    """The posts of a file of any of these kinds, told apart by its first bytes.

    ``ref`` is the bare id under which ``wanted.handle`` is known: files in HTML hold none.
    ``after`` is where an earlier reading of an export in JSON ended. Raises BadExport.
    """
    file = stream.file
    head = file.read(_HEAD)
    file.seek(0)
    packed = _MHTML.match(head) is not None
    if not packed and not head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"<"):
        yield from read_export(
            stream,
            wanted.handle,
            chat_id=wanted.chat_id,
            chat=wanted.chat,
            zone=wanted.zone,
            after=after,
        )
        return
    data = file.read(_MAX_HTML + 1)
    if len(data) > _MAX_HTML:
        raise BadExport(f"the file is larger than {_MAX_HTML >> 20} MiB: this is no saved page")
    if packed:
        data = head = _unpacked(data)
    if is_messages_html(head):
        yield from _messages(data, wanted, ref)
    elif b"tgme_" in data:
        yield from _saved_page(data, wanted)
    else:
        raise BadExport(
            "this is no export in JSON or HTML and no saved page of t.me/s: "
            "choose 'Machine-readable JSON' in Telegram Desktop"
        )


def without_zone(file: BinaryIO) -> bool:
    """Whether an export tells local times alone, as those of before 2022 do; reads its head."""
    head = file.read(_HEAD)
    file.seek(0)
    in_json = b'"date"' in head and b'"date_unixtime"' not in head
    in_html = is_messages_html(head) and b"date details" in head and b" UTC" not in head
    return in_json or in_html


def _unpacked(data: bytes) -> bytes:
    """The page itself in a file that holds its pictures, too."""
    parts = email.message_from_bytes(data).walk()
    page = next((part for part in parts if part.get_content_type() == "text/html"), None)
    found = page.get_payload(decode=True) if page else b""
    return found if isinstance(found, bytes) else b""


def _messages(data: bytes, wanted: Wanted, ref: str) -> Iterator[Post]:
    handle = wanted.handle
    if handle is None:
        raise BadExport("messages.html does not say which channel it is of: add --channel @name")
    channel = Channel(ref=ref or f"@{handle.lower()}", handle=handle, route="import")
    yield from read_messages(data, channel, wanted.zone)


def _saved_page(data: bytes, wanted: Wanted) -> Iterator[Post]:
    """Posts of a saved ``t.me/s`` page; old by now, they count as an import."""
    page = parse_page(data, wanted.handle or "")
    shown = (page.channel and page.channel.handle) or ""
    if wanted.handle and shown and shown.lower() != wanted.handle.lower():
        raise BadExport(f"this is a page of @{shown}, not of @{wanted.handle}")
    if not page.posts:
        raise BadExport("this page shows no posts: save https://t.me/s/ followed by the name")
    for post in page.posts:
        channel = post.channel.model_copy(update={"route": "import"})
        yield post.model_copy(update={"channel": channel})
