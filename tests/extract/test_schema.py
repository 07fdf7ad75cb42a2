"""The strict forms: within limits, portable, evidence before verdicts."""

import json
import subprocess
import sys
from typing import Any

import pytest

from bot.extract.forms.forms import OVERVIEW_SCHEMA, POST_SCHEMA, PostForm, compact
from bot.extract.forms.json_schema import guide, portable
from bot.extract.forms.strict_audit import audit
from bot.taxonomy.topics import taxonomy
from tests.fakes import openai_schema
from tests.fakes.openai_forms import form

Json = dict[str, Any]

FORMS = [POST_SCHEMA, OVERVIEW_SCHEMA, portable(POST_SCHEMA), portable(OVERVIEW_SCHEMA)]


@pytest.mark.parametrize("schema", FORMS)
def test_both_audits_accept_every_form(schema: Json) -> None:
    assert audit(schema) == []
    assert openai_schema.refusal(schema) is None


@pytest.mark.parametrize("schema", FORMS)
def test_no_keyword_that_some_engine_lacks(schema: Json) -> None:
    used = {key for _, part in openai_schema.subschemas(schema, ()) for key in part}
    assert used <= {
        "type", "properties", "required", "additionalProperties", "items", "anyOf", "enum", "$ref",
        "$defs", "description",
    }  # fmt: skip


def test_far_below_the_limits() -> None:
    parts = [part for _, part in openai_schema.subschemas(portable(POST_SCHEMA), ())]
    assert sum(len(part.get("properties", {})) for part in parts) < 60
    assert sum(len(part.get("enum", [])) for part in parts) < 250
    assert openai_schema.nesting(POST_SCHEMA, POST_SCHEMA) <= 5
    assert len(compact(POST_SCHEMA)) < 8_000


def test_evidence_comes_before_verdicts() -> None:
    order = list(PostForm.model_fields)
    for earlier, later in (
        ("quotes", "kind"), ("quotes", "ru"), ("papers", "primary_topic"), ("papers", "ru"),
        ("kind_reason", "kind"), ("kind_reason", "primary_topic"), ("kind", "importance"),
        ("en", "importance"),
    ):  # fmt: skip
        assert order.index(earlier) < order.index(later)
    assert order[-1] == "importance"


def test_topics_and_kinds_are_those_of_the_taxonomy() -> None:
    properties: Any = portable(POST_SCHEMA)["properties"]
    assert properties["primary_topic"]["enum"] == [each.slug for each in taxonomy().topics]
    assert properties["kind"]["enum"] == list(taxonomy().kinds)
    assert properties["secondary_topics"]["items"] == properties["primary_topic"]


def test_links_are_integers_only() -> None:
    properties: Any = portable(POST_SCHEMA)["properties"]
    paper = properties["papers"]["items"]["properties"]["link"]
    assert paper == {"anyOf": [{"type": "integer"}, {"type": "null"}]}
    names = {name for _, part in openai_schema.subschemas(POST_SCHEMA, ()) for name in part}
    assert not {"url", "href"} & names


def test_the_portable_form_is_flat_and_silent_and_keeps_the_order() -> None:
    flat = portable(POST_SCHEMA)
    text = compact(flat)
    assert "$ref" not in text
    assert "$defs" not in text
    assert all("description" not in part for _, part in openai_schema.subschemas(flat, ()))
    assert list(flat["properties"]) == list(PostForm.model_fields)  # type: ignore[arg-type]


def test_the_guide_names_every_field_with_its_description() -> None:
    lines = guide(POST_SCHEMA).splitlines()
    top = [line[2:].split(":")[0] for line in lines if line.startswith("- ")]
    assert top == list(PostForm.model_fields)
    assert any(line.startswith("  - title: Whole") for line in lines)
    assert any("main|cited" in line for line in lines)


def _broken(change: Json) -> Json:
    schema: Json = json.loads(compact(POST_SCHEMA))
    schema["properties"]["quotes"] |= change
    return schema


@pytest.mark.parametrize(
    "change",
    [
        {"minItems": 1},
        {"type": "object"},
        {"type": "array", "items": {}},
        {"oneOf": []},
        {"$ref": "#/$defs/Nowhere"},
        {"items": {"type": "object", "properties": {}, "required": []}},
        {"items": {"enum": ["v"] * 1001, "type": "string"}},
        {"items": {"enum": ["v" * 70] * 251, "type": "string"}},
    ],
)
def test_both_audits_find_a_fault(change: Json) -> None:
    schema = _broken(change)
    assert audit(schema)
    assert openai_schema.refusal(schema)


def test_a_missing_requirement_and_a_deep_nest_are_found() -> None:
    schema: Json = json.loads(compact(POST_SCHEMA))
    schema["required"].remove("kind")
    assert audit(schema)
    deep: Json = {"type": "string"}
    for _ in range(11):
        deep = {"type": "array", "items": deep}
    assert any("nesting" in fault for fault in audit(_broken({"items": deep})))


def test_a_choice_at_the_root_is_refused() -> None:
    assert audit({"anyOf": [dict(POST_SCHEMA)]})


def test_the_form_takes_no_other_fields() -> None:
    filled = form(primary_topic="rl")
    assert PostForm.model_validate(filled).primary_topic == "rl"
    with pytest.raises(ValueError, match="extra"):
        PostForm.model_validate(filled | {"url": "https://evil.example"})


def test_schema_and_checker_do_not_load_the_client() -> None:
    modules = "bot.extract.checks.check, bot.extract.forms.forms"
    code = f"import sys, {modules}; sys.exit('openai' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
