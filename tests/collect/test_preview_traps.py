"""Each trap of the preview markup by invented pages; any input is survived."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.collect.preview.bounds import MAX_TAGS, bounded_html
from bot.collect.preview.landing import parse_landing
from bot.collect.preview.page import parse_page
from bot.model import Post
from tests.collect import invented
from tests.collect.test_export import one


def view(channel: int = -1234567890, post: str = "5") -> str:
    """The data-view attribute of a message."""
    packed = base64.urlsafe_b64encode(json.dumps({"c": channel, "p": post}).encode()).decode()
    return packed.rstrip("=")


DATE = '<a class="tgme_widget_message_date" href="#"><time datetime="2026-04-17T19:18:19+00:00">'


def message(inner: str, *, number: int = 5, extra: str = "", meta: str = "") -> str:
    """An invented message element."""
    return (
        f'<div class="tgme_widget_message_wrap"><div class="tgme_widget_message {extra}"'
        f' data-post="Odd_Lab/{number}" data-view="{view()}">{inner}'
        f'<span class="tgme_widget_message_meta">{meta}{DATE}19:18</time></a></span></div></div>'
    )


def text(inner: str) -> str:
    """An invented text element."""
    return f'<div class="tgme_widget_message_text js-message_text" dir="auto">{inner}</div>'


def parsed(inner: str, *, extra: str = "", meta: str = "") -> Post:
    """The post of an invented message."""
    return parse_page(message(inner, extra=extra, meta=meta)).posts[0]


def test_trap_1_a_nested_text_counts_once() -> None:
    assert parsed(text(text("one<br/>two"))).text == "one\ntwo"
    assert parsed(text("one") + text("one")).text == "one"
    assert parsed(text("one") + text("one and more")).text == "one and more"


def test_trap_2_the_reply_quote_stays_outside() -> None:
    quote = (
        '<a class="tgme_widget_message_reply" href="https://t.me/Odd_Lab/3" "><div class="'
        'tgme_widget_message_text js-message_reply_text">quoted</div></a>'
    )
    post = parsed(quote + text("own"))
    assert (post.text, post.reply_to) == ("own", 3)
    other = parsed(quote.replace("Odd_Lab", "another_lab") + text("own"))
    assert other.reply_to is None
    for site in ("telegram.me/odd_lab", "telegram.dog/Odd_Lab", "t.me/c/1234567890"):
        assert parsed(quote.replace("t.me/Odd_Lab", site) + text("own")).reply_to == 3


def test_trap_3_only_a_post_without_content_is_unsupported() -> None:
    label = (
        '<div class="message_media_not_supported"><div class="message_media_not_supported_label">'
        "Откройте Telegram</div></div>"
    )
    assert parsed(text("here") + label).media == ()
    assert parsed(label).media == ("unsupported",)


def test_trap_5_breaks_and_blocks() -> None:
    post = parsed(text("a<br/>b<blockquote>c</blockquote>d<pre>x\n  y</pre>e<code>f</code>"))
    assert post.text == "a\nb\nc\nd\nx\n  y\ne" + "f"
    assert parsed(text("США.<br/>https://clck.ru/x")).text == "США.\nhttps://clck.ru/x"


def test_cells_and_details_are_set_apart_and_code_keeps_its_layout() -> None:
    table = "<table><tr><th>Model</th><th>Score</th></tr><tr><td>Odd</td><td>7</td></tr></table>"
    details = "<details><summary>More</summary>inside</details>"
    shown = parsed(text(f"a{table}b{details}c")).text
    assert [line for line in shown.split("\n") if line] == [
        *("a", "Model Score", "Odd 7", "b", "More", "inside", "c")
    ]
    code = "def f():\n    if x:\n\treturn  1"
    laid_out = "run:\ndef f():\n    if x:\n    return  1"
    assert parsed(text(f"run:<pre>{code}</pre>")).text == laid_out
    entity = {"type": "pre", "offset": 5, "length": len(code), "language": "python"}
    assert invented.post(text=f"run:\n{code}", entities=[entity]).text == laid_out


def test_trap_6_hidden_links_in_order_without_hashtags() -> None:
    post = parsed(
        text(
            '<a href="https://arxiv.org/abs/2301.11163v2" onclick="x">the <b>paper</b></a> '
            '<a href="?q=%23tag">#tag</a> <a href="https://t.me/other_lab">@other_lab</a> '
            '<a href="http://deepmind.google/x">deepmind.google/x</a> arXiv:2405.14734'
        )
    )
    assert [(link.url, link.anchor) for link in post.links] == [
        ("https://arxiv.org/abs/2301.11163", "the paper"),
        ("https://t.me/other_lab", "@other_lab"),
        ("http://deepmind.google/x", ""),
        ("https://arxiv.org/abs/2405.14734", ""),
    ]


def test_trap_7_emoji_are_characters() -> None:
    emoji = '<tg-emoji emoji-id="1"><i class="emoji" style="x"><b>👉</b></i></tg-emoji>'
    post = parsed(text(f'{emoji} up &#33;<tg-emoji emoji-id="2"></tg-emoji>'))
    assert post.text == "👉 up !"


def test_trap_8_spoilers_are_text() -> None:
    assert parsed(text("who? <tg-spoiler>it was <b>me</b></tg-spoiler>")).text == "who? it was me"


def test_a_forward_names_its_source_open_or_hidden() -> None:
    name = "tgme_widget_message_forwarded_from_name"
    opened = parsed(f'<a class="{name}" href="https://t.me/Big_Lab/77">Big</a>' + text("x"))
    hidden = parsed(f'<span class="{name}">Quiet</span>' + text("x"))
    assert opened.forward is not None
    assert (opened.forward.channel, opened.forward.message_id) == ("@big_lab", 77)
    assert hidden.forward is not None
    assert (hidden.forward.name, hidden.forward.channel) == ("Quiet", None)


@pytest.mark.parametrize(
    ("url", "channel", "number"),
    [
        ("https://t.me/c/1700000888/45", "1700000888", 45),
        ("https://t.me/c/1700000888/7/45", "1700000888", 45),
        ("https://telegram.me/Big_Lab/46", "@big_lab", 46),
        ("http://www.telegram.dog/s/big_lab/46?single", "@big_lab", 46),
        ("https://t.me/big_forum/7/470", "@big_forum", 470),
        ("https://T.me/big_lab/46", "@big_lab", 46),
        ("https://big_lab.t.me/46", "@big_lab", 46),
        ("/big_lab/46", "@big_lab", 46),
        ("tg://resolve?domain=big_lab&post=46", "@big_lab", 46),
        ("tg://resolve?domain=big_forum&thread=7&post=470", "@big_forum", 470),
        ("tg://privatepost?channel=1700000888&post=45", "1700000888", 45),
        ("https://t.me//46", None, None),
        ("https://t.me/big_lab/0", None, None),
        ("https://t.me/big_lab", None, None),
        ("https://evil.example/t.me/big_lab/7", None, None),
    ],
)
def test_an_origin_by_any_address_of_a_post(
    url: str, channel: str | None, number: int | None
) -> None:
    name = f'<a class="tgme_widget_message_forwarded_from_name" href="{url}">Big</a>'
    origin = parsed(name + text("x")).forward
    assert origin is not None
    assert (origin.name, origin.channel, origin.message_id) == ("Big", channel, number)


@pytest.mark.parametrize("kind", ["callback_button", "switch_inline_button", "buy_button"])
def test_a_button_without_an_address_is_no_link(kind: str) -> None:
    button = "tgme_widget_message_inline_button"
    rows = (
        f'<a class="{button} {kind}" href="https://t.me/Odd_Lab/5">👍 12</a>'
        f'<a class="{button} url_button" href="https://example.com/go">Go</a>'
    )
    assert [link.anchor for link in parsed(text("x") + rows).links] == ["Go"]


def test_posts_without_the_channels_name_are_its_own() -> None:
    header = '<div class="tgme_channel_info_header_username">@Odd_Lab</div>'
    page = parse_page(header + message(text("a")).replace("Odd_Lab/5", "/5"))
    assert [(post.message_id, post.channel.handle) for post in page.posts] == [(5, "Odd_Lab")]
    reply = '<a class="tgme_widget_message_reply" href="https://t.me//3"></a>'
    nameless = message(reply + text("a")).replace("Odd_Lab/5", "/5")
    for name in (
        '<main data-url="/s/Odd_Lab"></main>',
        '<link rel="canonical" href="/s/Odd_Lab?before=9">',
        '<a class="tgme_widget_message_owner_name" href="https://t.me/Odd_Lab"></a>',
    ):
        (post,) = parse_page(name + nameless).posts
        assert (post.channel.handle, post.reply_to) == ("Odd_Lab", 3)
    assert parse_page(nameless).posts == ()
    assert parse_page(nameless, "odd_lab").posts[0].channel.handle == "odd_lab"
    assert parse_page("<p>alien</p>", "odd_lab").channel is None


def test_code_of_several_lines_within_a_line_keeps_its_layout() -> None:
    code = "if x:\n    go()"
    post = parsed(text(f"run <code>{code.replace(chr(10), '<br/>')}</code>, <code>a  b</code>"))
    assert post.text == f"run {code}, a b"
    entities = [
        {"type": "code", "offset": 4, "length": len(code)},
        {"type": "code", "offset": len(f"run {code}, "), "length": 4},
    ]
    by_bot = invented.post(text=f"run {code}, a  b", entities=entities)
    runs = ["run ", {"type": "code", "text": code}, ", ", {"type": "code", "text": "a  b"}]
    by_export = one(text=runs)
    assert post.revision == by_bot.revision == by_export.revision


def test_edited_and_signed() -> None:
    author = '<span class="tgme_widget_message_from_author">Ann Lee</span>'
    post = parsed(text("x"), meta=f"{author} ,&nbsp;edited ")
    assert (post.edited, post.author) == (True, "Ann Lee")
    post = parsed(text("x"), meta=f"{author},&nbsp;")
    assert (post.edited, post.author) == (False, "Ann Lee")


def test_card_and_buttons_give_links_but_no_text() -> None:
    card = (
        '<a class="tgme_widget_message_link_preview" href="https://openreview.net/pdf?id=abcdef12">'
        '<div class="link_preview_title">Odd <b>Nets</b></div><div class="link_preview_description'
        ' tgme_widget_message_text js-message_text">long</div></a>'
        '<a class="tgme_widget_message_inline_button url_button" href="https://example.com/go">Go</a>'
    )
    post = parsed(text("short") + card)
    assert post.text == "short"
    assert post.preview is not None
    assert post.preview.title == "Odd Nets"
    assert {link.paper or link.url for link in post.links} == {
        "openreview:abcdef12",
        "https://example.com/go",
    }


def test_channel_id_comes_from_any_message_and_is_bare() -> None:
    bare = message(text("b"), number=6).replace(view(), "")
    page = parse_page(bare + message(text("a")).replace("Odd_Lab", "odd_lab"))
    assert {post.key for post in page.posts} == {"1234567890/5", "1234567890/6"}
    (post,) = parse_page(bare).posts
    assert post.key == "@odd_lab/6"
    marked = message(text("b")).replace(view(), view(-1001234567890))
    assert parse_page(marked).posts[0].channel.ref == "1234567890"
    assert parse_page(marked).posts[0].published_at == datetime(
        2026, 4, 17, 19, 18, 19, tzinfo=UTC
    )


def test_a_foreign_message_on_the_page_is_not_taken() -> None:
    page = parse_page(message(text("a")) + message(text("b"), number=9).replace("Odd_", "Bad_"))
    assert [post.message_id for post in page.posts] == [5]


def test_the_cursor_never_comes_from_canonical() -> None:
    assert parse_page('<link rel="canonical" href="/s/odd_lab?before=9">').before is None
    assert parse_page('<link rel="prev" href="/s/odd_lab?before=7">').before == 7
    assert parse_page('<a class="tme_messages_more" data-after="9"></a>').before is None


def test_the_mark_of_an_empty_page() -> None:
    page = parse_page('<div class="tgme_widget_message_wrap"><b class="tgme_no_messages_found">')
    assert (page.no_posts, page.blocks) == (True, 0)


def test_times_of_every_kind() -> None:
    shifted = message(text("a")).replace("+00:00", "+03:00")
    assert parse_page(shifted).posts[0].published_at.hour == 16
    naive = message(text("a")).replace("+00:00", "")
    assert parse_page(naive).posts[0].published_at.hour == 19
    broken = message(text("a")).replace("2026-04", "2026-99")
    page = parse_page(broken)
    assert (page.posts, page.blocks) == ((), 1)


CROWDED = b"<div " + b" ".join(b"a%d" % n for n in range(30)) + b">"
HOSTILE = {
    "deep": b"<div>" * 100_000,
    "deep by lists": b"<ul><li>" * 10_000,
    "deep behind tags that close nothing": b"<div></x>" * 10_000,
    "attributes": b"<div " + b" ".join(b"a%d" % n for n in range(500_000)) + b">",
    "attributes behind brackets": b"<div " + b" ".join(b'a%d=">"' % n for n in range(5000)) + b">",
    "attributes by slashes": b"<div" + b"/a" * 100 + b">",
    "attributes after spaced values": b"<div " + b'a = "b c" ' * 100 + b">",
    "attributes without spaces": b"<div " + b"a='b'" * 100 + b">",
    "attributes in a comment's shade": b'<!-- <b a="> -->' + CROWDED,
    "attributes after a quote in a value": b'<div a=b"c ' + b"d " * 100 + b'">',
    "many tags": b"<b>x</b>" * 100_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_would_cost_the_parser_more_than_linear_time_is_cut_off(kind: str) -> None:
    good = message(text("<b>A</b> post")).encode()
    left = bounded_html(good + HOSTILE[kind])
    assert good in left
    assert len(left) - len(good) <= min(len(HOSTILE[kind]) - 1, 10 * MAX_TAGS)
    assert parse_page(good + HOSTILE[kind]).posts[0].text == "A post"


def test_no_real_page_is_cut(shared: Path) -> None:
    pages = sorted((shared / "html").rglob("*.html"))
    assert pages
    for page in pages:
        assert bounded_html(page.read_bytes()) == page.read_bytes(), page.name


def test_deep_nesting_is_bounded() -> None:
    page = parse_page(message(text("<div>" * 500 + "deep" + "</div>" * 500)) + "<div>" * 300_000)
    assert page.posts[0].text == "deep"


@given(st.text() | st.binary())
def test_any_input_is_a_page(html: str | bytes) -> None:
    assert parse_page(html).posts == ()
    assert parse_landing(html).kind == "foreign"


@given(
    st.lists(
        st.sampled_from(
            [
                '<div class="tgme_widget_message_text js-message_text">',
                '<div class="tgme_widget_message" data-post="Odd_Lab/7" data-view="e30">',
                '<a class="tgme_widget_message_reply" href="x">',
                '<a href="https://[">',
                f'<span class="tgme_widget_message_meta">{DATE}',
                "</div>",
                "</a>",
                "<br>",
                "&#xd800;",
                "\ud83d\x00текст",
                "<b",
                "<!--",
                "<script>",
                "<pre>",
                '<i class="tgme_widget_message_views">1.2.3K</i>',
                '<div class="tgme_widget_message_reactions">',
                '<span class="tgme_reaction"><i class="emoji"><b>👍</b></i>9.9K',
                '<div class="tgme_widget_message_grouped_wrap"><a class="grouped_media_wrap">',
            ]
        ),
        max_size=30,
    )
)
def test_broken_markup_raises_nothing_and_leaves_storable_text(parts: list[str]) -> None:
    for post in parse_page("".join(parts)).posts:
        stored = post.model_copy(update={"reactions": 0})
        assert Post.model_validate_json(post.model_dump_json()) == stored
        assert "\x00" not in post.text
