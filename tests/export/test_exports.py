"""A digest for programs and for files."""

import json
from zoneinfo import ZoneInfo

from inline_snapshot import snapshot

from bot.digest.cluster import group
from bot.digest.periods import period
from bot.export.json import DigestOut, to_json
from bot.export.markdown import to_markdown
from bot.export.text import to_text
from bot.model import Digest, Language
from bot.screens.digest_pages import whole
from tests.fakes.digests import compose
from tests.fakes.entries import NOON, make_entry


def digest(language: Language = "en") -> Digest:
    entries = [
        make_entry(
            *("pane_one", 11),
            text="one",
            title="Two bits *are* <b>enough</b>",
            tldr="1. see @nobody, [this](http://evil.example)",
            papers=["2611.04821"],
            hours_ago=5,
        ),
        make_entry("pane_two", 22, text="two", papers=["2611.04821"], hours_ago=3),
        make_entry("pane_two", 24, text="three", kind="promo"),
    ]
    return compose(group(entries), period("day", NOON, ZoneInfo("UTC")), language)


def test_json_has_a_stable_shape() -> None:
    found = json.loads(to_json(digest()))
    assert len(found.pop("stories")) == 1
    assert found == snapshot(
        {
            "version": 1,
            "language": "en",
            "period": {
                "name": "day",
                "since": "2026-11-19T12:00:00Z",
                "until": "2026-11-20T12:00:00Z",
            },
            "posts": 3,
            "channels": 2,
            "repeats": 1,
            "skipped": {"promo": 1},
            "left_out": 0,
            "reading_minutes": 1,
            "opening": None,
            "topics": [{"slug": "quantization", "title": "Quantization", "stories": 1}],
            "top": [],
            "rising": [],
            "falling": [],
            "lists": [],
        }
    )


def test_a_story_in_json_has_a_stable_shape() -> None:
    found = json.loads(to_json(digest()))["stories"][0]
    assert [source["url"] for source in found.pop("sources")] == [
        *("https://t.me/pane_one/11", "https://t.me/pane_two/22")
    ]  # fmt: skip
    assert found == snapshot(
        {
            "id": "c8ccb6ba9fb8",
            "topic": "quantization",
            "topics": ["quantization"],
            "kind": "paper_review",
            "importance": "normal",
            "title": "Two bits *are* <b>enough</b>",
            "summary": "1. see @nobody, [this](http://evil.example)",
            "bullets": [],
            "engine": "llm",
            "url": "https://t.me/pane_one/11",
            "channels": 2,
            "posts": 2,
            "papers": [
                {
                    "id": "arxiv:2611.04821",
                    "title": None,
                    "url": "https://arxiv.org/abs/2611.04821",
                    "role": "main",
                    "gist": None,
                    "authors": [],
                    "year": None,
                }
            ],
            "links": [{"url": "https://arxiv.org/abs/2611.04821", "kind": "paper", "anchor": ""}],
            "also": [],
            "earlier": None,
            "roundups": [],
        }
    )


def test_json_reads_back() -> None:
    assert DigestOut.model_validate_json(to_json(digest())).model_dump_json(indent=2) == to_json(
        digest()
    )


def test_an_empty_digest_is_json_too() -> None:
    empty = compose([], period("day", NOON, ZoneInfo("UTC")), "ru")
    found = json.loads(to_json(empty))
    assert (found["stories"], found["topics"], found["posts"]) == ([], [], 0)


def test_markdown_keeps_foreign_words_plain() -> None:
    assert to_markdown(digest()).replace(" · ", "\n · ") == snapshot("""\
# 🗞 Digest
 · Fri, 20 November

*3 posts from 2 channels → 1 story
 · 1 paper
 · \\~1 min*

## Quantization
 · 1

### 1. [Two bits \\*are\\* \\<b\\>enough\\</b\\>](https://t.me/pane_one/11)

> 1\\. see \\@nobody, \\[this\\](http\\://evil.example)

📄 [2611.04821](https://arxiv.org/abs/2611.04821)
 · [pane\\_one](https://t.me/pane_one/11), [pane\\_two](https://t.me/pane_two/22)
 · discussed in 2 channels

*Summaries are made by a model; check them against the links.*
""")


def test_an_empty_digest_is_one_line_of_markdown() -> None:
    empty = compose([], period("day", NOON, ZoneInfo("UTC")), "en")
    assert to_markdown(empty) == "There were no new posts in this time.\n"


def test_text_shows_addresses_and_no_joiners() -> None:
    text = to_text(whole(digest()))
    assert "<https://arxiv.org/abs/2611.04821>" in text
    assert "   1. see @nobody, [this]" in text
    assert "\u2060" not in text
