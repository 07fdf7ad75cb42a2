"""Our forms in the response formats that servers take, the strictest first.

A form is sent as a strict JSON schema, as a schema, as a plain object with the schema in the
prompt, or in the prompt alone. Servers that never show a schema to the model (local engines only
constrain by it) get its descriptions as an outline in the prompt.
"""

from dataclasses import dataclass
from functools import cache
from typing import Generic, NamedTuple, TypeVar

from pydantic import BaseModel, create_model

from bot.extract.forms.forms import (
    ANSWER_SCHEMA,
    JUDGE_SCHEMA,
    LIST_LIMITS,
    OVERVIEW_SCHEMA,
    POST_SCHEMA,
    QUERY_SCHEMA,
    SHORT_SCHEMA,
    TEXT_LIMITS,
    AnswerForm,
    JudgeForm,
    OverviewForm,
    PostForm,
    QueryForm,
    ShortForm,
    compact,
)
from bot.extract.forms.json_schema import Limits, Schema, guide, portable, schema_of
from bot.extract.llm.capability import Capability

_F = TypeVar("_F", bound=BaseModel)


class ResponseFormat(NamedTuple):
    """A ``response_format`` (None: left out) and what the prompt says of the form besides."""

    body: Schema | None
    guide: str


@dataclass(frozen=True)
class Form(Generic[_F]):
    """A form that a model fills in: its name on the wire, its model, its schema."""

    name: str
    model: type[_F]
    schema: Schema

    def __hash__(self) -> int:
        return hash(self.name)


POST = Form("post_form", PostForm, POST_SCHEMA)
SHORT = Form("short_form", ShortForm, SHORT_SCHEMA)
OVERVIEW = Form("overview_form", OverviewForm, OVERVIEW_SCHEMA)
JUDGE = Form("judge_form", JudgeForm, JUDGE_SCHEMA)
QUERY = Form("query_form", QueryForm, QUERY_SCHEMA)
ANSWER_FORM = Form("answer_form", AnswerForm, ANSWER_SCHEMA)


@cache
def part_of(form: Form[_F], names: frozenset[str]) -> Form[BaseModel]:
    """The form cut down to some of its fields, in their order: what a repair asks for."""
    kept = {
        name: (field.annotation, field)
        for name, field in form.model.model_fields.items()
        if name in names
    }
    model: type[BaseModel] = create_model(  # type: ignore[call-overload]
        f"{form.model.__name__}Part", __config__={"extra": "ignore"}, **kept
    )
    closed = {"additionalProperties": False}
    return Form(f"{form.name}_part", model, schema_of(model) | closed)


def response_format(form: Form[_F], how: Capability, *, shows_schema: bool) -> ResponseFormat:
    """The form as this server takes it."""
    bounds = how.limits, how.lengths
    return _made(form.name, compact(form.schema), how.format, bounds, shows_schema, form)


@cache
def _made(
    name: str,
    schema: str,
    how: str,
    bounds: tuple[bool, bool],
    shows_schema: bool,
    form: Form[BaseModel],
) -> ResponseFormat:
    if how == "prompt":
        return ResponseFormat(None, f"JSON schema: {schema}")
    if how == "object":
        return ResponseFormat({"type": "json_object"}, f"JSON schema: {schema}")
    if shows_schema:
        return ResponseFormat(_named(name, form.schema, strict=how == "strict"), "")
    lists, texts = bounds
    limits = Limits(LIST_LIMITS if lists else {}, TEXT_LIMITS if texts else {})
    flat = portable(form.schema, limits)
    return ResponseFormat(_named(name, flat, strict=how == "strict"), guide(form.schema))


def _named(name: str, schema: Schema, *, strict: bool) -> Schema:
    named: Schema = {"name": name, "schema": schema}
    return {"type": "json_schema", "json_schema": named | ({"strict": True} if strict else {})}
