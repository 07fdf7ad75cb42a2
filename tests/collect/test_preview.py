"""Real preview pages and fragments by their figures."""

from pathlib import Path
from typing import NamedTuple

import pytest

from bot.collect.preview.page import parse_page
from bot.model import Post


class Expected(NamedTuple):
    """Key facts of one real fragment's post."""

    message_id: int
    media: tuple[str, ...] = ()
    length: int = 0
    edited: bool = False
    service: bool = False
    views: int | None = 2
    urls: tuple[str, ...] = ()


FRAGMENTS = {
    "parse_audio_document": Expected(12, ("audio",), 11),
    "parse_emoji_message": Expected(7, (), 1),
    "parse_forwarded_text_message": Expected(89, (), 2),
    "parse_location_message": Expected(10, ("location",)),
    "parse_photo_multiple": Expected(14, ("photo", "photo"), 13),
    "parse_photo_single": Expected(16, ("photo",), 26),
    "parse_poll": Expected(11, ("poll",), 32),
    "parse_service_message_channel_created": Expected(1, (), 15, service=True, views=None),
    "parse_service_message_channel_video_changed": Expected(82, (), 25, views=3_100_000),
    "parse_service_message_pinned": Expected(92, (), 57, service=True, views=None),
    "parse_sticker_message": Expected(9, ("sticker",)),
    "parse_text_message_link_no_preview": Expected(
        24, (), 49, edited=True, urls=("https://brasil.io",)
    ),
    "parse_text_message_multiline": Expected(62, (), 29),
    "parse_text_message_signed_not_edited": Expected(79, (), 21),
    "parse_text_reply_to_video": Expected(20, (), 43),
    "parse_unsigned_text_message": Expected(6, (), 16),
    "parse_video_single": Expected(18, ("video",), 24),
}
ALBUMS = {3540: (3540, 3541), 3566: (3566, 3567), 3576: (3576, 3577)}


@pytest.mark.parametrize(("name", "expected"), FRAGMENTS.items())
def test_real_fragments(shared: Path, name: str, expected: Expected) -> None:
    page = parse_page((shared / "html" / "tchan" / f"{name}.html").read_bytes())
    (post,) = page.posts
    assert post.channel.ref == "1591537674"
    assert post.channel.handle == "tchantest"
    assert Expected(
        post.message_id,
        post.media,
        len(post.text),
        post.edited,
        post.service,
        post.views,
        tuple(link.url for link in post.links),
    ) == (expected)
    assert post.published_at.date().isoformat() == "2023-02-24"


def test_details_of_real_fragments(shared: Path) -> None:
    def one(name: str) -> Post:
        return parse_page((shared / "html/tchan" / f"{name}.html").read_bytes()).posts[0]

    assert one("parse_photo_multiple").album == (14, 15)
    assert one("parse_text_reply_to_video").reply_to == 19
    assert one("parse_text_message_multiline").text.count("\n") == 4
    author = one("parse_text_message_signed_not_edited").author
    assert author is not None
    assert author.endswith("Justen")
    forward = one("parse_forwarded_text_message").forward
    assert forward is not None
    assert (forward.name, forward.channel, forward.message_id) == ("Some user", None, None)
    card = one("parse_text_message_link_with_regular_preview").preview
    assert card is not None
    assert card.site.endswith("Brasil")
    assert len(card.title) > 40
    assert len(card.description) > 100
    header = parse_page((shared / "html/tchan/channel_info.html").read_bytes())
    assert (header.subscribers, header.posts, header.blocks) == (1, (), 0)


def test_a_real_page_with_history(shared: Path) -> None:
    page = parse_page((shared / "html/aurum_eng_history_before3579.html").read_bytes())
    assert (page.before, page.blocks, len(page.posts), page.subscribers) == (3540, 18, 18, 16_000)
    assert {post.message_id: post.album for post in page.posts if post.album} == ALBUMS
    by_id = {post.message_id: post for post in page.posts}
    assert by_id[3552].media == ("video",)
    assert by_id[3559].media == ("video_note",)
    assert by_id[3568].views == 75_100
    assert [post.message_id for post in page.posts if not post.text] == [3559]
    assert [post.message_id for post in page.posts] == sorted(by_id)


def test_the_label_please_open_telegram_hides_nothing(shared: Path) -> None:
    for name in ("aurum_eng_latest.html", "aurum_eng_history_before3579.html"):
        html = (shared / "html" / name).read_text("utf-8")
        assert html.count("Please open Telegram") >= 8
        page = parse_page(html)
        assert all(post.text or post.media for post in page.posts)
        assert not any("open Telegram" in post.text for post in page.posts)
        for post in page.posts:
            half = len(post.text) // 2
            assert not half or post.text[:half].strip() != post.text[half:].strip()


def test_a_real_young_channel(shared: Path) -> None:
    page = parse_page((shared / "html/prstnk_eprst_new_channel.html").read_bytes())
    assert (page.before, [post.service for post in page.posts]) == (None, [True, False])
    assert all(not post.links for post in page.posts)  # its only link is a hashtag


def test_real_pages_survive_a_cut_anywhere(shared: Path) -> None:
    html = (shared / "html/aurum_eng_latest.html").read_bytes()
    whole = parse_page(html).posts
    for end in range(0, len(html), 4099):
        posts = parse_page(html[:end]).posts
        assert [post.key for post in posts] == [post.key for post in whole][: len(posts)]
        assert [post.text for post in posts] == [post.text for post in whole][: len(posts)]
