"""What the Bot API server does to a text before it is a message; the judge is Telegram's parser.

``tdjson`` runs the same code as the server, offline: markup, entity bounds and URLs are its word.
"""

import json
from typing import Any

import tdjson

Json = dict[str, Any]

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_RAW_BYTES = 32_768
MAX_ENTITIES = 100
_MODES = {
    "html": {"@type": "textParseModeHTML"},
    "markdown": {"@type": "textParseModeMarkdown", "version": 1},
    "markdownv2": {"@type": "textParseModeMarkdown", "version": 2},
}
_BLANK = "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"
_TRIMMED = " \t\n\r\v\f"
_TO_TD = {
    "bold": "Bold",
    "italic": "Italic",
    "underline": "Underline",
    "strikethrough": "Strikethrough",
    "spoiler": "Spoiler",
    "code": "Code",
    "pre": "Pre",
    "blockquote": "BlockQuote",
    "expandable_blockquote": "ExpandableBlockQuote",
    "text_link": "TextUrl",
    "date_time": "DateTime",
}
tdjson.td_execute(b'{"@type":"setLogVerbosityLevel","new_verbosity_level":0}')
_FROM_TD = {f"textEntityType{name}": kind for kind, name in _TO_TD.items()}


class ApiError(Exception):
    """An answer with ``ok: false``; ``description`` follows the server's casing rule."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(text: str) -> ApiError:
    """400 with the first letter lower-cased, unless the second is ``_`` or upper-case."""
    keeps = len(text) > 1 and (text[1] == "_" or text[1].isupper())
    return ApiError(400, f"Bad Request: {text if keeps else text[:1].lower() + text[1:]}")


def formatted(text: str, mode: str | None, entities: list[Json], limit: int) -> Json:
    """``{"text", "entities", "lost_entities"}`` as the message will have them."""
    if len(text.encode(errors="surrogatepass")) > MAX_RAW_BYTES:
        raise bad_request("text is too long")
    if mode:
        text, entities = _parse(text, mode)
    else:
        _check(text, entities)
    text, entities = _trim(text, entities)
    if len(text) > limit:
        raise bad_request(f"message {'caption ' if limit == MAX_CAPTION else ''}is too long")
    lost = max(0, len(entities) - MAX_ENTITIES)
    return {"text": text, "entities": entities[:MAX_ENTITIES], "lost_entities": lost}


def message_text(params: Json) -> Json:
    """The text of ``sendMessage`` or ``editMessageText``; never empty."""
    text = str(params.get("text") or "")
    if not text:
        raise bad_request("message text is empty")
    found = formatted(text, params.get("parse_mode"), params.get("entities") or [], MAX_TEXT)
    if not found["text"].strip(_BLANK + _TRIMMED):
        raise bad_request("text must be non-empty")
    return found


def _td(query: Json) -> Json:
    answer: Json = json.loads(tdjson.td_execute(json.dumps(query).encode()) or b"{}")
    if answer["@type"] == "error":
        raise bad_request(answer["message"])
    return answer


def _parse(text: str, mode: str) -> tuple[str, list[Json]]:
    if mode.lower() not in _MODES:
        raise bad_request("unsupported parse_mode")
    query = {"@type": "parseTextEntities", "text": text, "parse_mode": _MODES[mode.lower()]}
    found = _td(query)
    return found["text"], [_from_td(entity) for entity in found["entities"]]


def _from_td(entity: Json) -> Json:
    kind = entity["type"]["@type"]
    plain = {"type": _FROM_TD.get(kind, kind), **{k: entity[k] for k in ("offset", "length")}}
    return plain | ({"url": entity["type"]["url"]} if "url" in entity["type"] else {})


def _check(text: str, entities: list[Json]) -> None:
    known = [_to_td(entity) for entity in entities if entity.get("type") in _TO_TD]
    content = {"@type": "formattedText", "text": text, "entities": known}
    _td({"@type": "getMarkdownText", "text": content})


def _to_td(entity: Json) -> Json:
    kind: Json = {"@type": f"textEntityType{_TO_TD[entity['type']]}"}
    if entity["type"] == "text_link":
        kind["url"] = entity.get("url", "")
    if entity["type"] == "date_time":
        kind["unix_time"] = int(entity["unix_time"])
    span = {"offset": int(entity["offset"]), "length": int(entity["length"])}
    return {"@type": "textEntity", **span, "type": kind}


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2


def _trim(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Blank ends go; entities move with the text and lose what hangs over its end."""
    shift = _units(text) - _units(text.lstrip(_TRIMMED))
    text = text.strip(_TRIMMED)
    end = _units(text)
    moved = []
    for entity in entities:
        start = max(0, entity["offset"] - shift)
        stop = min(end, entity["offset"] + entity["length"] - shift)
        if stop > start:
            moved.append({**entity, "offset": start, "length": stop - start})
    return text, moved
