"""Exports that are no JSON, re-saved, cut: what is mended, and what is read before a cut."""

import codecs
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.collect.export.mended import MendedStream
from bot.collect.export.reader import BadExport, Place, read_export
from bot.model import Post
from tests.collect.test_export import Json, chat, message

SMALL = chat(
    message(1, text="до", text_entities=[{"type": "plain", "text": 'до "\\" \n'}]),
    message(2, photo="photos/1.jpg", text="подпись"),
    message(3, photo="photos/2.jpg"),
    message(4, text=["ого ", {"type": "custom_emoji", "text": "😮", "document_id": "a (1).webm"}]),
    message(5, text="после"),
)


class Slow(io.BytesIO):
    """A file that gives a few bytes at a time."""

    def __init__(self, data: bytes, step: int) -> None:
        super().__init__(data)
        self._step = step

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(self._step)


def read(data: bytes, **options: Any) -> tuple[list[Post], int]:
    """All posts of a file, and how many faults were mended."""
    stream = MendedStream(io.BytesIO(data))
    posts = [item for item in read_export(stream, "odd_lab", **options) if isinstance(item, Post)]
    return posts, stream.mended


def desktop(export: Json) -> bytes:
    """As Telegram Desktop lays it out: a field a line."""
    return json.dumps(export, indent=1, ensure_ascii=False).encode()


def texts(data: bytes) -> list[str]:
    return [post.text for post in read(data)[0]]


def test_escapes_that_json_does_not_know_are_mended_and_counted() -> None:
    button = {"type": "callback", "text": "ok", "data": "1=4§2=9"}
    export = chat(
        message(1, text="до", inline_bot_buttons=[[button]]),
        message(2, text="вкладка§внутри"),
        message(3, text="C:\\x0Bы, \\\\x01"),
    )
    data = desktop(export).replace("§".encode(), rb"\x0B")
    posts, mended = read(data)
    assert [post.text for post in posts] == ["до", "вкладкавнутри", "C:\\x0Bы, \\\\x01"]
    assert mended == 2
    assert read(desktop(SMALL)) == (read(desktop(SMALL))[0], 0)


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        (rb"\v", "\\v"),
        (rb"\x4", "\\x4"),
        (rb"\'", "\\'"),
        (rb"\u12", "\\u12"),
        (rb"\x4A", "J"),
        (b"\t", " "),
        (b"\x1b", " "),
    ],
)
def test_any_other_escape_stands_for_itself(written: bytes, read_as: str) -> None:
    data = desktop(chat(message(1, text="a§z"), message(2)))
    posts, mended = read(data.replace("§".encode(), written))
    assert ([post.text for post in posts], mended) == ([f"a{read_as}z", ""], 1)


@pytest.mark.parametrize(
    "path",
    [
        "video_files/sticker (2).webm",
        "(File unavailable, please try again later)",
        'a "b".webm',
        "12_7/a.webm",
        "true/a.webm",
        "",
    ],
)
@pytest.mark.parametrize("last", [True, False])
def test_a_path_without_quotation_marks_is_mended(path: str, *, last: bool) -> None:
    run: Json = {"type": "custom_emoji", "text": "😮", "document_id": "§"}
    run |= {} if last else {"z": 1}
    export = chat(message(1, text=["ого ", run], text_entities=["ого ", run]), message(2))
    posts, mended = read(desktop(export).replace('"§"'.encode(), path.encode()))
    assert ([post.text for post in posts], mended) == (["ого 😮", ""], 2)


def test_ids_of_documents_that_are_json_stay() -> None:
    runs = [
        {"type": "custom_emoji", "text": "a", "document_id": value} for value in (7, None, "x")
    ]
    posts, mended = read(desktop(chat(message(1, text=runs))))
    assert (posts[0].text, mended) == ("aaa", 0)


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ],
)
def test_a_byte_order_mark_is_dropped(mark: bytes, encoding: str) -> None:
    data = desktop(SMALL)
    assert texts(mark + data.decode().encode(encoding)) == texts(data)


def test_a_header_behind_the_messages_is_found() -> None:
    sorted_keys = json.dumps(SMALL, sort_keys=True).encode()
    assert texts(sorted_keys) == texts(desktop(SMALL))
    full = {"chats": {"list": [chat(message(1), kind="personal_chat", number=1), SMALL]}}
    (post, *_), _ = read(json.dumps(full, sort_keys=True).encode(), chat="odd lab")
    assert (post.channel.ref, post.channel.title) == ("1234567890", "Odd Lab")
    with pytest.raises(BadExport, match="personal_chat"):
        read(json.dumps(chat(message(), kind="personal_chat"), sort_keys=True).encode())


@pytest.mark.parametrize("layout", [{"indent": 1}, {"sort_keys": True}, {}])
def test_a_file_cut_at_any_byte_gives_what_stands_before(layout: dict[str, Any]) -> None:
    data = json.dumps(SMALL, **layout).encode()
    whole = texts(data)
    for end in range(len(data)):
        found: list[str] = []
        with pytest.raises(
            BadExport, match=r"breaks off (after|in line)|no export in JSON|only channels"
        ):
            for item in read_export(io.BytesIO(data[:end]), "odd_lab"):
                assert isinstance(item, Post)
                found.append(item.text)
        # An album that is cut in two is told by its first half.
        assert found == whole[: len(found)]


@given(st.integers(0, 2_000), st.binary(max_size=3), st.integers(0, 3))
def test_a_file_damaged_anywhere_is_read_or_refused(at: int, put: bytes, lost: int) -> None:
    data = desktop(SMALL)
    damaged = data[:at] + put + data[at + lost :]
    numbers: list[int] = []
    try:
        for item in read_export(io.BytesIO(damaged), "odd_lab"):
            assert isinstance(item, Post)
            numbers.append(item.message_id)
    except BadExport as error:
        assert not numbers or "in line" in str(error)
    assert len(numbers) <= 5


@given(st.integers(1, 40), st.text(st.sampled_from("\\x0Aab\"1\n'é"), max_size=30))
def test_any_text_survives_any_pieces(step: int, said: str) -> None:
    data = desktop(chat(message(1, text=f"<{said}>"), message(2)))
    stream = MendedStream(Slow(data, step))
    kept = b"".join(iter(lambda: stream.read(step), b""))
    assert (kept, stream.mended) == (data, 0)


def test_a_break_says_where_and_the_next_reading_goes_on_from_there() -> None:
    data = desktop(SMALL)
    cut = data[: data.index("после".encode())]
    with pytest.raises(BadExport, match=r"behind message 4, in line \d+"):
        list(read_export(io.BytesIO(cut), "odd_lab"))
    (last,), _ = read(data, after=Place("1234567890", 4))
    assert last.message_id == 5
    anew, _ = read(data, after=Place("1234567890", 99))
    assert [post.message_id for post in anew] == [1, 2, 4, 5]


def test_a_break_is_told_to_the_line() -> None:
    posts = [message(number, text="слова " * 99) for number in range(1, 200)]
    whole = desktop(chat(*posts, message(200, text="тут§"), message(201)))
    for broken in (b"\n", b'"', b"\xff"):
        data = whole.replace("§".encode(), broken)
        line = whole[: whole.index("§".encode())].count(b"\n") + 1
        with pytest.raises(BadExport, match=rf"behind message 199, in line {line}\D") as told:
            read(data)
        assert data.splitlines()[line - 1].strip().startswith(b'"text": "'), told
    with pytest.raises(BadExport, match="in line 7, before any post"):
        read(desktop(SMALL).replace(b'"id": 1,', b'"id": 1;'))


def test_a_header_that_names_no_channel_says_so() -> None:
    with pytest.raises(BadExport, match="has no id"):
        read(desktop({**SMALL, "id": None}))
    (post, *_), _ = read(desktop({**SMALL, "id": "1234567890"}))
    assert post.channel.ref == "1234567890"


def test_ids_of_old_files_lose_their_shift() -> None:
    (post,), _ = read(desktop(chat(message(77), number=0x2_0000_0000 + 1402000777)))
    assert post.channel.ref == "1402000777"
    shifted = {"forwarded_from": "Odd", "forwarded_from_id": f"channel{0x2_0000_0000 + 77}"}
    (post,), _ = read(desktop(chat(message(78, **shifted))))
    assert (post.forward and post.forward.channel) == "77"
    (post,), _ = read(desktop(chat(message(77), number=3204528972)), chat_id=-1003204528972)
    assert post.channel.ref == "3204528972"
