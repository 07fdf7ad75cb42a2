"""OpenAI's strict subset of JSON Schema and its limits, as an audit of our own. Pure.

An engine that accepts a schema proves nothing about this subset; the figures are those of the
structured outputs guide (developers.openai.com/api/docs/guides/structured-outputs).
"""

from collections.abc import Iterator, Mapping

MAX_PROPERTIES = 5_000
_MAX_DEPTH = 10
MAX_NAMES = 120_000
MAX_ENUM = 1_000
LONG_ENUM, LONG_ENUM_CHARS = 250, 15_000

_KEYWORDS = frozenset(
    {"$defs", "$ref", "additionalProperties", "anyOf", "const", "description", "enum", "items",
     "properties", "required", "type"}
)  # fmt: skip
_TYPES = frozenset({"object", "array", "string", "integer", "number", "boolean", "null"})

Node = Mapping[str, object]


def audit(schema: Node) -> list[str]:
    """What strict mode would refuse in a schema, one line per fault; empty when it is fine."""
    nodes = list(_walk(schema, "#"))
    faults = [fault for path, node in nodes for fault in _faults(path, node, schema)]
    if schema.get("type") != "object" or "anyOf" in schema:
        faults.append("#: the root must be an object, not a choice")
    return faults + _over_limits([node for _, node in nodes], _depth(schema, schema, ()))


def _walk(node: Node, path: str) -> Iterator[tuple[str, Node]]:
    yield path, node
    for key in ("properties", "$defs"):
        for name, part in _mapping(node.get(key)).items():
            yield from _walk(_mapping(part), f"{path}/{key}/{name}")
    if "items" in node:
        yield from _walk(_mapping(node["items"]), f"{path}/items")
    for number, part in enumerate(_list(node.get("anyOf"))):
        yield from _walk(_mapping(part), f"{path}/anyOf/{number}")


def _faults(path: str, node: Node, root: Node) -> Iterator[str]:
    for keyword in sorted(set(node) - _KEYWORDS):
        yield f"{path}: keyword {keyword!r} is not supported"
    if "$ref" in node:
        if len(node) > 1:
            yield f"{path}: $ref cannot have siblings"
        if _target(node, root) is None:
            yield f"{path}: $ref leads nowhere"
    elif "anyOf" not in node and node.get("type") not in _TYPES:
        yield f"{path}: no type"
    if node.get("type") == "object":
        yield from _open_object(path, node)
    if node.get("type") == "array" and "items" not in node:
        yield f"{path}: an array without items"


def _open_object(path: str, node: Node) -> Iterator[str]:
    if node.get("additionalProperties") is not False:
        yield f"{path}: additionalProperties must be false"
    if list(_mapping(node.get("properties"))) != _list(node.get("required")):
        yield f"{path}: every property must be required, in order"


def _over_limits(nodes: list[Node], depth: int) -> list[str]:
    enums = [[str(value) for value in _list(node.get("enum"))] for node in nodes]
    properties = [name for node in nodes for name in _mapping(node.get("properties"))]
    definitions = [name for node in nodes for name in _mapping(node.get("$defs"))]
    constants = [str(node["const"]) for node in nodes if "const" in node]
    values = [value for enum in enums for value in enum]
    chars = sum(map(len, properties + definitions + constants + values))
    longest = max((sum(map(len, enum)) for enum in enums if len(enum) > LONG_ENUM), default=0)
    figures = (
        ("properties", len(properties), MAX_PROPERTIES),
        ("levels of nesting", depth, _MAX_DEPTH),
        ("characters of names and values", chars, MAX_NAMES),
        ("enum values", len(values), MAX_ENUM),
        ("characters in a long enum", longest, LONG_ENUM_CHARS),
    )
    return [f"#: {got} {what}, at most {most}" for what, got, most in figures if got > most]


def _depth(node: Node, root: Node, seen: tuple[object, ...]) -> int:
    """Levels of objects and arrays below a node, through references; recursion counts once."""
    if (ref := node.get("$ref")) is not None:
        target = _target(node, root)
        return 0 if ref in seen or target is None else _depth(target, root, (*seen, ref))
    parts = [*_mapping(node.get("properties")).values(), *_list(node.get("anyOf"))]
    if "items" in node:
        parts.append(node["items"])
    below = max((_depth(_mapping(part), root, seen) for part in parts), default=0)
    return below + (node.get("type") in ("object", "array"))


def _target(node: Node, root: Node) -> Node | None:
    name = str(node.get("$ref", "")).removeprefix("#/$defs/")
    return _mapping(_mapping(root.get("$defs")).get(name)) or None


def _mapping(value: object) -> Node:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
