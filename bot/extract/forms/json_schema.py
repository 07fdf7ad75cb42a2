"""JSON schemas of pydantic forms in the dialects that servers understand. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias, cast

from pydantic import BaseModel

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Schema: TypeAlias = dict[str, Json]

_NAMED = ("properties", "$defs")


def schema_of(form: type[BaseModel]) -> Schema:
    """The schema of a form for OpenAI's strict mode: shared parts under ``$defs``, described."""
    raw = cast(Schema, form.model_json_schema())
    definitions = cast("dict[str, Schema]", raw.get("$defs", {}))
    return cast(Schema, _tidy(raw, definitions))


class Limits(NamedTuple):
    """Most items of a list and most characters of a text, by the name of the field.

    Without a bound a small model fills a list, or one text, until the cap of tokens.
    """

    lists: Mapping[str, int] = MappingProxyType({})
    texts: Mapping[str, int] = MappingProxyType({})


UNBOUNDED = Limits()


def portable(schema: Schema, limits: Limits = UNBOUNDED) -> Schema:
    """The same without references and descriptions, for engines that are weak at either."""
    definitions = cast("dict[str, Schema]", schema.get("$defs", {}))
    root = {k: v for k, v in schema.items() if k != "$defs"}
    return cast(Schema, _flat(root, definitions, limits))


def guide(schema: Schema) -> str:
    """The descriptions as an outline, for engines that never show the schema to the model."""
    definitions = cast("dict[str, Schema]", schema.get("$defs", {}))
    return "\n".join(_outline(schema, definitions, 0))


def descriptions(schema: Json) -> Iterator[str]:
    """All that a schema says in words, part by part."""
    parts = schema.values() if isinstance(schema, dict) else schema
    if isinstance(schema, dict) and isinstance(told := schema.get("description"), str):
        yield told
    for part in parts if isinstance(parts, Iterable) and not isinstance(parts, str) else ():
        yield from descriptions(part)


def _tidy(node: Json, definitions: dict[str, Schema]) -> Json:
    """Without titles and defaults; references with siblings inlined: strict mode refuses them."""
    if isinstance(node, list):
        return [_tidy(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node and len(node) > 1:
        node = definitions[_name(node)] | {k: v for k, v in node.items() if k != "$ref"}
    tidied = {
        key: _named(value, definitions) if key in _NAMED else _tidy(value, definitions)
        for key, value in node.items()
        if key not in ("title", "default")
    }
    if isinstance(parts := tidied.get("properties"), dict):
        tidied["required"] = [*parts]  # all, also those that an answer is spared the lack of
    return tidied


def _named(parts: Json, definitions: dict[str, Schema]) -> Json:
    """Under ``properties`` and ``$defs`` keys are names: a field called ``title`` stays."""
    return {name: _tidy(part, definitions) for name, part in cast(Schema, parts).items()}


def _flat(node: Json, definitions: dict[str, Schema], limits: Limits) -> Json:
    if isinstance(node, list):
        return [_flat(item, definitions, limits) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _flat(definitions[_name(node)], definitions, limits)
    return {
        key: {
            name: _bounded(_flat(part, definitions, limits), name, limits)
            for name, part in cast(Schema, value).items()
        }
        if key == "properties"
        else _flat(value, definitions, limits)
        for key, value in node.items()
        if key != "description"
    }


def _bounded(part: Json, name: str, limits: Limits) -> Json:
    most = limits.lists.get(name)
    if most is not None and isinstance(part, dict) and part.get("type") == "array":
        part = part | {"maxItems": most}
    longest = limits.texts.get(name)
    return part if longest is None else _no_longer(part, longest)


def _no_longer(part: Json, longest: int) -> Json:
    """The part with a bound for its text: plain, beside null or in a list."""
    if isinstance(part, list):
        return [_no_longer(each, longest) for each in part]
    if not isinstance(part, dict):
        return part
    if part.get("type") == "string" and "enum" not in part:
        return part | {"maxLength": longest}
    inside = ("items", "anyOf")
    return {k: _no_longer(v, longest) if k in inside else v for k, v in part.items()}


def _outline(node: Schema, definitions: dict[str, Schema], depth: int) -> list[str]:
    lines = []
    for name, part in cast("dict[str, Schema]", node["properties"]).items():
        values = "|".join(map(str, cast("list[Json]", part.get("enum", []))))
        notes = [note for note in (values, part.get("description")) if note]
        lines.append("  " * depth + f"- {name}: {'; '.join(map(str, notes))}".rstrip(" :"))
        if inner := _object_in(part, definitions):
            lines += _outline(inner, definitions, depth + 1)
    return lines


def _object_in(part: Schema, definitions: dict[str, Schema]) -> Schema | None:
    """The object that a field holds directly, in a list or beside null."""
    options = [part, part.get("items"), *cast("list[Json]", part.get("anyOf", []))]
    for option in options:
        found = definitions.get(_name(option)) if isinstance(option, dict) else None
        if found and "properties" in found:
            return found
    return None


def _name(node: Schema) -> str:
    return str(node.get("$ref", "")).rpartition("/")[2]
