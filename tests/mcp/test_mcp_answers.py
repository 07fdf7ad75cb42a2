"""An answer is cut to its size, and says by how much."""

import copy
import json
from typing import Any

import jsonschema
import pytest

from bot.export.json import DigestOut, to_json
from bot.export.page_json import HitsOut
from bot.mcp.answers import MOST_CHARS, answer_schema, cut_to_size, length_of, tool_answer
from bot.web.places import PagePlace, Site
from tests.export.test_json_schema import full


def post(number: int, words: int) -> dict[str, Any]:
    return {
        "story": f"{number:012x}",
        "title": "t " * words,
        "summary": "s " * words,
        "url": f"https://t.me/pane_one/{number}",
        "links": [{"url": f"https://example.org/{'p' * number}", "anchor": "a " * words}] * 40,
    }


@pytest.mark.parametrize(("count", "words"), [(0, 1), (1, 1), (24, 50), (24, 5_000), (2_000, 10)])
def test_no_answer_is_longer_than_the_most(count: int, words: int) -> None:
    found = cut_to_size(
        {"posts": [post(number, words) for number in range(count)], "total": count}
    )
    assert length_of(found) <= MOST_CHARS
    assert len(found["posts"]) + found["cut"] == count
    assert all(each["url"].startswith("https://t.me/") for each in found["posts"])
    assert all(len(each["links"]) in (0, 3, 6, 12) for each in found["posts"])


def test_a_digest_that_is_cut_names_no_story_that_is_gone() -> None:
    whole = json.loads(to_json(full()))
    story = whole["stories"][0]
    long = {**story, "bullets": ["b " * 900] * 3}
    whole |= {"stories": [copy.deepcopy(long) for _ in range(200)], "top": [1, 2, 199]}
    found = tool_answer(json.dumps(whole), Site(url="https://n.example"), PagePlace(), "en")
    kept = len(found["stories"])
    assert 2 < kept < 199
    assert (found["top"], found["opening"], found["cut"]) == ([1, 2], None, 200 - kept)
    jsonschema.Draft202012Validator(answer_schema(DigestOut)).validate(found)


def test_without_an_address_of_the_archive_there_is_none() -> None:
    found = tool_answer(json.dumps({"posts": [post(1, 1)]}), Site(), PagePlace(), "en")
    assert found["page_url"] is found["posts"][0]["page_url"] is None


def test_the_schema_of_an_answer_refers_to_nothing() -> None:
    text = json.dumps([answer_schema(DigestOut), answer_schema(HitsOut)])
    assert "$ref" not in text
