"""What exports of newer versions hold: rich messages, checklists, paid media, giveaways."""

from typing import Any

import pytest

from bot.collect.export.message import BadMessage, read_message
from bot.model import Channel
from tests.collect.test_export import Json, chat, message, one, read

PAPER = "https://arxiv.org/abs/2610.01234"


def plain(text: str) -> Json:
    return {"type": "plain", "text": text}


def rich(*blocks: Json) -> Json:
    return {"rich_message": {"rtl": False, "part": False, "blocks": list(blocks)}}


def cell(text: str) -> Json:
    return {"text": plain(text), "header": True, "align": "left", "vertical_align": "top"}


LINKED = {"type": "text_link", "href": PAPER, "text": {"type": "bold", "text": plain("paper")}}
DETECTED = {"type": "link", "text": plain("odd.photography/lab")}
BUTTON = {"text": plain("Go"), "button": {"type": "url", "url": "https://example.com/go"}}
CALLED = {"text": plain("👍 12"), "button": {"type": "callback", "data": ""}}
BLOCKS: list[Json] = [
    {"type": "heading", "level": 1, "text": plain("Memory")},
    {
        "type": "paragraph",
        "text": {"type": "concat", "text": [plain("See "), LINKED, plain(", "), DETECTED]},
    },
    {
        "type": "list",
        "kind": "unordered",
        "items": [
            {"task_state": "none", "content": "text", "text": plain("one")},
            {"content": "blocks", "blocks": [{"type": "paragraph", "text": plain("two")}]},
        ],
    },
    {
        "type": "table",
        "title": plain("Scores"),
        "rows": [{"cells": [cell("A"), cell("7")]}],
    },
    {
        "type": "details",
        "title": plain("More"),
        "blocks": [{"type": "math", "formula": "x^2"}],
    },
    {"type": "code", "text": plain("if x:\n    go()"), "language": "python"},
    {"type": "quote", "pullquote": False, "text": plain("said"), "caption": plain("Ann")},
    {"type": "thinking", "text": plain("…")},
    {
        "type": "photo",
        "photo": "photos/1.jpg",
        "caption": {"text": plain("caption"), "credit": {"type": "empty"}},
    },
    {"type": "button_row", "buttons": [BUTTON, CALLED]},
    {
        "type": "related_articles",
        "title": plain("Also"),
        "articles": [{"url": "https://example.com/b", "webpage_id": "1", "title": "Odd article"}],
    },
]


def test_a_rich_message_is_read_whole() -> None:
    post = one(**rich(*BLOCKS))
    lines = [line for line in post.text.split("\n") if line]
    assert lines == [
        *(
            "Memory",
            "See paper, odd.photography/lab",
            "one",
            "two",
            "Scores",
            "A 7",
            "More",
            "x^2",
        ),
        *("if x:", "    go()", "said", "Ann", "caption", "Go", "Also", "Odd article"),
    ]
    assert [(link.url, link.anchor) for link in post.links] == [
        (PAPER, "paper"),
        ("https://odd.photography/lab", ""),
        ("https://example.com/go", "Go"),
        ("https://example.com/b", "Odd article"),
    ]
    assert post.media == ("photo",)


def test_an_address_without_words_is_a_link() -> None:
    empty = {"text": {"type": "empty"}, "credit": {"type": "empty"}}
    post = one(
        **rich(
            {"type": "embed", "url": "https://example.com/embed", "caption": empty},
            {"type": "photo", "url": "https://example.com/photo", "caption": empty},
            {"type": "related_articles", "articles": [{"url": PAPER, "webpage_id": "1"}]},
        )
    )
    urls = ["https://example.com/embed", "https://example.com/photo", PAPER]
    assert [link.url for link in post.links] == urls


def test_media_of_a_rich_message_are_told_by_what_is_known_of_them() -> None:
    blocks: list[Json] = [
        {"type": "audio", "media_type": "voice_message", "title": "no words of the post"},
        {"type": "video", "media_type": "video_message"},
        {"type": "video", "media_type": "video_file"},
        {"type": "map", "zoom": 1},
    ]
    post = one(**rich(*blocks))
    assert (post.text, post.media) == ("", ("voice", "video_note", "video", "location"))


def test_a_rich_message_nested_without_end_is_left_out() -> None:
    text: Any = plain("deep")
    for _ in range(200):
        text = {"type": "bold", "text": text}
    deep = message(1, **rich({"type": "paragraph", "text": text}))
    with pytest.raises(BadMessage, match="nested"):
        read_message(deep, Channel(ref="1"), None)
    assert [post.message_id for post in read(chat(deep, message(2)))] == [2]


def test_a_formatted_checklist_keeps_its_words_and_links() -> None:
    linked = {"type": "text_link", "text": "paper", "href": PAPER}
    todo = {
        "title": ["Plan for ", {"type": "bold", "text": "the week"}],
        "answers": [{"text": ["read the ", linked], "id": 1}, {"text": "run it", "id": 2}],
    }
    post = one(todo_list=todo)
    assert post.text == "Plan for the week\nread the paper\nrun it"
    assert [link.paper for link in post.links] == ["arxiv:2610.01234"]
    assert post.media == ("checklist",)


@pytest.mark.parametrize(
    ("fields", "media"),
    [
        ({"paid_stars_amount": 50}, "paid"),
        ({"giveaway_information": {"quantity": 1}}, "giveaway"),
        ({"giveaway_results": {"winners": [1]}}, "giveaway"),
        ({"location_information": None}, "location"),
        ({"place_name": "Hall", "address": "Street 1"}, "location"),
    ],
)
def test_posts_that_are_nothing_but_media_say_which(fields: Json, media: str) -> None:
    assert one(**fields).media == (media,)
