"""Raw updates: real samples of every kind, forwards, entities in UTF-16, rich messages, albums."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.collect.album import merge_album
from bot.collect.message import read_body
from bot.collect.update import BadUpdate, album_group, read_post
from bot.model import Post

Json = dict[str, Any]
CHAT = {"id": -1001234567890, "type": "channel", "title": "Odd Lab", "username": "Odd_Lab"}
SAMPLES = [
    "aiogram_updates",
    "aiogram_messages",
    "pytelegrambotapi_test_types",
    "pytelegrambotapi_entities_html_expected",
]


def lines(shared: Path, name: str) -> list[Json]:
    """Rows of a real sample file."""
    text = (shared / "botapi" / f"{name}.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def update(kind: str = "channel_post", **fields: object) -> Json:
    """An invented update."""
    return {
        "update_id": 1,
        kind: {"message_id": 5, "date": 1_790_000_000, "chat": CHAT, **fields},
    }


def post(**fields: Any) -> Post:
    """The post of an invented channel_post."""
    found = read_post(update(**fields))
    assert found is not None
    return found


@pytest.mark.parametrize("name", SAMPLES)
def test_real_json_raises_nothing_but_bad_update(shared: Path, name: str) -> None:
    rows = lines(shared, name)
    assert rows
    for row in rows:
        body: Any = row.get("update") or row.get("message") or row.get("json")
        wraps: list[Any] = [body, {"channel_post": body}, {"message": body}]
        for wrapped in wraps:
            try:
                read_post(wrapped)
                album_group(wrapped)
            except BadUpdate as error:
                assert str(error)


def test_real_messages_of_every_type(shared: Path) -> None:
    found: dict[str, Post] = {}
    for row in lines(shared, "aiogram_messages"):
        if row["message"]["message_id"]:
            name = row["source"].partition("::TEST_MESSAGE_")[2]
            found[name] = post(**row["message"])
    media = {name: post.media for name, post in found.items() if post.media}
    for name, kind in {
        "PHOTO": "photo",
        "VIDEO": "video",
        "ANIMATION": "animation",
        "AUDIO": "audio",
        "VOICE": "voice",
        "VIDEO_NOTE": "video_note",
        "DOCUMENT": "document",
        "STICKER": "sticker",
        "LIVE_PHOTO": "photo",
        "PAID_MEDIA": "photo",
        "POLL": "poll",
        "CHECKLIST": "checklist",
        "STORY": "story",
        "VENUE": "location",
        "LOCATION": "location",
        "CONTACT": "contact",
        "DICE": "dice",
        "GAME": "game",
        "INVOICE": "invoice",
        "GIVEAWAY": "giveaway",
        "GIVEAWAY_WINNERS": "giveaway",
    }.items():
        assert media.pop(name) == (kind,)
    assert media == {}
    assert found["RICH_MESSAGE"].text == found["TEXT"].text.capitalize() == "Test"
    plain = {name for name, post in found.items() if not (post.media or post.service)}
    assert plain == {"RICH_MESSAGE", "TEXT", "UNKNOWN"}


def test_real_entities_keep_text_and_find_addresses(shared: Path) -> None:
    for row in lines(shared, "pytelegrambotapi_entities_html_expected"):
        message = row["message"]
        body = read_body(message)
        assert body.text == message["text"].strip()
        html = row["expected_html_text"]
        assert all(
            link.url.partition("://")[2].rstrip("/") in html
            for link in body.links
            if not link.url.startswith("https://t.me/")
        )
        assert bool(body.links) >= ('<a href="http' in html)


def test_a_channel_post() -> None:
    found = post(text="hello", author_signature="Ann", edit_date=1_790_000_060)
    assert (found.key, found.channel.handle, found.channel.route) == (
        "1234567890/5",
        "Odd_Lab",
        "bot",
    )
    assert (found.author, found.edited) == ("Ann", True)
    assert found.edited_at is not None
    assert (found.edited_at - found.published_at).total_seconds() == 60
    edited = read_post(update("edited_channel_post", text="hello again"))
    assert edited is not None
    assert edited.key == found.key
    assert edited.revision != found.revision


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


def test_rich_message() -> None:
    blocks = [
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
    found = post(rich_message={"blocks": blocks})
    assert " ".join(found.text.split()) == (
        "Odd Nets read the paper by @other_lab🔥 1. first a b more x^2 cap me new"
    )
    assert found.media == ("photo",)
    assert [(link.url, link.anchor) for link in found.links] == [
        ("https://arxiv.org/abs/2301.11163", "the paper"),
        ("https://t.me/other_lab", "@other_lab"),
    ]


def test_a_poll_speaks_by_its_question() -> None:
    assert post(poll={"question": "Which one?", "options": [{"text": "a"}]}).text == "Which one?"


def test_a_forward_from_a_channel_is_that_channels_post() -> None:
    origin = {
        "type": "channel",
        "chat": CHAT,
        "message_id": 77,
        "date": 1_780_000_000,
        "author_signature": "Ann",
    }
    private = {"id": 42, "type": "private", "first_name": "Bo"}
    found = read_post(update("message", chat=private, text="x", forward_origin=origin))
    assert found is not None
    assert (found.key, found.channel.route, found.author) == ("1234567890/77", "forward", "Ann")
    assert found.published_at.timestamp() == 1_780_000_000
    assert found.revision == post(text="x").revision
    legacy = update(
        "message",
        text="x",
        forward_from_chat=CHAT,
        forward_from_message_id=77,
        forward_date=1_780_000_000,
    )
    again = read_post(legacy)
    assert again is not None
    assert again.key == found.key
    copied = update("message", text="x", forward_origin=origin, is_automatic_forward=True)
    assert read_post(copied) is None


@pytest.mark.parametrize(
    ("origin", "name"),
    [
        ({"type": "user", "sender_user": {"first_name": "Ann", "last_name": "Lee"}}, "Ann Lee"),
        ({"type": "hidden_user", "sender_user_name": "Quiet"}, "Quiet"),
        ({"type": "chat", "sender_chat": {"id": -1, "title": "Group"}}, "Group"),
    ],
)
def test_other_origins_give_a_name_only(origin: Json, name: str) -> None:
    assert read_post(update("message", text="x", forward_origin=origin)) is None
    found = post(text="x", forward_origin=origin).forward
    assert found is not None
    assert (found.name, found.channel, found.message_id) == (name, None, None)


def test_a_channels_own_repost_names_handle_and_id() -> None:
    origin = {"type": "channel", "chat": CHAT, "message_id": 77, "date": 1}
    found = post(text="x", forward_origin=origin).forward
    assert found is not None
    assert (found.channel, found.message_id) == ("@odd_lab", 77)


@pytest.mark.parametrize(
    "bad",
    [
        {"message_id": None},
        {"message_id": 0},
        {"message_id": "5"},
        {"message_id": True},
        {"message_id": 2**80},
        {"date": None},
        {"date": "now"},
        {"date": 10**18},
        {"chat": None},
        {"chat": []},
        {"chat": {"id": "x"}},
        {"text": 5},
        {"text": "x", "entities": {}},
        {"text": "x", "entities": ["bold"]},
        {"text": "x", "entities": [{"type": "url", "offset": "0", "length": 1}]},
        {"poll": "q"},
        {"reply_markup": {"inline_keyboard": [5]}},
        {"reply_to_message": {"message_id": "x"}},
        {"forward_origin": {"type": "channel", "chat": {}}},
    ],
)
def test_a_malformed_update_says_why(bad: Json) -> None:
    with pytest.raises(BadUpdate, match=r"\w+"):
        read_post(update(**bad))


@pytest.mark.parametrize("bad", [None, [], "x", 5])
def test_an_update_is_an_object(bad: Json) -> None:
    with pytest.raises(BadUpdate):
        read_post(bad)


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


def test_album_items_become_one_post() -> None:
    assert album_group(update(media_group_id="13")) == "13"
    assert album_group(update(text="x")) is None
    parts = [
        post(message_id=7, video={"file_id": "x"}),
        post(message_id=6, photo=[{}], caption="both", edit_date=1_790_000_100),
        post(message_id=5, photo=[{}]),
        post(message_id=6, photo=[{}], caption="both of them", edit_date=1_790_000_200),
    ]
    album = merge_album(parts)
    assert (album.message_id, album.album, album.text) == (5, (5, 6, 7), "both of them")
    assert album.media == ("photo", "photo", "video")
    assert album.edited_at is not None
    assert album.edited_at.timestamp() == 1_790_000_200
    assert merge_album([*parts[1:], parts[0]]) == album
    with pytest.raises(ValueError, match="at least one"):
        merge_album([])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "text", "url", "blocks", "entities", "offset", "length", "chat", "id"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
FIELDS = st.dictionaries(
    st.sampled_from(
        [
            "message_id",
            "date",
            "chat",
            "text",
            "caption",
            "entities",
            "caption_entities",
            "rich_message",
            "poll",
            "paid_media",
            "reply_markup",
            "forward_origin",
            "link_preview_options",
            "edit_date",
            "checklist",
        ]
    ),
    JSON,
    max_size=5,
)


@given(FIELDS, st.sampled_from(["channel_post", "edited_channel_post", "message"]))
def test_any_json_is_a_post_or_a_bad_update(fields: Json, kind: str) -> None:
    try:
        found = read_post(update(kind, **fields))
    except BadUpdate:
        return
    assert found is None or Post.model_validate_json(found.model_dump_json()) == found
