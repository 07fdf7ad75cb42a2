"""Ways to ask a server for a form, the strictest first: providers differ in what they take."""

from dataclasses import dataclass

from bot.extract.dialects import Schema, guide, portable
from bot.extract.schema import POST_SCHEMA, compact


@dataclass(frozen=True)
class Way:
    """A ``response_format`` and what the prompt must say about the form besides."""

    name: str
    response_format: Schema
    guide: str = ""


def ways(*, shown: bool) -> tuple[Way, ...]:
    """Strict schema, schema, plain JSON with the schema in the prompt.

    ``shown`` is true for servers that show the schema to the model, as OpenAI's do; local engines
    only constrain by it (llama.cpp), some weak at references, so they get it flat with a guide.
    """
    flat, outline = portable(POST_SCHEMA), guide(POST_SCHEMA)
    strict = Way("json_schema strict", _format(POST_SCHEMA, strict=True))
    return (
        strict if shown else Way(strict.name, _format(flat, strict=True), outline),
        Way("json_schema", _format(flat, strict=False), outline),
        Way("json_object", {"type": "json_object"}, f"JSON schema: {compact(POST_SCHEMA)}"),
    )


def _format(schema: Schema, *, strict: bool) -> Schema:
    named: Schema = {"name": "post_form", "schema": schema}
    return {"type": "json_schema", "json_schema": named | ({"strict": True} if strict else {})}
