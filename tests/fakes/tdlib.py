"""Telegram's own text parser, offline: the judge of everything the bot renders."""

import json
from collections.abc import Iterable

import tdjson

from bot.model import Entity, Screen

_TYPES = {
    "bold": "textEntityTypeBold",
    "italic": "textEntityTypeItalic",
    "code": "textEntityTypeCode",
    "text_link": "textEntityTypeTextUrl",
    "blockquote": "textEntityTypeBlockQuote",
    "expandable_blockquote": "textEntityTypeExpandableBlockQuote",
    "date_time": "textEntityTypeDateTime",
}
_NAMES = {name: kind for kind, name in _TYPES.items()}


class RefusedError(Exception):
    """Telegram does not take the text; the message is its own."""


def call(kind: str, **fields: object) -> dict[str, object]:
    """One synchronous request; ``RefusedError`` when the answer is an error."""
    request = json.dumps({"@type": kind, **fields}).encode()
    answer = json.loads(tdjson.td_execute(request) or b"null")
    if answer["@type"] == "error":
        raise RefusedError(answer["message"])
    return dict(answer)


call("setLogVerbosityLevel", new_verbosity_level=0)


def _td_entity(entity: Entity) -> dict[str, object]:
    kind: dict[str, object] = {"@type": _TYPES[entity.type]}
    if entity.url:
        kind["url"] = entity.url
    if entity.unix_time is not None:
        kind["unix_time"] = entity.unix_time
    return {
        "@type": "textEntity",
        "offset": entity.offset,
        "length": entity.length,
        "type": kind,
    }


def check_entities(screen: Screen) -> None:
    """Give text and entities to Telegram as they are; ``RefusedError`` when it says no."""
    entities = [_td_entity(entity) for entity in screen.entities]
    text = {"@type": "formattedText", "text": screen.text, "entities": entities}
    call("getMarkdownText", text=text)


def parse_html(html: str) -> tuple[str, set[tuple[str, int, int, str | None]]]:
    """Text and entities as Telegram reads them from HTML."""
    mode = {"@type": "textParseModeHTML"}
    answer = call("parseTextEntities", text=html, parse_mode=mode)
    return str(answer["text"]), set(_read(answer["entities"]))


def found_by_telegram(text: str) -> set[str]:
    """Kinds of what Telegram would turn into links by itself: mentions, tags, commands, URLs."""
    answer = call("getTextEntities", text=text)
    return {kind for kind, *_ in _read(answer["entities"])}


def _read(entities: object) -> Iterable[tuple[str, int, int, str | None]]:
    assert isinstance(entities, list)
    for entity in entities:
        kind = entity["type"]["@type"]
        url = entity["type"].get("url")
        yield _NAMES.get(kind, kind), entity["offset"], entity["length"], url
