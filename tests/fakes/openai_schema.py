"""What OpenAI refuses in a strict schema, written apart from the code under test."""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

# Guide "Structured model outputs": supported properties and limitations.
FORBIDDEN = {
    "allOf", "oneOf", "not", "if", "then", "else", "dependentRequired", "dependentSchemas",
    "patternProperties", "unevaluatedProperties", "propertyNames", "minProperties",
    "maxProperties", "uniqueItems", "contains", "minContains", "maxContains", "prefixItems",
    "default", "title", "$schema", "$id", "examples", "nullable",
}  # fmt: skip
# Allowed by OpenAI, refused or ignored by the others that we promise to work with.
NOT_PORTABLE = {
    "pattern", "format", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "multipleOf", "minItems",
}  # fmt: skip


def refusal(schema: Json) -> str | None:
    """The first reason to answer 400, None for a schema that strict mode takes."""
    if schema.get("type") != "object" or "anyOf" in schema:
        return "schema must be a JSON Schema of 'type: \"object\"'"
    for where, part in subschemas(schema, ()):
        for reason in _reasons(part, schema):
            return f"In context={where}, {reason}"
    return _too_big(schema)


def subschemas(part: Json, where: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Json]]:
    """Every schema inside a schema, with its path; references are not followed."""
    yield where, part
    for holder in ("properties", "$defs", "definitions"):
        for name, inner in part.get(holder, {}).items():
            yield from subschemas(inner, (*where, holder, name))
    for branch in part.get("anyOf", []):
        yield from subschemas(branch, (*where, "anyOf"))
    if isinstance(part.get("items"), dict):
        yield from subschemas(part["items"], (*where, "items"))


def _reasons(part: Json, root: Json) -> Iterator[str]:
    if used := part.keys() & (FORBIDDEN | NOT_PORTABLE):
        yield f"{sorted(used)} is not permitted"
    if "$ref" in part:
        if part.keys() != {"$ref"}:
            yield "$ref cannot have keywords"
        if part["$ref"].split("/")[-1] not in root.get("$defs", {}):
            yield "reference can not be resolved"
    if part.get("type") == "object" or "properties" in part:
        if part.get("additionalProperties", True) is not False:
            yield "'additionalProperties' is required to be supplied and to be false"
        if set(part.get("required", [])) != set(part.get("properties", {})):
            yield "'required' is required to be an array including every key in properties"
    if part.get("type") == "array" and "items" not in part:
        yield "array schema missing items"
    if not part.keys() & {"type", "anyOf", "$ref", "enum", "const"}:
        yield "schema must have a 'type' key"


def _too_big(root: Json) -> str | None:
    parts = [part for _, part in subschemas(root, ())]
    names = [name for part in parts for name in part.get("properties", {})]
    values = [str(value) for part in parts for value in part.get("enum", [])]
    text = sum(map(len, names + values)) + sum(map(len, root.get("$defs", {})))
    if len(names) > 5000 or len(values) > 1000 or text > 120_000:
        return "schema is too large"
    if any(len(part.get("enum", [])) > 250 for part in parts) and sum(map(len, values)) > 15_000:
        return "enum is too large"
    return "schema is nested too deeply" if nesting(root, root) > 10 else None


def nesting(part: Json, root: Json) -> int:
    """Levels of objects and arrays, references followed (our forms have no recursion)."""
    if "$ref" in part:
        return nesting(root["$defs"][part["$ref"].split("/")[-1]], root)
    inner = [*part.get("properties", {}).values(), *part.get("anyOf", [])]
    inner += [part["items"]] if "items" in part else []
    own = 1 if part.get("type") in ("object", "array") else 0
    return own + max((nesting(each, root) for each in inner), default=0)
