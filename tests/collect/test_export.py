"""Exports of Telegram Desktop: real files by their figures, invented ones for each form."""

import io
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.collect.export.reader import BadExport, Skipped, read_export
from bot.model import Post

Json = dict[str, Any]


def message(number: int = 1, **fields: object) -> Json:
    """An invented message."""
    return {"id": number, "type": "message", "date_unixtime": "1700000000", "text": "", **fields}


def chat(*messages: Json, kind: str = "public_channel", number: int = 1234567890) -> Json:
    """An invented chat."""
    return {"name": "Odd Lab", "type": kind, "id": number, "messages": list(messages)}


def read(export: Json, handle: str | None = "odd_lab", **options: Any) -> list[Post]:
    """All posts of an invented export."""
    file = io.BytesIO(json.dumps(export).encode())
    return [item for item in read_export(file, handle, **options) if isinstance(item, Post)]


def one(**fields: Any) -> Post:
    """The post of one invented message."""
    (post,) = read(chat(message(**fields)))
    return post


def test_a_real_export(shared: Path) -> None:
    path = shared / "export/alqaddaaree_uponthepathofsalaf/result.json"
    with path.open("rb") as file:
        posts = [item for item in read_export(file, "odd_lab") if isinstance(item, Post)]
    assert len(posts) == 204  # 208 messages, 6 of them in two albums
    assert [post.album for post in posts if post.album] == [(111, 112), (209, 210, 211, 212)]
    assert sum(post.edited for post in posts) == 106
    forwards = [post.forward for post in posts if post.forward]
    assert len(forwards) == 27
    assert all(forward.channel and forward.channel.isdigit() for forward in forwards)
    assert sum(post.reply_to is not None for post in posts) == 6
    assert sum(post.media == ("sticker",) for post in posts) == 37
    assert sum(post.media == ("audio",) for post in posts) == 6
    assert {post.channel.ref for post in posts} == {"3204528972"}
    assert sum(len(post.links) for post in posts) > 120
    assert not any("stickers/" in post.text for post in posts)


def test_a_real_export_of_2021(shared: Path) -> None:
    with (shared / "export/khream_2021_oldformat_excerpt.json").open("rb") as file:
        posts = [item for item in read_export(file, "odd_lab") if isinstance(item, Post)]
    assert [post.message_id for post in posts] == [4984, 4985, 4986, 4987, 4988, 4989]
    assert posts[0].key == "1494031694/4984"
    assert posts[0].published_at.isoformat() == "2021-01-31T21:02:29+00:00"


def test_a_real_export_cut_in_the_middle(shared: Path) -> None:
    path = shared / "export/alqaddaaree_uponthepathofsalaf/result.json"
    posts = []
    with pytest.raises(BadExport, match="breaks off after 80 messages"):
        for item in read_export(io.BytesIO(path.read_bytes()[:300_000]), "odd_lab"):
            posts.append(item)
    assert len(posts) >= 79


def test_text_of_all_forms_gives_the_same_post() -> None:
    runs: list[Json | str] = [
        "see ",
        {"type": "text_link", "text": "the paper", "href": "https://arxiv.org/pdf/2301.11163"},
        " and ",
        {"type": "link", "text": "github.com/some/repo"},
        " by ",
        {"type": "mention", "text": "@other_lab"},
        {"type": "custom_emoji", "text": "🔥", "document_id": "stickers/sticker (1).webp"},
    ]
    plain = [run if isinstance(run, dict) else {"type": "plain", "text": run} for run in runs]
    old, new = one(text=runs), one(text=runs, text_entities=plain)
    assert old == new
    assert old.text == "see the paper and github.com/some/repo by @other_lab🔥"
    assert [link.url for link in old.links] == [
        "https://arxiv.org/abs/2301.11163",
        "https://github.com/some/repo",
        "https://t.me/other_lab",
    ]
    assert one(text="see").text == "see"


def test_local_times_of_old_files_take_the_zone_given() -> None:
    old = {"id": 1, "type": "message", "date": "2021-01-31T21:02:29", "text": "x"}
    (post,) = read(chat(old), zone=ZoneInfo("Europe/Moscow"))
    assert post.published_at.isoformat() == "2021-01-31T18:02:29+00:00"


def test_albums_are_found_by_second_and_id() -> None:
    photo = "(File not included. Change data exporting settings to download.)"
    posts = read(
        chat(
            message(1, photo=photo),
            message(2, photo=photo, text="caption"),
            message(3, media_type="video_file", file=photo),
            message(4, text="same second, no media"),
            message(6, file="a.pdf"),
            message(7, file="b.pdf"),
            message(8, photo=photo),
            message(9, photo=photo, date_unixtime="1700000001"),
            message(12, photo=photo, date_unixtime="1700000001"),
            message(13, media_type="sticker", file="s.webp", date_unixtime="1700000001"),
        )
    )
    assert [post.album or (post.message_id,) for post in posts] == [
        (1, 2, 3),
        (4,),
        (6, 7),
        (8,),
        (9,),
        (12,),
        (13,),
    ]
    assert (posts[0].text, posts[0].media) == ("caption", ("photo", "photo", "video"))


def test_two_captions_or_a_deleted_item_leave_an_album_one_post() -> None:
    (post,) = read(chat(message(1, photo="p", text="a"), message(3, photo="p", text="b")))
    assert (post.album, post.text) == ((1, 3), "a\n\nb")


def test_photos_forwarded_at_once_are_single_but_a_forwarded_album_is_one() -> None:
    def forwarded(number: int, text: str = "") -> Json:
        return message(number, photo="p", text=text, forwarded_from="Big")

    assert len(read(chat(*(forwarded(number) for number in range(1, 6))))) == 5
    assert len(read(chat(*(forwarded(number, f"{number}") for number in range(1, 6))))) == 5
    (post,) = read(chat(forwarded(1, "caption"), forwarded(2), forwarded(3)))
    assert post.album == (1, 2, 3)


def test_forwards_replies_polls_buttons() -> None:
    forwarded = one(forwarded_from=None).forward
    assert forwarded is not None
    assert (forwarded.name, forwarded.channel) == ("?", None)
    named = one(forwarded_from="Big", forwarded_from_id="channel77").forward
    assert named is not None
    assert (named.name, named.channel) == ("Big", "77")
    assert one(reply_to_message_id=7).reply_to == 7
    assert one(reply_to_message_id=7, reply_to_peer_id="channel9").reply_to is None
    assert one(poll={"question": "Which?", "answers": []}).text == "Which?"
    button = {"type": "url", "text": "Go", "data": "https://example.com/go"}
    assert [link.anchor for link in one(inline_bot_buttons=[[button]]).links] == ["Go"]
    assert one(author="Ann").author == "Ann"


def test_service_and_unsupported_messages_are_left_out() -> None:
    pin = {"id": 2, "type": "service", "action": "pin_message", "date_unixtime": "1700000000"}
    assert read(chat(pin, {"id": 3, "type": "unsupported"}, message(4))) == [
        *read(chat(message(4)))
    ]


@pytest.mark.parametrize(
    "kind", ["personal_chat", "bot_chat", "saved_messages", "private_group", "public_supergroup"]
)
def test_a_chat_of_people_is_refused(kind: str) -> None:
    with pytest.raises(BadExport, match=kind):
        read(chat(message(text="secret"), kind=kind))


def test_a_private_channel_is_read_only_under_a_name() -> None:
    assert len(read(chat(message(), kind="private_channel"))) == 1
    with pytest.raises(BadExport, match="private_channel"):
        read(chat(message(), kind="private_channel"), None)


def test_a_full_export_gives_its_channels_and_names_what_it_skips() -> None:
    full = {
        "about": "x",
        "chats": {
            "about": "y",
            "list": [
                chat(message(text="secret"), kind="personal_chat", number=1),
                chat(message(text="one"), number=2),
                chat(message(text="two"), number=3),
            ],
        },
        "left_chats": {"about": "z", "list": [chat(message(text="three"), number=4)]},
    }
    posts = read(full)
    assert [post.text for post in posts] == ["one", "two", "three"]
    assert {post.channel.handle for post in posts} == {None}
    (chosen,) = read(full, chat_id=3)
    assert (chosen.text, chosen.channel.handle) == ("two", "odd_lab")
    skipped = [
        item
        for item in read_export(io.BytesIO(json.dumps(full).encode()), None)
        if isinstance(item, Skipped)
    ]
    assert skipped == [Skipped("Odd Lab", "personal_chat", "1")]


@pytest.mark.parametrize("data", [b"", b"<html>", b"{}", b"[]", b"5", b"\xff\xfe", b'{"a": 1'])
def test_what_is_no_export_says_so(data: bytes) -> None:
    with pytest.raises(BadExport, match="no export in JSON"):
        list(read_export(io.BytesIO(data), "odd_lab"))


NUMBER = st.integers(-(2**53), 2**53)
VALUE = st.none() | st.booleans() | NUMBER | st.text(max_size=5) | st.lists(st.text())
NAMES = (
    *("id", "date", "date_unixtime", "text", "text_entities", "poll", "photo", "edited"),
    *("media_type", "forwarded_from", "inline_bot_buttons", "reply_to_message_id", "author"),
)
FIELDS = st.dictionaries(
    st.sampled_from(NAMES),
    VALUE | st.dictionaries(st.sampled_from(["question", "type", "text"]), VALUE),
)


@given(st.lists(FIELDS, max_size=4))
@pytest.mark.slow
def test_any_message_is_a_post_or_left_out(messages: list[Json]) -> None:
    for post in read(chat(*(message() | fields for fields in messages))):
        assert Post.model_validate_json(post.model_dump_json()) == post
