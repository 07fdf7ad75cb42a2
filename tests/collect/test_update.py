"""Raw updates: real samples of every kind, forwards, entities in UTF-16, rich messages, albums."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.collect.botapi.message import message_body
from bot.collect.botapi.updates import BadUpdate, album_group, read_post
from bot.model import Post
from tests.collect.invented import CHAT, Json, post, update

SAMPLES = [
    "aiogram_updates",
    "aiogram_messages",
    "pytelegrambotapi_test_types",
    "pytelegrambotapi_entities_html_expected",
]


MEDIA = {
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
}

PAPER = "https://arxiv.org/abs/2610.02223"


def lines(shared: Path, name: str) -> list[Json]:
    """Rows of a real sample file."""
    text = (shared / "botapi" / f"{name}.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


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
    for name, kind in MEDIA.items():
        assert media.pop(name) == (kind,)
    assert media == {}
    assert found["RICH_MESSAGE"].text == found["TEXT"].text.capitalize() == "Test"
    plain = {name for name, post in found.items() if not (post.media or post.service)}
    assert plain == {"RICH_MESSAGE", "TEXT", "UNKNOWN"}


def test_real_entities_keep_text_and_find_addresses(shared: Path) -> None:
    for row in lines(shared, "pytelegrambotapi_entities_html_expected"):
        message = row["message"]
        body = message_body(message)
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


def test_checklists_and_quizzes_keep_their_hidden_links() -> None:
    def link(offset: int, length: int, url: str) -> Json:
        return {"type": "text_link", "offset": offset, "length": length, "url": url}

    task = {"id": 1, "text": "Read the paper", "text_entities": [link(9, 5, PAPER)]}
    plan = {
        "title": "Plan",
        "title_entities": [link(0, 4, "https://t.me/odd_lab/3")],
        "tasks": [task, {"id": 2, "text": "Run it"}],
    }
    found = post(checklist=plan)
    assert found.text == "Plan\nRead the paper\nRun it"
    assert [each.url for each in found.links] == ["https://t.me/odd_lab/3", PAPER]
    quiz = {"question": "Which?", "options": [], "explanation": "See the paper"}
    found = post(poll={**quiz, "explanation_entities": [link(8, 5, PAPER)]})
    assert (found.text, [each.url for each in found.links]) == ("Which?", [PAPER])


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
