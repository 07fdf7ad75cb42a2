"""What a raw message says: entities in UTF-16, hidden links, rich blocks."""

import pytest

from bot.collect.botapi.updates import BadUpdate
from bot.model import Post
from tests.collect.invented import CHAT, Json, post


def test_entities_count_utf16_units() -> None:
    text = "👨‍👩‍👧‍👦 the paper and @other_lab 😋 arxiv.org/abs/2405.14734"
    head = len("👨‍👩‍👧‍👦 ".encode("utf-16-le")) // 2
    mention = len(text[: text.index("@")].encode("utf-16-le")) // 2
    bare = len(text[: text.index("arxiv")].encode("utf-16-le")) // 2
    found = post(
        text=text,
        entities=[
            {"type": "bold", "offset": 0, "length": head},
            {"type": "url", "offset": bare, "length": 24},
            {"type": "mention", "offset": mention, "length": 10},
            {
                "type": "text_link",
                "offset": head,
                "length": 9,
                "url": "https://arxiv.org/pdf/2301.11163v2",
            },
        ],
    )
    assert found.text == text
    assert [(link.url, link.anchor) for link in found.links] == [
        ("https://arxiv.org/abs/2301.11163", "the paper"),
        ("https://t.me/other_lab", "@other_lab"),
        ("https://arxiv.org/abs/2405.14734", ""),
    ]


def test_links_of_caption_buttons_and_chosen_card() -> None:
    found = post(
        caption="look",
        photo=[{}],
        caption_entities=[
            {"type": "text_link", "offset": 0, "length": 4, "url": "https://example.com/a"}
        ],
        reply_markup={"inline_keyboard": [[{"text": "Go", "url": "https://example.com/go"}]]},
        link_preview_options={"url": "https://arxiv.org/abs/2301.11163"},
    )
    assert [link.url.rpartition("/")[2] for link in found.links] == ["a", "go", "2301.11163"]
    assert (found.text, found.media) == ("look", ("photo",))
    quiet = post(
        text="x", link_preview_options={"url": "https://example.com/a", "is_disabled": True}
    )
    assert quiet.links == ()


def test_foreign_text_stays_outside() -> None:
    found = post(
        text="own",
        quote={"text": "foreign", "position": 0},
        external_reply={"origin": {"type": "hidden_user"}, "text": "foreign"},
        reply_to_message={"message_id": 3, "date": 1, "chat": CHAT, "text": "foreign"},
    )
    assert (found.text, found.reply_to) == ("own", 3)


BLOCKS: list[Json] = [
    {"type": "heading", "size": 1, "text": "Odd Nets"},
    {
        "type": "paragraph",
        "text": [
            "read ",
            {
                "type": "url",
                "url": "https://arxiv.org/abs/2301.11163",
                "text": {"type": "bold", "text": "the paper"},
            },
            " by ",
            {"type": "mention", "username": "other_lab", "text": "@other_lab"},
            {"type": "custom_emoji", "custom_emoji_id": "1", "alternative_text": "🔥"},
        ],
    },
    {
        "type": "list",
        "items": [{"label": "1.", "blocks": [{"type": "paragraph", "text": "first"}]}],
    },
    {
        "type": "table",
        "cells": [[{"align": "left", "text": "a"}, {"text": "b", "colspan": 2}]],
    },
    {
        "type": "details",
        "summary": "more",
        "blocks": [{"type": "mathematical_expression", "expression": "x^2"}],
    },
    {"type": "photo", "photo": [{}], "caption": {"text": "cap", "credit": "me"}},
    {"type": "thinking", "text": "hm"},
    {"type": "from_the_future", "text": "new"},
]


def test_rich_message() -> None:
    found = post(rich_message={"blocks": BLOCKS})
    assert " ".join(found.text.split()) == (
        "Odd Nets read the paper by @other_lab🔥 1. first a b more x^2 cap me new"
    )
    assert found.media == ("photo",)
    assert [(link.url, link.anchor) for link in found.links] == [
        ("https://arxiv.org/abs/2301.11163", "the paper"),
        ("https://t.me/other_lab", "@other_lab"),
    ]


def test_entities_beyond_the_text_are_left_out() -> None:
    entities = [
        {"type": "url", "offset": -3, "length": 5},
        {"type": "text_link", "offset": 1, "length": 99, "url": "https://example.com"},
        {"type": "url", "offset": 2**40, "length": 2**40},
    ]
    assert post(text="abc", entities=entities).text == "abc"


def test_a_bottomless_rich_message_is_bad() -> None:
    node: Json = {"type": "bold", "text": "x"}
    for _ in range(500):
        node = {"type": "bold", "text": node}
    with pytest.raises(BadUpdate, match="deeper"):
        post(rich_message={"blocks": [node]})


def test_unsafe_characters_do_not_reach_the_store() -> None:
    found = post(text="a\x00b\ud83dc\u202ed", author_signature="Ann")
    assert found.text == "abcd"
    assert Post.model_validate_json(found.model_dump_json()) == found
