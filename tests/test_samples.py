"""The demo's own sample pages: rich enough to show everything, and every trap is really there."""

import re
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.collect.preview.page import PreviewPage, parse_page
from bot.model import Post

SAMPLES = Path(__file__).resolve().parent.parent / "bot" / "collect" / "samples"
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
DAY = timedelta(days=1)

SOURCES = {path.stem: path.read_text("utf-8") for path in sorted(SAMPLES.glob("*.html"))}
PAGES: dict[str, PreviewPage] = {name: parse_page(source) for name, source in SOURCES.items()}
POSTS = [post for page in PAGES.values() for post in page.posts]


def papers(post: Post) -> set[str]:
    """Identities of the papers that a post links to."""
    return {link.paper for link in post.links if link.paper}


def post(key: str) -> Post:
    """The sample ``handle/id``."""
    return next(post for post in POSTS if f"{post.channel.handle}/{post.message_id}" == key)


def about(pattern: str) -> list[Post]:
    """Samples whose text matches."""
    return [post for post in POSTS if re.search(pattern, post.text, re.IGNORECASE)]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_read_whole(name: str) -> None:
    page = PAGES[name]
    assert page.channel is not None
    assert page.channel.handle == name
    assert page.channel.ref.isdigit()
    assert page.channel.title in SOURCES[name]
    assert len(page.posts) == page.blocks == SOURCES[name].count("data-post=")
    assert page.before == page.posts[0].message_id
    assert page.subscribers


def test_channels_are_invented_and_differ() -> None:
    refs = {page.channel.ref for page in PAGES.values() if page.channel}
    assert len(PAGES) >= 7
    assert len(refs) == len(PAGES)
    assert all(name.startswith("demo_") for name in PAGES)


def test_there_is_enough_to_read() -> None:
    assert len(POSTS) >= 36
    assert sum(NOW - DAY <= post.published_at < NOW for post in POSTS) >= 18
    assert all(NOW - 8 * DAY <= post.published_at < NOW for post in POSTS)
    for page in PAGES.values():
        moments = [(post.published_at, post.message_id) for post in page.posts]
        assert moments == sorted(moments)


def test_papers_are_many_and_no_real_ones() -> None:
    ids = {paper for post in POSTS for paper in papers(post)}
    assert len(ids) >= 14
    # No month of arXiv has come near 90,000 papers.
    assert all(re.fullmatch(r"arxiv:2611\.9\d{4}|openreview:demo\w+", paper) for paper in ids)


def test_papers_hide_under_words() -> None:
    visible = [post for post in POSTS if papers(post) and "arxiv.org" in post.text]
    assert len(visible) <= 1
    anchors = {link.anchor for post in POSTS for link in post.links if link.paper}
    assert {"HalfBit", "Tidepool", "Sleepy Verifiers"} <= anchors


def test_one_paper_is_found_under_every_kind_of_address() -> None:
    forms = re.findall(r'href="(https://[^"]*2611\.9\d{4}[^"]*)"', "".join(SOURCES.values()))
    shapes = {re.sub(r"2611\.9\d{4}", "ID", form) for form in forms}
    assert len(shapes) >= 6
    halfbit = {post.channel.ref for post in POSTS if "arxiv:2611.90412" in papers(post)}
    assert len(halfbit) >= 4


def test_stories_are_discussed_in_several_channels() -> None:
    channels: dict[str, set[str]] = defaultdict(set)
    for each in POSTS:
        for paper in papers(each) if len(papers(each)) == 1 else ():
            channels[paper].add(each.channel.ref)
    sizes = Counter(len(refs) for refs in channels.values())
    assert sum(count for size, count in sizes.items() if size >= 2) >= 5
    assert max(sizes) >= 4


def test_topics_are_covered_in_both_languages() -> None:
    low_bit = about(r"квант(?!ов(?:ый|ом) лес)|quantiz")
    assert len(low_bit) >= 8
    assert sum(not re.search("[а-я]", post.text) for post in low_bit) >= 3
    for pattern in (
        r"агент|\bagent",
        r"reinforcement|\bRL\b",
        r"инференс|inference",
        r"бенчмарк|лидерборд",
        r"injection|инъекц",
        r"vision-language",
        r"реч[иь]|speech",
        r"robot",
        r"diffusion",
    ):
        assert about(pattern), pattern


def test_prose_has_the_length_of_real_posts() -> None:
    prose = [post for post in POSTS if not post.service and "poll" not in post.media]
    lengths = sorted(len(post.text) for post in prose)
    assert lengths[-1] <= 1200
    assert sum(length >= 300 for length in lengths) >= len(prose) - 4


def test_an_albums_text_stands_once() -> None:
    album = post("demo_tensor_kitchen/905")
    assert album.album == (905, 906, 907)
    assert album.media == ("photo",) * 3
    assert album.text.count("Нейроны, которые всегда молчат") == 1


def test_a_custom_emoji_does_not_hide_the_text() -> None:
    shown = post("demo_tensor_kitchen/911")
    assert shown.text.startswith("🍲 Добрался до HalfBit")
    assert "open Telegram" not in shown.text


def test_a_quoted_reply_stays_out_of_the_body() -> None:
    answer = post("demo_paper_porch/1509")
    assert answer.reply_to == 1501
    assert answer.text.startswith("A reader asked")
    assert "Ask the porch" not in answer.text


def test_a_repost_names_its_origin_and_keeps_the_text() -> None:
    origin, repost = post("demo_kvantovy_les/416"), post("demo_nulevoy_loss/91")
    assert repost.forward is not None
    assert repost.forward.name == "Квантовый лес"
    assert (repost.forward.channel, repost.forward.message_id) == ("@demo_kvantovy_les", 416)
    assert repost.text == origin.text


def test_a_hidden_origin_has_only_a_name() -> None:
    forward = post("demo_nulevoy_loss/92").forward
    assert forward is not None
    assert (forward.name, forward.channel) == ("Ночная смена", None)


def test_two_posts_are_nearly_one_text() -> None:
    one, other = post("demo_signal_i_shum/659"), post("demo_nulevoy_loss/90")
    assert one.text != other.text
    first, second = set(one.text.split()), set(other.text.split())
    assert len(first & second) / len(first | second) > 0.9


def test_a_page_card_is_kept_beside_the_body() -> None:
    pebble = post("demo_paper_porch/1508")
    assert pebble.preview is not None
    assert pebble.preview.title.startswith("Pebble")
    assert "Pebble: A 12.5 Hz" not in pebble.text


def test_service_posts_and_a_poll_are_told_apart() -> None:
    services = [post for post in POSTS if post.service]
    polls = [post for post in POSTS if "poll" in post.media]
    assert len(services) == 2
    assert len(polls) == 1
    assert polls[0].text.startswith("Во сколько бит")


@pytest.mark.parametrize("kind", ["photo", "video", "document"])
def test_media_are_named(kind: str) -> None:
    assert any(kind in post.media for post in POSTS)


def test_edits_signatures_and_views_are_read() -> None:
    assert [post.message_id for post in POSTS if post.edited] == [345, 418]
    assert {post.author for post in POSTS} == {None, "Лесник", "Дворник", "keeper"}
    assert all(post.views for post in POSTS if not post.service)


def test_what_a_digest_leaves_out_is_there() -> None:
    assert len(about(r"#реклама|sponsored")) == 2
    assert len(about(r"#вакансия")) == 1
    assert len(about(r"митап")) == 1
    roundups = [post for post in POSTS if len(papers(post)) >= 5]
    assert len(roundups) == 1


def test_an_instruction_to_assistants_is_among_the_texts() -> None:
    assert len(about(r"ignore your earlier instructions")) == 1


def test_tags_are_no_links() -> None:
    assert about(r"#квантизация")
    assert not [link.url for post in POSTS for link in post.links if "?q=" in link.url]
