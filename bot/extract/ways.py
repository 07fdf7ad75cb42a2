"""Ways to ask a server for a form, the strictest first: providers differ in what they take."""

from dataclasses import dataclass

from bot.extract.dialects import Schema, guide, portable
from bot.extract.schema import OVERVIEW_SCHEMA, POST_SCHEMA, compact


@dataclass(frozen=True)
class Asking:
    """A ``response_format`` and what the prompt must say about the form besides."""

    response_format: Schema
    guide: str = ""


@dataclass(frozen=True)
class Way:
    """How one server takes both of our forms."""

    name: str
    post: Asking
    overview: Asking


def ways(*, shown: bool) -> tuple[Way, ...]:
    """Strict schema, schema, plain JSON with the schema in the prompt.

    ``shown`` is true for servers that show the schema to the model, as OpenAI's do; local engines
    only constrain by it (llama.cpp), some weak at references, so they get it flat with a guide.
    """
    post, overview = _askings("post_form", POST_SCHEMA), _askings("overview_form", OVERVIEW_SCHEMA)
    names = ("json_schema strict", "json_schema strict", "json_schema", "json_object")
    found = [Way(*each) for each in zip(names, post, overview, strict=True)]
    return tuple(found[:1] + found[2:] if shown else found[1:])


def _askings(name: str, schema: Schema) -> tuple[Asking, ...]:
    flat, outline = portable(schema), guide(schema)
    return (
        Asking(_format(name, schema, strict=True)),
        Asking(_format(name, flat, strict=True), outline),
        Asking(_format(name, flat, strict=False), outline),
        Asking({"type": "json_object"}, f"JSON schema: {compact(schema)}"),
    )


def _format(name: str, schema: Schema, *, strict: bool) -> Schema:
    named: Schema = {"name": name, "schema": schema}
    return {"type": "json_schema", "json_schema": named | ({"strict": True} if strict else {})}
