"""Telegram Desktop's ``messages.html`` as posts: many people keep only that. Pure."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.collect.export.reader import BadExport, PostReader
from bot.collect.preview.markup import attribute, classes, markup_pieces, text_of
from bot.collect.text.assemble import Piece, assemble
from bot.collect.text.links import make_link, unique
from bot.model import Channel, Link, Origin, Post

_DATE = re.compile(
    r"(\d\d)\.(\d\d)\.(\d{4}) (\d\d):(\d\d):(\d\d)(?: UTC([+-])(\d\d):?(\d\d))?", re.ASCII
)
_MEDIA = {
    "media_photo": "photo",
    "photo_wrap": "photo",
    "media_video": "video",
    "video_file_wrap": "video",
    "animated_wrap": "animation",
    "sticker_wrap": "sticker",
    "media_voice_message": "voice",
    "media_audio_file": "audio",
    "media_file": "document",
    "media_contact": "contact",
    "media_location": "location",
    "media_live_location": "location",
    "media_venue": "location",
    "media_game": "game",
    "media_invoice": "invoice",
    "media_poll": "poll",
}
# A file that was not taken along is told by its title alone.
_TITLES = {
    "Sticker": "sticker",
    "Animation": "animation",
    "Video message": "video_note",
    "Voice message": "voice",
}
_BREAK = (Piece("\n\n"),)
_ANSWERED = re.compile(r"(?:messages\d*\.html)?#go_to_message(\d{1,12})", re.ASCII)


def is_messages_html(data: bytes) -> bool:
    """Whether a file begins as an HTML export does."""
    return b"page_wrap" in data and b"page_body" in data


def read_messages(data: bytes, channel: Channel, zone: tzinfo | None = None) -> Iterator[Post]:
    """Posts of one file of an HTML export, which says neither the channel's id nor its name.

    ``zone`` is that of old files' local times (UTC if None). A channel's posts are all from the
    channel: raises BadExport for a chat of people.
    """
    tree = LexborHTMLParser(data)
    title = text_of(tree.css_first(".page_header .text"))
    channel = channel.model_copy(update={"title": title})
    reader = PostReader()
    for node in tree.css("div.message.default"):
        sender = text_of(_own(node, "from_name"))
        if sender and sender != title:
            raise BadExport("this is an export of a chat of people: only channels are imported")
        if post := _post(node, channel, zone):
            yield from reader.add(post)
    yield from reader.rest()


def _own(message: LexborNode, name: str) -> LexborNode | None:
    """An element of the message itself, not of what it forwards."""
    body = message.css_first("div.body")
    nodes = body.iter() if body else ()
    return next((node for node in nodes if name in classes(node)), None)


def _post(message: LexborNode, channel: Channel, zone: tzinfo | None) -> Post | None:
    number = re.fullmatch(r"message(\d{1,12})", attribute(message, "id"), re.ASCII)
    date = _own(message, "date")
    published_at = _moment(attribute(date, "title"), zone) if date else None
    if number is None or not int(number[1]) or published_at is None:
        return None
    words = [*message.css("div.text"), *message.css("div.media_poll .question")]
    text, links = assemble(piece for node in words for piece in (*markup_pieces(node), *_BREAK))
    return Post(
        channel=channel,
        message_id=int(number[1]),
        published_at=published_at,
        text=text,
        links=unique([*links, *_buttons(message)]),
        media=_media(message),
        forward=_origin(message),
        reply_to=_answered(message),
        author=text_of(message.css_first("div.signature")) or None,
    )


def _moment(text: str, zone: tzinfo | None) -> datetime | None:
    """An instant such as ``03.11.2025 21:19:06 UTC+01:00``; old files leave out the offset."""
    found = _DATE.match(text)
    if found is None:
        return None
    day, month, year, hour, minute, second = map(int, found.groups()[:6])
    if found[7]:
        offset = timedelta(hours=int(found[8]), minutes=int(found[9]))
        zone = timezone(offset if found[7] == "+" else -offset)
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=zone or UTC)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _media(message: LexborNode) -> tuple[str, ...]:
    for wrap in message.css("div.media_wrap"):
        title = text_of(wrap.css_first(".title"))
        for node in wrap.css("[class]"):
            for name in classes(node):
                if name in _MEDIA:
                    return (_TITLES.get(title, _MEDIA[name]),)
    return ()


def _origin(message: LexborNode) -> Origin | None:
    """Where a post was forwarded from: a display name alone, with the first post's date behind."""
    name = message.css_first("div.forwarded.body div.from_name")
    if name is None:
        return None
    dates = " ".join(text_of(node) for node in name.css(".date"))
    return Origin(name=text_of(name).removesuffix(dates).strip() or "?")


def _answered(message: LexborNode) -> int | None:
    link = message.css_first("div.reply_to a")
    found = _ANSWERED.fullmatch(attribute(link, "href")) if link else None
    return int(found[1]) if found else None


def _buttons(message: LexborNode) -> Iterator[Link]:
    for node in message.css(".bot_button a[href]"):
        if link := make_link(attribute(node, "href"), text_of(node)):
            yield link
