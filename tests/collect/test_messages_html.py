"""The HTML that Telegram Desktop exports: the same posts as its JSON gives, and invented forms."""

import base64
import io
import quopri
from pathlib import Path

import pytest

from bot.collect.export.files import read_file
from bot.collect.export.mended import MendedStream
from bot.collect.export.messages_html import read_messages
from bot.collect.export.reader import BadExport, Wanted, read_export
from bot.model import Channel, Post
from tests.fakes.pages import NOON, Written, page

CHANNEL = Channel(ref="3204528972", handle="odd_lab", route="import")


def written(*messages: str, title: str = "Odd Lab") -> bytes:
    """An invented ``messages.html``."""
    header = f'<div class="page_header"><div class="content"><div class="text bold">\n{title}'
    return (
        f'<!DOCTYPE html><html><body><div class="page_wrap">{header} </div></div></div>'
        f'<div class="page_body chat_page"><div class="history">{"".join(messages)}</div></div>'
    ).encode()


def written_message(
    number: int,
    text: str,
    *,
    more: str = "",
    sender: str = "Odd Lab",
    date: str = "03.11.2025 21:19:06 UTC+03:00",
) -> str:
    """An invented message of one."""
    return (
        f'<div class="message default clearfix" id="message{number}"><div class="body">'
        f'<div class="pull_right date details" title="{date}">21:19</div>'
        f'<div class="from_name">\n{sender} </div>{more}<div class="text">\n{text}\n</div>'
        "</div></div>"
    )


def one(text: str, **fields: str) -> Post:
    (post,) = read_messages(written(written_message(5, text, **fields)), CHANNEL)
    return post


def test_a_real_file_gives_what_the_json_of_the_same_chat_gives(shared: Path) -> None:
    folder = shared / "export/alqaddaaree_uponthepathofsalaf"
    from_html = list(read_messages((folder / "messages.html").read_bytes(), CHANNEL))
    with (folder / "result.json").open("rb") as file:
        from_json = [post for post in read_export(file, "odd_lab") if isinstance(post, Post)]
    assert len(from_html) == len(from_json) == 204
    for kept, post in zip(from_html, from_json, strict=True):
        assert kept.revision == post.revision
        assert kept.links == post.links
        for name in ("key", "published_at", "media", "album", "reply_to", "author"):
            assert getattr(kept, name) == getattr(post, name), (post.key, name)
        assert (kept.forward and kept.forward.name) == (post.forward and post.forward.name)


def test_the_forms_of_a_message() -> None:
    post = one(
        'see <a href="https://arxiv.org/pdf/2301.11163">the paper</a><br>by '
        '<a href="https://t.me/other_lab">@other_lab</a> '
        '<a href="" onclick="return ShowHashtag(&quot;nlp&quot;)">#nlp</a>'
        "<pre>if x:\n    go()</pre>"
    )
    assert post.text == "see the paper\nby @other_lab #nlp\nif x:\n    go()"
    assert [link.anchor for link in post.links] == ["the paper", "@other_lab"]
    assert post.published_at.isoformat() == "2025-11-03T18:19:06+00:00"
    assert post.key == "3204528972/5"
    button = '<table><tr><td class="bot_button"><a href="https://example.com/go">Go</a></td></tr>'
    assert [link.anchor for link in one("x", more=button).links] == ["Go"]
    answer = '<div class="reply_to details"><a href="messages2.html#go_to_message72">x</a></div>'
    assert one("x", more=answer).reply_to == 72


def test_times_of_old_files_and_what_is_none() -> None:
    assert one("x", date="31.01.2021 21:02:29").published_at.hour == 21
    broken = written(written_message(1, "a", date="today"), written_message(2, "b"))
    assert [post.message_id for post in read_messages(broken, CHANNEL)] == [2]


def test_a_chat_of_people_is_refused() -> None:
    people = written(written_message(1, "secret", sender="Ann"), title="Ann and Bob")
    with pytest.raises(BadExport, match="chat of people"):
        list(read_messages(people, CHANNEL))


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_a_page_that_a_browser_saved_as_one_file(encoding: str) -> None:
    """As Chrome's "Webpage, Single File" is laid out."""
    html = page("odd_lab", [Written(7, "слова=о памяти", NOON)]).encode()
    packed = base64.encodebytes(html) if encoding == "base64" else quopri.encodestring(html)
    saved = (
        b"From: <Saved by Blink>\r\nSubject: Odd\r\nMIME-Version: 1.0\r\nContent-Type: "
        b'multipart/related;\r\n\ttype="text/html";\r\n\tboundary="--odd--"\r\n\r\n'
        b"----odd--\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: "
        + encoding.encode()
        + b"\r\n\r\n"
        + packed.replace(b"\n", b"\r\n")
        + b"\r\n----odd--\r\nContent-Type: image/png\r\n\r\nx\r\n----odd----\r\n"
    )
    (post,) = read_file(MendedStream(io.BytesIO(saved)), Wanted())
    assert isinstance(post, Post)
    assert (post.text, post.channel.handle) == ("слова=о памяти", "odd_lab")
    assert post.channel.route == "import"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"Content-Type: multipart/related; boundary=x\n\n--x--", "no saved page"),
        (b"<html>no export</html>", "no saved page"),
        (b'<html class="tgme_page">', "shows no posts"),
        (b"  <html>" + b"x" * 65 * 2**20, "larger than 64 MiB"),
    ],
)
def test_other_pages_are_refused(data: bytes, words: str) -> None:
    with pytest.raises(BadExport, match=words):
        list(read_file(MendedStream(io.BytesIO(data)), Wanted("odd_lab")))
