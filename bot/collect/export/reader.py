"""Telegram Desktop's ``result.json`` as posts, streamed: formats of 2021 to 2026."""

from collections.abc import Iterator
from datetime import tzinfo
from typing import BinaryIO, NamedTuple

import ijson

from bot.collect.botapi.album import merge_album
from bot.collect.export.message import BadMessage, RawExport, read_message
from bot.collect.text.channel_ids import bare_id
from bot.model import Channel, Post

_OPEN = frozenset({"public_channel", "private_channel"})
_GROUPABLE = {"photo": "seen", "video": "seen", "document": "file", "audio": "heard"}
_MAX_ALBUM = 10
_ROOTS = ("", "chats.list.item", "left_chats.list.item")


class BadExport(ValueError):
    """A file that is no export, or one of a chat that must not be read; the text says which."""


class Skipped(NamedTuple):
    """A chat of a full export that is not read: its name and type."""

    name: str
    kind: str


class Place(NamedTuple):
    """The last message of a chat that was read: the channel's bare id and the message's."""

    ref: str
    message_id: int


def read_export(
    file: BinaryIO,
    handle: str | None,
    *,
    chat_id: int | None = None,
    zone: tzinfo | None = None,
    after: Place | None = None,
) -> Iterator[Post | Skipped]:
    """Posts of a single-chat export, or of all channels of a full one, in the file's order.

    ``handle`` names the single chat, in a full export the chat ``chat_id`` (which is then read
    alone); exports hold no user names. ``zone`` is that of old files' local times (UTC if None).
    ``after`` is where an earlier reading of this file ended. Raises BadExport, after yielding all
    that could be read.
    """
    reader = _Reader(zone, after)
    try:
        for item in _items(file, handle, chat_id):
            if isinstance(item, Skipped):
                yield item
            else:
                yield from reader.take(*item)
    except (ijson.JSONError, UnicodeDecodeError) as error:
        yield from reader.rest()
        raise BadExport(_reason(reader.seen)) from error
    yield from reader.rest()


def place_of(post: Post) -> Place:
    """Where in its file a post ends."""
    return Place(post.channel.ref, max(post.album, default=post.message_id))


class _Reader:
    """Messages in, posts out; holds an album until it is complete."""

    def __init__(self, zone: tzinfo | None, after: Place | None) -> None:
        self.seen = 0
        self._zone, self._after = zone, after
        self._album: list[Post] = []

    def take(self, channel: Channel, raw: RawExport) -> Iterator[Post]:
        """The post that is complete with this message, if any."""
        if self._after:
            if (channel.ref, raw.get("id")) == self._after:
                self._after = None
            return
        post = _post(channel, raw, self._zone)
        if post is None:
            return
        self.seen += 1
        if self._album and not _continues(self._album, post):
            yield from self.rest()
        self._album.append(post)

    def rest(self) -> Iterator[Post]:
        """What is held."""
        if self._album:
            album, self._album = self._album, []
            yield merge_album(album) if len(album) > 1 else album[0]


def _reason(seen: int) -> str:
    if seen:
        return f"the file breaks off after {seen} messages, which were read: export it again"
    return "this is no export in JSON: choose 'Machine-readable JSON' in Telegram Desktop"


def _post(channel: Channel, raw: RawExport, zone: tzinfo | None) -> Post | None:
    """A message as a post; one that cannot be one (no date, no id) is left out."""
    try:
        return read_message(raw, channel, zone)
    except BadMessage:
        return None


def _continues(album: list[Post], post: Post) -> bool:
    """True for the next item of an album: same second, next ids, media of one sort.

    Exports do not mark albums. One item may have been deleted, and several may have words; posts
    forwarded at once look the same but for those: an album that is forwarded has one caption.
    """
    last = album[-1]
    captions = [item for item in (*album, post) if item.text]
    sorts = {_GROUPABLE.get(kind) for kind in (*last.media, *post.media)}
    return (
        post.channel == last.channel
        and post.published_at == last.published_at
        and post.message_id - last.message_id in {1, 2}
        and post.message_id - album[0].message_id < _MAX_ALBUM
        and bool(last.media and post.media)
        and len(sorts) == 1
        and None not in sorts
        and post.forward == last.forward
        and (post.forward is None or captions == [album[0]])
    )


def _items(
    file: BinaryIO, handle: str | None, chat_id: int | None
) -> Iterator[tuple[Channel, RawExport] | Skipped]:
    """Raw messages with their channel; the writer puts a chat's header before its messages."""
    header: dict[str, object] = {}
    channel: Channel | None = None
    builder: ijson.ObjectBuilder | None = None
    root, found = "", False
    for prefix, event, value in ijson.parse(file, use_float=True):
        place = prefix.removeprefix(root)
        if builder is not None and channel is not None:
            builder.event(event, value)
            if event == "end_map" and place == "messages.item":
                yield channel, builder.value
                builder = None
        elif event == "start_map" and prefix in _ROOTS:
            header, root = {}, f"{prefix}." if prefix else ""
        elif event in {"string", "number"} and place in {"name", "type", "id"}:
            header[place] = value
        elif event == "start_array" and place == "messages":
            found, channel = True, _channel(header, handle, chat_id, single=not root)
            if channel is None:
                yield Skipped(str(header.get("name") or ""), str(header.get("type") or ""))
        elif event == "start_map" and place == "messages.item" and channel:
            builder = ijson.ObjectBuilder()
            builder.event(event, value)
    if not found:
        raise ijson.JSONError("no messages")


def _channel(
    header: dict[str, object], handle: str | None, chat_id: int | None, *, single: bool
) -> Channel | None:
    """The channel that a chat's header names; None for one to pass over, BadExport alone."""
    number, kind = header.get("id"), header.get("type")
    known = isinstance(number, int) and number != 0
    ref = bare_id(number) if isinstance(number, int) else ""
    chosen = chat_id is None or (known and ref == bare_id(chat_id))
    # A private channel is read only where the caller names it.
    named = single or chat_id is not None
    readable = kind == "public_channel" or (kind in _OPEN and named and handle)
    if known and chosen and readable:
        title = str(header.get("name") or "")
        return Channel(ref=ref, handle=handle if named else None, title=title, route="import")
    if single and known and readable:
        raise BadExport(f"this is an export of channel {ref}, not of the one named")
    if single:
        raise BadExport(f"this is an export of a {kind or 'chat'}: only channels are imported")
    return None
