"""The content of a raw Bot API message: text, links, media. Pure; raises BadUpdate."""

from collections.abc import Iterator
from typing import NamedTuple, TypeVar

from bot.collect.text.assemble import Piece, assemble, mention_url
from bot.collect.text.links import make_link, unique
from bot.collect.text.rich_message import TooDeep, rich_media, rich_pieces
from bot.model import Link

RawMessage = dict[str, object]
_T = TypeVar("_T")

_MEDIA = {
    "photo": "photo",
    "video": "video",
    "animation": "animation",
    "video_note": "video_note",
    "audio": "audio",
    "voice": "voice",
    "document": "document",
    "live_photo": "photo",
    "sticker": "sticker",
    "poll": "poll",
    "checklist": "checklist",
    "story": "story",
    "contact": "contact",
    "dice": "dice",
    "game": "game",
    "venue": "location",
    "location": "location",
    "invoice": "invoice",
    "giveaway": "giveaway",
    "giveaway_winners": "giveaway",
}


class BadUpdate(ValueError):
    """An update that is not what the Bot API documents; the text says what is wrong with it."""


class Body(NamedTuple):
    """What a message says."""

    text: str
    links: tuple[Link, ...]
    media: tuple[str, ...]


def field(raw: RawMessage, name: str, kind: type[_T]) -> _T | None:
    """An optional field of a raw object; BadUpdate where it has another type."""
    value = raw.get(name)
    if value is None:
        return None
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise BadUpdate(f"{name} is {type(value).__name__}, not {kind.__name__}")
    return value


def items(raw: RawMessage, name: str) -> list[RawMessage]:
    """An optional list of objects; BadUpdate where it is anything else."""
    found = field(raw, name, list) or []
    if not all(isinstance(item, dict) for item in found):
        raise BadUpdate(f"{name} holds something else than objects")
    return found


def message_body(message: RawMessage) -> Body:
    """Text, links and media of a message of any kind: caption, rich blocks, poll, checklist."""
    try:
        text, links = assemble(_pieces(message))
        media = tuple(_media(message))
    except TooDeep as error:
        raise BadUpdate(str(error)) from error
    return Body(text, unique([*links, *_extra(message)]), media)


def _pieces(message: RawMessage) -> Iterator[Piece]:
    for text, entities in (("text", "entities"), ("caption", "caption_entities")):
        if body := field(message, text, str):
            yield from _cut(body, items(message, entities))
    if rich := field(message, "rich_message", dict):
        yield from rich_pieces(rich)
    if poll := field(message, "poll", dict):
        yield Piece("\n\n")
        yield from _cut(field(poll, "question", str) or "", items(poll, "question_entities"))
    if checklist := field(message, "checklist", dict):
        yield Piece("\n")
        yield from _cut(field(checklist, "title", str) or "", items(checklist, "title_entities"))
        for task in items(checklist, "tasks"):
            yield Piece("\n")
            yield from _cut(field(task, "text", str) or "", items(task, "text_entities"))


def _cut(text: str, entities: list[RawMessage]) -> Iterator[Piece]:
    """A text cut at links and code; offsets count UTF-16 units, overlaps are dropped."""
    units = text.encode("utf-16-le", "surrogatepass")
    done = 0
    for entity in sorted(entities, key=_offset):
        start = _offset(entity) * 2
        end = start + (field(entity, "length", int) or 0) * 2
        url = _target(entity, words := _decode(units[max(start, 0) : max(end, 0)]))
        kind = field(entity, "type", str)
        code = kind == "pre" or (kind == "code" and "\n" in words)
        if (url or code) and done <= start < end <= len(units):
            yield Piece(_decode(units[done:start]))
            yield Piece(words, url, code)
            done = end
    yield Piece(_decode(units[done:]))


def _offset(entity: RawMessage) -> int:
    return field(entity, "offset", int) or 0


def _decode(units: bytes) -> str:
    return units.decode("utf-16-le", "surrogatepass")


def _target(entity: RawMessage, words: str) -> str | None:
    kind = field(entity, "type", str)
    if kind == "text_link":
        return field(entity, "url", str)
    if kind == "url":
        return words
    return mention_url(words) if kind == "mention" else None


def _media(message: RawMessage) -> Iterator[str]:
    # Telegram sets `document` beside `animation`, and `location` beside `venue`, for old clients.
    shadowed = {"document": "animation", "location": "venue", "photo": "live_photo"}
    for name, kind in _MEDIA.items():
        if message.get(name) and not message.get(shadowed.get(name, "")):
            yield kind
    if paid := field(message, "paid_media", dict):
        for item in items(paid, "paid_media"):
            yield field(item, "type", str) or "paid"
    if rich := field(message, "rich_message", dict):
        yield from rich_media(rich)


def _extra(message: RawMessage) -> Iterator[Link]:
    """Links outside the text: of buttons, of the page card chosen by the author."""
    markup = field(message, "reply_markup", dict) or {}
    for row in field(markup, "inline_keyboard", list) or []:
        for button in items({"row": row}, "row"):
            url, words = field(button, "url", str), field(button, "text", str)
            if url and (link := make_link(url, words or "")):
                yield link
    # A quiz shows its explanation once it is answered: no words of the post, but its link counts.
    poll = field(message, "poll", dict) or {}
    explanation = field(poll, "explanation", str) or ""
    yield from assemble(_cut(explanation, items(poll, "explanation_entities")))[1]
    options = field(message, "link_preview_options", dict) or {}
    url = None if options.get("is_disabled") else field(options, "url", str)
    if url and (link := make_link(url)):
        yield link
