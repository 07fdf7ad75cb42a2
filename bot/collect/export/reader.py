"""Telegram Desktop's ``result.json`` as posts, streamed: formats of 2021 to 2026."""

from collections.abc import Iterator
from datetime import tzinfo
from typing import BinaryIO, NamedTuple

import ijson

from bot.collect.botapi.album import merge_album
from bot.collect.export.mended import MendedStream, broken_line
from bot.collect.export.message import BadMessage, RawExport, read_message
from bot.collect.text.channel_ids import bare_id, exported_id
from bot.model import Channel, Post
from bot.text import normalise

_OPEN = frozenset({"public_channel", "private_channel"})
_GROUPABLE = {"photo": "seen", "video": "seen", "document": "file", "audio": "heard"}
_MAX_ALBUM = 10
_ROOTS = ("", "chats.list.item", "left_chats.list.item")
_HEADER = ("name", "type", "id")

Header = dict[str, object]


class BadExport(ValueError):
    """A file that is no export, or one of a chat that must not be read; the text says which."""


class Skipped(NamedTuple):
    """A chat of a full export that is not read: its name, type and bare id."""

    name: str
    kind: str
    ref: str = ""


class Place(NamedTuple):
    """The last message of a chat that was read: the channel's bare id and the message's."""

    ref: str
    message_id: int


class Wanted(NamedTuple):
    """What to read of a file, which holds no user names.

    ``handle`` names the single chat, in a full export the chat ``chat_id`` or the one named
    ``chat`` by title or id (which is then read alone). ``zone`` is that of old files' local times.
    """

    handle: str | None = None
    chat_id: int | None = None
    chat: str | None = None
    zone: tzinfo | None = None

    @property
    def one(self) -> bool:
        """True where a single chat of a full export is meant."""
        return self.chat_id is not None or self.chat is not None


def read_export(
    file: BinaryIO | MendedStream,
    handle: str | None,
    *,
    chat_id: int | None = None,
    chat: str | None = None,
    zone: tzinfo | None = None,
    after: Place | None = None,
) -> Iterator[Post | Skipped]:
    """Posts of a single-chat export, or of all channels of a full one, in the file's order.

    What is wanted of the file is described at ``Wanted`` (local times are in UTC where there is no
    zone). ``after`` is where an earlier reading ended: a file that does not hold that message is
    read from its start. A ``MendedStream`` tells its caller what was mended. Raises BadExport,
    after yielding all that could be read.
    """
    stream = file if isinstance(file, MendedStream) else MendedStream(file)
    wanted = Wanted(handle, chat_id, chat, zone)
    if after and not _holds(stream.file, wanted, after):
        after = None
    reader, chats = PostReader(after), _Headers(stream.file)
    try:
        for item in _items(stream, wanted, chats):
            if isinstance(item, Skipped):
                yield item
            else:
                yield from reader.take(*item, zone)
    except (ijson.JSONError, UnicodeDecodeError) as error:
        yield from reader.rest()
        raise BadExport(_reason(reader, chats, stream)) from error
    yield from reader.rest()


def _holds(file: BinaryIO, wanted: Wanted, place: Place) -> bool:
    """Whether a message is in a file, as far as that can be read."""
    start = file.tell()
    try:
        items = _items(MendedStream(file), wanted, _Headers(file))
        return any(
            not isinstance(item, Skipped) and (item[0].ref, item[1].get("id")) == place
            for item in items
        )
    except (BadExport, ijson.JSONError, UnicodeDecodeError):
        return False
    finally:
        file.seek(start)


def place_of(post: Post) -> Place:
    """Where in its file a post ends."""
    return Place(post.channel.ref, max(post.album, default=post.message_id))


class PostReader:
    """Messages in, posts out; holds an album until it is complete."""

    def __init__(self, after: Place | None = None) -> None:
        self.seen = 0
        self.last: Place | None = None
        self._after = after
        self._album: list[Post] = []

    def take(self, channel: Channel, raw: RawExport, zone: tzinfo | None) -> Iterator[Post]:
        """The post that is complete with this message, if any."""
        if self._after:
            if (channel.ref, raw.get("id")) == self._after:
                self._after = None
            return
        if post := _post(channel, raw, zone):
            yield from self.add(post)

    def add(self, post: Post) -> Iterator[Post]:
        """The post that is complete with this one."""
        self.seen, self.last = self.seen + 1, place_of(post)
        if self._album and not _continues(self._album, post):
            yield from self.rest()
        self._album.append(post)

    def rest(self) -> Iterator[Post]:
        """What is held."""
        if self._album:
            album, self._album = self._album, []
            yield merge_album(album) if len(album) > 1 else album[0]


def _reason(reader: PostReader, chats: "_Headers", stream: MendedStream) -> str:
    if not chats.seen:
        return "this is no export in JSON: choose 'Machine-readable JSON' in Telegram Desktop"
    line = broken_line(stream)
    if reader.last is None:
        return f"the file breaks off in line {line}, before any post: mend it or export it again"
    return (
        f"the file breaks off after {reader.seen} messages, behind message "
        f"{reader.last.message_id}, in line {line}; they were read: mend the file or export it "
        "again, and the import goes on from there"
    )


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
    stream: MendedStream, wanted: Wanted, chats: "_Headers"
) -> Iterator[tuple[Channel, RawExport] | Skipped]:
    """Raw messages with their channel; raises BadExport."""
    channel: Channel | None = None
    builder: ijson.ObjectBuilder | None = None
    for prefix, event, value in ijson.parse(stream, use_float=True):
        place = prefix.removeprefix(chats.root)
        if builder is not None and channel is not None:
            builder.event(event, value)
            if event == "end_map" and place == "messages.item":
                yield channel, builder.value
                builder = None
        elif event == "start_array" and place == "messages":
            header = chats.complete()
            channel = _channel(header, wanted, single=not chats.root)
            if channel is None:
                yield _skipped(header)
            elif not chats.root:
                yield from ((channel, raw) for raw in _messages(stream))
                return
        elif event == "start_map" and place == "messages.item" and channel:
            builder = ijson.ObjectBuilder()
            builder.event(event, value)
        else:
            chats.note(prefix, event, value)
    if not chats.seen:
        raise ijson.JSONError("no messages")


def _messages(stream: MendedStream) -> Iterator[RawExport]:
    """The messages of a single chat; ijson builds them several times as fast by itself."""
    stream.restart()
    for raw in ijson.items(stream, "messages.item", use_float=True):
        if isinstance(raw, dict):
            yield raw


class _Headers:
    """The header of one chat after another; the writer puts it before the messages.

    In files whose keys somebody sorted it comes behind them: that takes one more reading.
    ``root`` is what the paths of the chat at hand begin with, ``seen`` counts chats with messages.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.root, self.seen = "", 0
        self.header: Header = {}
        self._file = file
        self._all: list[Header] | None = None

    def note(self, prefix: str, event: str, value: object) -> None:
        """Take a field of a header, or begin the next chat's."""
        name = prefix.removeprefix(self.root)
        if event == "start_map" and prefix in _ROOTS:
            self.header, self.root = {}, f"{prefix}." if prefix else ""
        elif event in {"string", "number"} and name in _HEADER:
            self.header[name] = value

    def complete(self) -> Header:
        """The header of the chat whose messages begin."""
        self.seen += 1
        if "type" in self.header and "id" in self.header:
            return self.header
        if self._all is None:
            self._all = _headers(self._file)
        return self._all[self.seen - 1] if self.seen <= len(self._all) else self.header


def _headers(file: BinaryIO) -> list[Header]:
    """The headers of all chats in a file, as far as it can be read."""
    found: list[Header] = []
    place, chats = file.tell(), _Headers(file)
    file.seek(0)
    try:
        for prefix, event, value in ijson.parse(MendedStream(file), use_float=True):
            chats.note(prefix, event, value)
            if event == "start_array" and prefix == f"{chats.root}messages":
                found.append(chats.header)
    except (ijson.JSONError, UnicodeDecodeError):
        return found
    finally:
        file.seek(place)
    return found


def _skipped(header: Header) -> Skipped:
    return Skipped(str(header.get("name") or ""), str(header.get("type") or ""), _ref(header))


def channels_in(file: BinaryIO) -> tuple[Skipped, ...]:
    """The channels of a full export, for somebody to choose from; the file stays where it is."""
    return tuple(_skipped(each) for each in _headers(file) if each.get("type") in _OPEN)


def _ref(header: Header) -> str:
    """The bare id of a chat, empty where the header has none."""
    try:
        number = int(str(header.get("id")))
    except ValueError:
        return ""
    return exported_id(number) if number else ""


def _channel(header: Header, wanted: Wanted, *, single: bool) -> Channel | None:
    """The channel that a chat's header names; None for one to pass over, BadExport alone."""
    kind, title, ref = header.get("type"), str(header.get("name") or ""), _ref(header)
    # A private channel is read only where the caller names it.
    named = single or wanted.one
    by_name = wanted.chat is not None or (named and wanted.handle)
    readable = kind == "public_channel" or (kind in _OPEN and by_name)
    if ref and readable and _chosen(ref, title, wanted):
        handle = wanted.handle if named else None
        return Channel(ref=ref, handle=handle, title=title, route="import")
    if single and readable and not ref:
        raise BadExport("this file does not say which channel it is of: its header has no id")
    if single and readable:
        raise BadExport(f"this is an export of channel {ref}, not of the one named")
    if single:
        raise BadExport(f"this is an export of a {kind or 'chat'}: only channels are imported")
    return None


def _chosen(ref: str, title: str, wanted: Wanted) -> bool:
    """Whether a chat is the one that is wanted, where one is."""
    if wanted.chat is not None:
        return wanted.chat.strip() == ref or normalise(wanted.chat) == normalise(title)
    return wanted.chat_id is None or ref == bare_id(wanted.chat_id)
