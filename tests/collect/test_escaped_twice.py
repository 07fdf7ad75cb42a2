"""References to characters that a feed escaped once too often, by every route."""

from datetime import UTC, datetime
from html import escape

import pytest

from bot.collect.preview.page import parse_page
from bot.collect.text.assemble import Piece, assemble
from tests.collect.routes import ROUTES, Version
from tests.fakes.pages import page, written

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written_as", "read_as"),
    [
        ("A compiler like you&#39;d have", "A compiler like you'd have"),
        ("па&#x2019;ятаєте &quot;Кімі&quot;", 'па’ятаєте "Кімі"'),
        ("R&amp;D, AT&amp;amp;T, 2 &lt; 3 &gt; 1", "R&D, AT&T, 2 < 3 > 1"),
        ("ten&nbsp;&nbsp;units &mdash; here&hellip;", "ten units — here…"),
        ("&lt;b&gt;bold&lt;/b&gt; &amp;#8212; &amp;amp;#8212;", "<b>bold</b> — —"),
        ("a&#0;b &#x202e;c &#xd800; &#9999999; d", "a\ufffdb c \ufffd \ufffd d"),
        ("Q&A; &c; &nosuchname; &#; &#x; &amp", "Q&A; &c; &nosuchname; &#; &#x; &amp"),
        ("#39 and # 39;", "#39 and # 39;"),
    ],
)
def test_all_routes_read_them_as_characters(written_as: str, read_as: str) -> None:
    for route, read in ROUTES.items():
        if route == "preview":
            (post,) = parse_page(page("demo_watched", [written(7, escape(written_as))])).posts
            assert post.text == read_as
        else:
            assert read(Version(written_as, AT)).text.removesuffix(" paper") == read_as


def test_a_number_that_became_a_tag_is_put_back() -> None:
    shown = 'like you&amp;<a href="?q=%2339">#39</a>;d have, &amp;<a href="?q=%2334">#34</a>;so'
    (post,) = parse_page(page("demo_watched", [written(7, shown)])).posts
    assert (post.text, post.links) == ("like you'd have, \"so", ())


def test_code_is_left_as_it_stands() -> None:
    text, _ = assemble([Piece("&lt;see "), Piece("a &amp;&amp; b", code=True), Piece(" &gt;")])
    assert text == "<see a &amp;&amp; b >"


def test_an_address_and_its_words_are_what_they_mean() -> None:
    words = "Tom&#39;s page https://example.com/p?a=1&amp;b=2 https://example.com/p?a=1&copy=2"
    _, links = assemble(
        [Piece(f"{words} "), Piece("it&#39;s", "https://example.com/x?c=3&amp;d=4")]
    )
    assert [(link.url, link.anchor) for link in links] == [
        ("https://example.com/p?a=1&b=2", ""),
        ("https://example.com/p?a=1&copy=2", ""),
        ("https://example.com/x?c=3&d=4", "it's"),
    ]
