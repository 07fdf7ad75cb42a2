"""The forms under a real grammar engine, as local model servers run it: what it lets through."""

import json
from typing import Any

import pytest
from llguidance import JsonCompiler, LLMatcher, LLTokenizer

from bot.extract.forms.forms import OVERVIEW_SCHEMA, POST_SCHEMA, OverviewForm, PostForm, compact
from tests.extract.posts import EN, RU, post
from tests.extract.talk import talking
from tests.fakes.entries import make_entry
from tests.fakes.openai_forms import form

Json = dict[str, Any]

BYTES = LLTokenizer("byte")
FILLED = PostForm.model_validate(
    form(
        ru=RU,
        en=EN,
        primary_topic="quantization",
        secondary_topics=["inference"],
        quotes=["до 3,6 бит"],
        papers=[{"title": None, "link": 1, "role": "main", "ru": "Сжатие.", "en": None}],
    )
)
GOOD: Json = json.loads(FILLED.model_dump_json())
OPENING = OverviewForm.model_validate(
    {
        "themes": [{"observation": "", "posts": [1, 2], "headline": "a", "text": "b [1]."}],
        "highlights": [{"post": 1, "why": "c"}],
        "intro": "d",
    }
)


class Grammar:
    """A schema compiled as an engine compiles it before it masks the next token."""

    def __init__(self, schema: Json) -> None:
        self._grammar = JsonCompiler(whitespace_flexible=True).compile(compact(schema))
        self.fault = LLMatcher.validate_grammar(self._grammar, BYTES)

    def takes(self, text: str) -> bool:
        """True where the whole text can be generated and generation may end there."""
        matcher = LLMatcher(BYTES, self._grammar)
        tokens = BYTES.tokenize_str(text)
        return bool(matcher.try_consume_tokens(tokens) == len(tokens) and matcher.is_accepting())


async def sent() -> list[Json]:
    """Schemas of a post and of an opening as they go over the wire to a local server."""
    async with talking() as (fake, model):
        await model.analyse(post())
        await model.overview([make_entry()], period="week", language="en")
    return [asked.schema for asked in fake.requests if asked.post or asked.cards]


async def test_what_is_sent_compiles_and_takes_true_answers() -> None:
    of_post, of_opening = map(Grammar, await sent())
    assert (of_post.fault, of_opening.fault) == ("", "")
    assert of_post.takes(FILLED.model_dump_json())
    assert of_post.takes(json.dumps(GOOD, ensure_ascii=False))
    assert of_post.takes(json.dumps(GOOD | {"ru": None, "papers": []}, ensure_ascii=False))
    assert of_opening.takes(OPENING.model_dump_json())


@pytest.mark.parametrize("schema", [POST_SCHEMA, OVERVIEW_SCHEMA])
def test_the_schema_with_references_compiles_too(schema: Json) -> None:
    assert Grammar(schema).fault == ""


WRONG: dict[str, Json] = {
    "an unknown topic": GOOD | {"primary_topic": "cooking"},
    "an unknown kind": GOOD | {"kind": "poem"},
    "a link by its address": GOOD
    | {"papers": [GOOD["papers"][0] | {"link": "https://a.example"}]},
    "half a link": GOOD | {"papers": [GOOD["papers"][0] | {"link": 1.5}]},
    "a verdict between the grades": GOOD | {"importance": "very_high"},
    "a field of its own": GOOD | {"url": "https://a.example"},
    "no cards": {name: value for name, value in GOOD.items() if name not in ("ru", "en")},
    "the verdict before its reason": dict(reversed(GOOD.items())),
    "a card without a title": GOOD | {"en": {"bullets": [], "tldr": "a"}},
    "text for a list": GOOD | {"keywords": "quantization"},
}


@pytest.mark.parametrize("case", WRONG)
async def test_what_the_form_forbids_cannot_be_generated(case: str) -> None:
    of_post, _ = map(Grammar, await sent())
    assert not of_post.takes(json.dumps(WRONG[case], ensure_ascii=False))


@pytest.mark.parametrize("text", ["", "{}", "null", "[]", "I cannot help with that."])
async def test_what_is_no_form_cannot_be_generated(text: str) -> None:
    for grammar in map(Grammar, await sent()):
        assert not grammar.takes(text)
