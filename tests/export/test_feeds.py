"""Feeds, read back by two parsers that nobody here wrote."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import atoma
import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from bot.export.atom import to_atom
from bot.export.feed import FEED_ITEMS, Feed, FeedPlace, FeedSource, feed_of
from bot.export.json_feed import to_json_feed
from bot.model import Channel, Language, Link, Story
from tests.fakes.entries import NOON, make_entry, make_paper, make_story

ATOM = "{http://www.w3.org/2005/Atom}"
HOME = "https://archive.example/en/topic/agents"
PLACE = FeedPlace("0123", "t/agents", "Agents & tools", HOME, f"{HOME}.atom")
HOSTILE = (
    '<script>alert("1")</script> & ]]> <![CDATA[',
    "left\u202eright\u2066isolated\u2069 word\u2060joined zero\u200bwidth",
    "nul\x00 bell\x07 escape\x1b not a character\ufffe\uffff half\ud800",
    "@name #tag /command t.me/joinchat https://evil.example",
    "\x00\x01\u202e",
    "עברית and e\u0301\u0301\u0301\u0301\u0301\u0301\u0301",
)


def feed(stories: Sequence[Story], language: Language = "en", place: FeedPlace = PLACE) -> Feed:
    sources = (
        FeedSource(f"s/{story.id}", story, f"https://archive.example/s/{story.id}")
        for story in stories
    )
    return feed_of(place, sources, language)


def told_twice() -> Story:
    paper = make_paper(title="Half a bit")
    code = Link(url="https://github.com/pane/half", kind="code")
    return make_story(
        make_entry("pane_one", 11, papers=[paper], bullets=["One.", "Two."], links=[code]),
        make_entry("pane_two", 22, text="another text", hours_ago=0.5, papers=[paper]),
    )


def test_two_parsers_read_the_same_from_atom() -> None:
    written = to_atom(feed([told_twice()]))
    one, other = feedparser.parse(written), atoma.parse_atom_bytes(written)
    assert (one.bozo, one.version, one.feed.language) == (False, "atom10", "en")
    assert one.feed.id == other.id_
    assert one.feed.title == other.title.value == "Agents & tools"
    links = {(link.rel, link.href) for link in other.links}
    assert links == {("self", PLACE.url), ("alternate", HOME)}
    [entry], [same] = one.entries, other.entries
    assert entry.title == same.title.value == "Small weights"
    assert entry.link == "https://archive.example/s/s1"
    assert entry.id == same.id_
    assert (same.published, same.updated) == (NOON - timedelta(hours=1), NOON)
    assert [tag.term for tag in entry.tags] == [each.term for each in same.categories]
    assert [(each.name, each.uri) for each in same.authors] == [
        ("pane_one", "https://t.me/pane_one"),
        ("pane_two", "https://t.me/pane_two"),
    ]
    related = [link for link in same.links if link.rel == "related"]
    assert [(each.href, each.title) for each in related] == [
        ("https://arxiv.org/abs/2611.04821", "Half a bit")
    ]
    assert entry.summary == same.summary.value == "Weights take two bits now."


def test_what_is_told_names_points_papers_code_and_posts() -> None:
    [item] = feed([told_twice()]).items
    told = LexborHTMLParser(item.html)
    assert [node.text() for node in told.css("li")] == ["One.", "Two."]
    assert [node.attributes["href"] for node in told.css("a")] == [
        "https://arxiv.org/abs/2611.04821",
        "https://t.me/pane_one/11",
        "https://t.me/pane_two/22",
        "https://github.com/pane/half",
    ]
    assert "discussed in 2 channels" in told.text()
    assert "\u2060" not in item.html


def test_json_feed_keeps_to_its_rules() -> None:
    written = to_json_feed(feed([told_twice()]))
    parsed = atoma.parse_json_feed_bytes(written)
    assert (parsed.home_page_url, parsed.feed_url) == (HOME, PLACE.url)
    assert [item.date_modified for item in parsed.items] == [NOON]
    keeps_to_json_feed(json.loads(written))
    [item] = json.loads(written)["items"]
    assert item["tags"] == ["quantization"]
    assert item["_fortochka"]["papers"][0]["id"] == "arxiv:2611.04821"


@pytest.mark.parametrize("language", ["ru", "en"])
def test_no_stories_make_a_valid_feed(language: Language) -> None:
    empty = feed([], language)
    one, other = feedparser.parse(to_atom(empty)), atoma.parse_atom_bytes(to_atom(empty))
    assert (one.bozo, one.entries, other.entries) == (False, [], [])
    assert other.updated == datetime(1970, 1, 1, tzinfo=UTC)
    keeps_to_json_feed(json.loads(to_json_feed(empty)))
    assert json.loads(to_json_feed(empty))["items"] == []


def test_ids_hold_and_updated_moves_only_with_the_story() -> None:
    before, again = feed([told_twice()]), feed([told_twice()])
    assert (to_atom(before), to_json_feed(before)) == (to_atom(again), to_json_feed(again))
    moved = PLACE._replace(home_url="https://else.example/a", url="https://else.example/a.atom")
    assert feed([told_twice()], place=moved).id == before.id
    late = make_entry("pane_late", 3, text="late", hours_ago=-2)
    grown = told_twice()
    grown = grown.model_copy(update={"entries": (*grown.entries, late)})
    after = feed([grown])
    assert [item.id for item in after.items] == [item.id for item in before.items]
    assert after.updated == after.items[0].updated == NOON + timedelta(hours=2)
    assert after.items[0].published == before.items[0].published


def test_each_language_and_feed_has_an_id_of_its_own() -> None:
    other, foreign = PLACE._replace(name="t/llm"), PLACE._replace(archive="4567")
    feeds = [feed([told_twice()], place=place) for place in (PLACE, other, foreign)]
    feeds.append(feed([told_twice()], "ru"))
    assert len({each.id for each in feeds}) == 4
    assert len({item.id for each in feeds for item in each.items}) == 3


def test_the_newest_stories_come_first_and_no_more_than_fifty() -> None:
    many = [
        make_story(make_entry("pane_one", n, hours_ago=n), story_id=f"s{n}") for n in range(1, 80)
    ]
    shown = feed(many[::-1]).items
    assert [item.url.rpartition("/")[2] for item in shown] == [
        f"s{n}" for n in range(1, FEED_ITEMS + 1)
    ]


def hostile(text: str) -> Story:
    channel = Channel(ref="@pane_odd", handle="pane_odd", title=text)
    paper = make_paper(title=text)
    entry = make_entry(channel, 5, title=text, tldr=text, bullets=[text], papers=[paper])
    return make_story(entry.model_copy(update={"engine": "extractive"}))


def reads_safely(text: str) -> None:
    """Whatever stands in a story, both formats are read and hold no markup of it."""
    found = feed([hostile(text)], place=PLACE._replace(title=text))
    [entry] = ElementTree.fromstring(to_atom(found)).findall(f"{ATOM}entry")
    assert not feedparser.parse(to_atom(found)).bozo
    keeps_to_json_feed(json.loads(to_json_feed(found)))
    content = entry.findtext(f"{ATOM}content") or ""
    names = {node.tag for node in LexborHTMLParser(content).css("body *")}
    assert names <= {"div", "p", "ul", "li", "a", "em"}
    shown = [
        entry.findtext(f"{ATOM}title") or "",
        content,
        *(name.text or "" for name in entry.iter(f"{ATOM}name")),
    ]
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\u202a-\u202e\u2060\u2066-\u2069\ud800-\udfff\ufffe\uffff]",
        "".join(shown),
    )
    assert all(shown)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words(text: str) -> None:
    reads_safely(text)


@given(st.text(st.characters(), max_size=40))
def test_any_words_make_a_readable_feed(text: str) -> None:
    reads_safely(text)


def keeps_to_json_feed(found: dict[str, Any]) -> None:
    """The rules of https://www.jsonfeed.org/version/1.1/ for what we write."""
    assert found["version"] == "https://jsonfeed.org/version/1.1"
    assert isinstance(found["title"], str)
    for item in found["items"]:
        assert isinstance(item["id"], str)
        assert item["content_html"]
        assert all(isinstance(tag, str) for tag in item["tags"])
        assert all(author["name"] for author in item["authors"])
        assert datetime.fromisoformat(item["date_modified"]).tzinfo
        assert {key for key in item if key.startswith("_")} <= {"_fortochka"}
    ids = [item["id"] for item in found["items"]]
    assert len(set(ids)) == len(ids)
