"""The documented JSON of a page → what a tool answers: cut to size, with addresses. Pure."""

import json
from collections.abc import Mapping
from typing import Any, cast

from pydantic import TypeAdapter

from bot.model import Language, Value
from bot.web.places import PagePlace, Site

JsonAnswer = dict[str, Any]

MOST_CHARS = 48_000
"""Characters of an answer: some 12,000 tokens of English, twice that of Russian."""

LONGEST_URL = 1_000
"""What links to a longer one is left out."""

_CUTS = ((12, 2_000), (6, 600), (3, 200))
"""Members of a list inside an item, and characters of a text: the first that make all fit."""

_DIGITS = 6  # by which the number of what is cut may grow

_ITEMS = ("stories", "posts", "weeks")
"""Lists at the top, which lose whole items from their ends, if any; the last one never does."""


def tool_answer(text: str, site: Site, place: PagePlace | None, language: Language) -> JsonAnswer:
    """The document with ``page_url`` where the archive has a page, and how much was ``cut``.

    ``cut`` counts the stories or posts at its end that are left out for its length.
    """
    found: JsonAnswer = json.loads(text)
    found["page_url"] = (place and site.address(place, language)) or None
    for item, story in _stories_in(found):
        item["page_url"] = site.address(PagePlace("story", story), language) or None
    return cut_to_size(found)


def _stories_in(found: JsonAnswer) -> list[tuple[JsonAnswer, str]]:
    """What stands for a story of its own, with the story's id."""
    stories = [*found.get("stories", ()), *([found["story"]] if "story" in found else [])]
    posts = found.get("posts")  # of a digest it is a number
    listed = [(each, each["story"]) for each in posts] if isinstance(posts, list) else []
    return [(each, each["id"]) for each in stories] + listed


def cut_to_size(found: JsonAnswer) -> JsonAnswer:
    """The document within ``MOST_CHARS``: what is inside its items gives way first."""
    found |= {"cut": 0}
    for members, chars in _CUTS:
        cut = _shortened(found, members, chars)
        if length_of(cut) <= MOST_CHARS:
            return cut
    name = next(name for name in _ITEMS if isinstance(cut.get(name), list))
    items, length = cut[name], length_of(cut) + _DIGITS
    while items and length > MOST_CHARS:
        length -= length_of(items.pop()) + 1
        cut["cut"] += 1
    return _renumbered(cut) if name == "stories" else cut


def _renumbered(cut: JsonAnswer) -> JsonAnswer:
    """What names stories by their numbers names none that was left out."""
    kept = len(cut["stories"])
    if "top" in cut:
        cut |= {"top": [number for number in cut["top"] if number <= kept], "opening": None}
    return cut


def _shortened(found: JsonAnswer, members: int, chars: int) -> JsonAnswer:
    """All of it, with whole lists at the top."""
    return {
        name: [_short(each, members, chars) for each in value]
        if isinstance(value, list) and name in _ITEMS
        else _short(value, members, chars)
        for name, value in found.items()
    }


def _short(value: Any, members: int, chars: int) -> Any:
    match value:
        case str():
            whole = len(value) <= chars or value.startswith(("https://", "http://"))
            return value if whole else f"{value[: chars - 1]}…"
        case dict():
            return {name: _short(each, members, chars) for name, each in value.items()}
        case list():
            kept = [each for each in value if not _is_too_long(each)]
            return [_short(each, members, chars) for each in kept[:members]]
    return value


def _is_too_long(each: Any) -> bool:
    return isinstance(each, dict) and len(str(each.get("url", ""))) > LONGEST_URL


def one_line(found: JsonAnswer) -> str:
    """The document as a text in one line, without escapes."""
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def length_of(found: JsonAnswer) -> int:
    """Characters of that text."""
    return len(one_line(found))


def answer_schema(shape: type[Value]) -> JsonAnswer:
    """The schema of what a tool answers, whole in itself: clients of old know no ``$defs``."""
    raw = TypeAdapter(shape).json_schema(mode="serialization")
    found = cast("JsonAnswer", _inlined(raw, raw.get("$defs", {})))
    found["properties"] |= {
        "page_url": _ADDRESS | {"description": "The page of the archive, where it is public."},
        "cut": {"type": "integer", "description": "Items left out at the end for its length."},
    }
    for name in ("stories", "posts", "story"):
        item = found["properties"].get(name, {})
        item = item.get("items", item)
        if "properties" in item:
            item["properties"] |= {"page_url": _ADDRESS}
    return found


def arguments_schema(shape: type[Value]) -> JsonAnswer:
    """The schema of a tool's arguments."""
    found = cast("JsonAnswer", _inlined(shape.model_json_schema(), {}))
    return found | {"additionalProperties": False}


_ADDRESS: JsonAnswer = {"anyOf": [{"type": "string"}, {"type": "null"}]}
_ASIDE = frozenset({"$defs", "title", "additionalProperties"})
_OF_OBJECTS = _ASIDE | {"properties", "description"}  # which says more of the program than of it


def _inlined(value: Any, parts: Mapping[str, Any]) -> Any:
    """The schema with each reference replaced by what it names, long lists of slugs by a text."""
    match value:
        case {"$ref": str() as name}:
            return _inlined(parts[name.rpartition("/")[2]], parts)
        case {"enum": [*slugs], "type": "string"} if len(slugs) > len(_ITEMS):
            return {"type": "string"}
        case {"properties": dict() as fields}:
            rest = {k: v for k, v in value.items() if k not in _OF_OBJECTS}
            inner = {name: _inlined(each, parts) for name, each in fields.items()}
            return {**_inlined(rest, parts), "properties": inner}
        case dict():
            return {k: _inlined(v, parts) for k, v in value.items() if k not in _ASIDE}
        case list():
            return [_inlined(each, parts) for each in value]
    return value
