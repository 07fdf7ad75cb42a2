"""One message of a Telegram Desktop export as a post. Pure."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo

from bot.collect.text.assemble import Piece, assemble, mention_url
from bot.collect.text.channel_ids import exported_id
from bot.collect.text.links import make_link, unique
from bot.collect.text.rich_message import TooDeep, rich_media, rich_pieces
from bot.model import Channel, Link, Origin, Post
from bot.text import clean

RawExport = dict[str, object]

_MOST = 10**12  # reactions: a database holds no number of any size

_MEDIA = {
    "sticker": "sticker",
    "video_message": "video_note",
    "voice_message": "voice",
    "animation": "animation",
    "video_file": "video",
    "audio_file": "audio",
}
_OTHER = {
    "poll": "poll",
    "todo_list": "checklist",
    "location_information": "location",
    "place_name": "location",
    "live_location_period_seconds": "location",
    "contact_information": "contact",
    "game_title": "game",
    "invoice_information": "invoice",
    "giveaway_information": "giveaway",
    "giveaway_results": "giveaway",
    "paid_stars_amount": "paid",
}


class BadMessage(ValueError):
    """A message without the fields that every post has."""


def read_message(raw: RawExport, channel: Channel, zone: tzinfo | None) -> Post | None:
    """The post in an exported message, None for a service one; raises BadMessage."""
    if raw.get("type") == "service":
        return None
    number = raw.get("id")
    published_at = _moment(raw, "date", zone)
    if not isinstance(number, int) or number <= 0 or published_at is None:
        raise BadMessage("no id or no date")
    try:
        text, links = assemble(_pieces(raw))
    except TooDeep as error:
        raise BadMessage(str(error)) from error
    edited_at = _moment(raw, "edited", zone)
    reply = raw.get("reply_to_message_id")
    author = raw.get("author")
    return Post(
        channel=channel,
        message_id=number,
        published_at=published_at,
        text=text,
        links=unique([*links, *_buttons(raw)]) if "inline_bot_buttons" in raw else links,
        media=_media(raw),
        edited=edited_at is not None,
        edited_at=edited_at,
        forward=_origin(raw),
        reply_to=reply if isinstance(reply, int) and "reply_to_peer_id" not in raw else None,
        author=author if isinstance(author, str) else None,
        reactions=_reactions(raw),
    )


def _pieces(raw: RawExport) -> Iterator[Piece]:
    """The text of a message: ``text_entities`` where they are, else ``text``, a string or list."""
    yield from _runs(raw.get("text_entities") or raw.get("text"))
    poll, todo, rich = raw.get("poll"), raw.get("todo_list"), raw.get("rich_message")
    if isinstance(rich, dict) and not raw.get("text"):
        yield from rich_pieces(rich)
    if isinstance(poll, dict):
        yield Piece("\n\n")
        yield from _runs(poll.get("question"))
    if isinstance(todo, dict):
        tasks = todo.get("answers") or todo.get("items")
        for line in (todo.get("title"), *(tasks if isinstance(tasks, list) else ())):
            yield Piece("\n")
            yield from _runs(line)


def _runs(text: object) -> Iterator[Piece]:
    """A text, a list of runs, or an object that holds either, as a task does."""
    if isinstance(text, str):
        yield Piece(text)
    elif isinstance(text, list):
        yield from (_run(part) for part in text)
    elif isinstance(text, dict):
        words = text.get("text")
        yield from (_run(part) for part in (words if isinstance(words, list) else [text]))


def _run(part: object) -> Piece:
    """One run; only ``text_link`` carries its address, ``link`` is its own, maybe scheme-less."""
    if not isinstance(part, dict):
        return Piece(part if isinstance(part, str) else "")
    words, kind, href = part.get("text"), part.get("type"), part.get("href")
    words = words if isinstance(words, str) else ""
    if kind == "text_link" and isinstance(href, str):
        return Piece(words, href)
    if kind == "link":
        return Piece(words, words)
    code = kind == "pre" or (kind == "code" and "\n" in words)
    return Piece(words, mention_url(words) if kind == "mention" else None, code)


def _media(raw: RawExport) -> tuple[str, ...]:
    if raw.get("photo"):
        return ("photo",)
    if kind := raw.get("media_type"):
        return (_MEDIA.get(str(kind), str(kind)),)
    if raw.get("file"):
        return ("document",)
    # An unknown place is there as null.
    other = tuple(kind for name, kind in _OTHER.items() if name in raw)[:1]
    return other or tuple(rich_media(raw.get("rich_message")))


def _buttons(raw: RawExport) -> Iterator[Link]:
    rows = raw.get("inline_bot_buttons")
    for row in rows if isinstance(rows, list) else ():
        for button in row if isinstance(row, list) else ():
            if not isinstance(button, dict) or button.get("type") != "url":
                continue
            url, words = button.get("data"), button.get("text")
            if isinstance(url, str) and (link := make_link(url, str(words or ""))):
                yield link


def _reactions(raw: RawExport) -> int:
    """How many people reacted, in newer files; stars are left out, of which one pays for many."""
    told = raw.get("reactions")
    each = [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    counts = [one.get("count") for one in each if one.get("type") != "paid"]
    return sum(count for count in counts if isinstance(count, int) and 0 < count <= _MOST)


def _origin(raw: RawExport) -> Origin | None:
    """Where a post was forwarded from: a display name, in newer files an id; null if deleted."""
    if "forwarded_from" not in raw:
        return None
    name = raw["forwarded_from"]
    found = re.fullmatch(r"channel(\d{1,15})", str(raw.get("forwarded_from_id") or ""))
    return Origin(
        name=clean(name) if isinstance(name, str) and name else "?",
        channel=exported_id(int(found[1])) if found else None,
    )


def _moment(raw: RawExport, name: str, zone: tzinfo | None) -> datetime | None:
    """An instant by its Unix time, in files of 2021 by a local time without a zone."""
    try:
        if unix := raw.get(f"{name}_unixtime"):
            return datetime.fromtimestamp(int(str(unix)), UTC)
        moment = datetime.fromisoformat(str(raw[name]))
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone or UTC)).astimezone(UTC)
    except (KeyError, ValueError, OverflowError, OSError):
        return None
