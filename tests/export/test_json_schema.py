"""The schema of the JSON output: what programs may rely on, and what real output keeps to."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema
import pytest

from bot.collect.preview.page import parse_page
from bot.collect.samples import NOW, pages
from bot.digest.cluster import group
from bot.digest.periods import period
from bot.export.json import stories_to_json, to_json
from bot.export.page_json import json_schema
from bot.extract.extractive.analyst import analyse
from bot.model import (
    Claim,
    Digest,
    Entry,
    Language,
    Opening,
    PeriodName,
    Post,
    Story,
    Theme,
    Trend,
)
from bot.taxonomy.topics import Topic
from tests.fakes.digests import compose
from tests.fakes.entries import make_entry

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
SCHEMA = json.loads((DOCS / "json.schema.json").read_text("utf-8"))
CHECK = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())


def samples() -> tuple[Story, ...]:
    posts = [post for page in pages() for post in parse_page(page).posts]
    return group([_read(post) for post in posts])


def _read(post: Post) -> Entry:
    found = analyse(post)
    return Entry(post=post, analysis=found, engine="extractive", prompt_id="", analysed_at=NOW)


def full() -> Digest:
    """A week with everything that a digest can have."""
    (story, *others), at = samples(), NOW - timedelta(hours=5)
    kin = make_entry("pane_kin", 1, at=at)
    entries = (*story.entries, make_entry("pane_late", 2, at=at))
    roundup = make_entry("pane_list", 3, at=at, kind="roundup")
    rich = Story(id=story.id, entries=entries, also=(kin,), earlier=kin, roundups=(roundup,))
    found = compose([rich, *others], period("week", NOW, ZoneInfo("UTC")), "en")
    keys = tuple(story.first.key for story in found.stories[:2])
    claim = Claim(text="Both.", entries=keys)
    theme = Theme(headline="Two", claims=(claim,), entries=keys)
    trend = Trend(topic=Topic("agents"), before=2, now=12)
    opening = Opening(intro="A week.", themes=(theme,), highlights=(claim,))
    return found.model_copy(update={"opening": opening, "rising": (trend,), "falling": (trend,)})


def test_the_schema_is_that_of_the_program() -> None:
    again = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    assert (DOCS / "json.schema.json").read_text("utf-8") == again
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", ["day", "week", "month"])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_digests_of_the_samples_keep_to_it(name: PeriodName, language: Language) -> None:
    found = compose(samples(), period(name, NOW, ZoneInfo("UTC")), language)
    assert found.stories
    CHECK.validate(json.loads(to_json(found)))


def test_a_digest_with_everything_keeps_to_it() -> None:
    written = json.loads(to_json(full()))
    CHECK.validate(written)
    [told] = [story for story in written["stories"] if story["also"]]
    assert (len(told["roundups"]), told["earlier"]["channel"]) == (1, "pane_kin")
    assert written["rising"][0]["now"] == 12
    assert written["opening"]["themes"]


def test_stories_of_a_topic_keep_to_it() -> None:
    CHECK.validate(json.loads(stories_to_json("Агенты", samples(), "ru")))
    CHECK.validate(json.loads(stories_to_json("", [], "en")))


def _damaged() -> list[dict[str, Any]]:
    whole: dict[str, Any] = json.loads(to_json(full()))
    story = whole["stories"][0]
    return [
        {**whole, "unknown": 1},
        {key: value for key, value in whole.items() if key != "top"},
        {**whole, "posts": "many"},
        {**whole, "stories": [{**story, "kind": "gossip"}]},
        {**whole, "stories": [{key: story[key] for key in story if key != "id"}]},
    ]


@pytest.mark.parametrize("number", range(5))
def test_anything_else_is_refused(number: int) -> None:
    assert not CHECK.is_valid(_damaged()[number])
