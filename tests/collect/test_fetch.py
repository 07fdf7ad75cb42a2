"""The preview client against a fake site: paging, waiting, redirects, bombs, private networks."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.collect.preview.errors import (
    Blocked,
    HiddenChannel,
    LayoutChanged,
    NoPreview,
    NotAChannel,
    NotFound,
    PageUnreachable,
    SourceError,
)
from bot.collect.preview.fetch import MAX_ASKED, Fetcher
from tests.fakes.tme import FakeTme, Reply, bomb, redirect


def page(*ids: int) -> str:
    """An invented preview page with posts of these ids."""
    return '<div class="tgme_channel_info_header_username">@odd_lab</div>' + "".join(
        f'<div class="tgme_widget_message" data-post="Odd_Lab/{number}">'
        f'<div class="tgme_widget_message_text js-message_text">post {number}</div>'
        '<span class="tgme_widget_message_meta"><a class="tgme_widget_message_date">'
        f'<time datetime="2026-11-{number % 28 + 1:02}T00:00:00+00:00"></time></a></span></div>'
        for number in ids
    )


def landing(extra: str) -> str:
    """An invented landing page."""
    return (
        '<div class="tgme_page"><div class="tgme_page_title">Odd</div>'
        f'<div class="tgme_page_extra">{extra}</div></div>'
    )


def fetcher(site: FakeTme, deadline: float = 5.0) -> Fetcher:
    """A client of the fake site that does not wait between pages."""
    return Fetcher(site.base_url, deadline=deadline, pause=(0, 0))


async def ids(site: FakeTme, until: int = 0, max_pages: int = 50) -> list[list[int]]:
    """Ids of the pages of a history."""
    async with fetcher(site) as client:
        return [
            [post.message_id for post in found.posts]
            async for found in client.history("odd_lab", until=until, max_pages=max_pages)
        ]


async def test_a_real_page_by_its_marks(shared: Path) -> None:
    html = (shared / "html/aurum_eng_latest.html").read_bytes()
    async with FakeTme() as site, fetcher(site) as client:
        mark = {"ETag": '"7"', "Last-Modified": "Fri, 20 Nov 2026 00:00:00 GMT"}
        site.script("/s/aurum_eng", Reply(html, headers=mark), Reply(status=304))
        first = await client.get_page("aurum_eng")
        assert first is not None
        assert len(first.page.posts) == 16
        again = await client.get_page("aurum_eng", etag=first.etag, modified=first.modified)
        assert again is None
        assert site.requests[1].headers["if-none-match"] == '"7"'
        assert site.requests[1].headers["if-modified-since"] == mark["Last-Modified"]


async def test_history_goes_back_to_a_known_post() -> None:
    async with FakeTme() as site:
        site.serve("odd_lab", page(37, 38, 40))
        site.serve("odd_lab", page(30, 33), before=37)
        site.serve("odd_lab", page(20, 25), before=30)
        assert await ids(site, until=31) == [[37, 38, 40], [30, 33]]
        assert [request.query.get("before") for request in site.requests] == [None, "37"]
        assert await ids(site, until=40) == [[37, 38, 40]]
        assert await ids(site, max_pages=1) == [[37, 38, 40]]


async def test_history_ends_before_the_first_post_and_at_a_time() -> None:
    header = '<div class="tgme_channel_info_header_username">@odd_lab</div>'
    async with FakeTme() as site:
        site.serve("odd_lab", page(12, 13))
        site.serve("odd_lab", page(3, 7), before=12)
        site.serve("odd_lab", header, before=3)
        assert await ids(site) == [[12, 13], [3, 7]]
        async with fetcher(site) as client:
            since = datetime(2026, 11, 14, tzinfo=UTC)
            pages = [found async for found in client.history("odd_lab", since=since)]
        assert len(pages) == 1


async def test_history_does_not_go_in_circles() -> None:
    async with FakeTme() as site:
        site.script("/s/odd_lab", Reply(page(5, 6, 7)))
        assert await ids(site) == [[5, 6, 7]]
        assert len(site.requests) == 2


@pytest.mark.parametrize(
    ("extra", "error"),
    [
        ("1 204 subscribers", NoPreview),
        ("20 members, 3 online", NotAChannel),
        ("@odd_lab", NotAChannel),
    ],
)
async def test_a_redirect_to_the_landing_page_is_read(
    extra: str, error: type[SourceError]
) -> None:
    async with FakeTme() as site, fetcher(site) as client:
        site.script("/odd_lab", Reply(landing(extra)))
        with pytest.raises(error, match=r"^@odd_lab: [^\n]+$"):
            await client.get_page("odd_lab")


async def test_a_free_name_is_not_found(shared: Path) -> None:
    html = (shared / "html/sherlock_tme_free.html").read_bytes()
    async with FakeTme() as site, fetcher(site) as client:
        site.script("/odd_lab", Reply(html))
        with pytest.raises(NotFound):
            await client.get_page("odd_lab")
        with pytest.raises(NotFound):
            await client.get_page("unknown_lab")
        site.script("/s/odd_lab", redirect("https://telegram.org/"))
        with pytest.raises(NotFound):
            await client.get_page("odd_lab")


async def test_a_channel_that_telegram_hides_says_so() -> None:
    async with FakeTme() as site, fetcher(site) as client:
        robots = '<meta name="robots" content="noindex">'
        site.script("/odd_lab", Reply(robots + landing("204 subscribers")))
        with pytest.raises(HiddenChannel, match="hides this channel"):
            await client.get_page("odd_lab")


def placeholders(*ids: int) -> str:
    """A preview page whose posts are nothing but "open Telegram to view"."""
    label = '<div class="message_media_not_supported">Please open Telegram</div>'
    html = page(*ids)
    for number in ids:
        html = html.replace(f"post {number}</div>", f"</div>{label}").replace(
            '<div class="tgme_widget_message_text js-message_text"></div>', ""
        )
    return html


def described(words: str) -> Reply:
    """The page of a single post."""
    return Reply(f'<meta property="og:description" content="{words}">')


async def test_words_that_the_list_hides_are_asked_for_once() -> None:
    async with FakeTme() as site, fetcher(site) as client:
        site.serve("odd_lab", placeholders(7, 8))
        site.script("/odd_lab/7", described("About memory: https://arxiv.org/abs/2610.09991"))
        site.script("/odd_lab/8", Reply(status=500))
        for _ in range(2):
            found = await client.get_page("odd_lab")
            assert found is not None
            first, second = found.page.posts
            assert first.text == "About memory: https://arxiv.org/abs/2610.09991"
            assert (first.media, first.links[0].paper) == ((), "arxiv:2610.09991")
            assert (second.text, second.media) == ("", ("unsupported",))
        asked = [request.path for request in site.requests]
        assert asked == ["/s/odd_lab", "/odd_lab/8", "/odd_lab/7", "/s/odd_lab"]
        assert site.most_busy == 1


async def test_a_site_that_asks_to_wait_is_asked_for_no_more_posts() -> None:
    async with FakeTme() as site, fetcher(site) as client:
        site.serve("odd_lab", placeholders(7, 8))
        site.script("/odd_lab/8", Reply(status=429))
        for _ in range(2):
            found = await client.get_page("odd_lab")
            assert found is not None
            assert {post.text for post in found.page.posts} == {""}
        asked = [request.path for request in site.requests]
        assert asked == ["/s/odd_lab", "/odd_lab/8", "/s/odd_lab"]


async def test_a_page_of_hidden_words_costs_few_requests() -> None:
    async with FakeTme() as site, fetcher(site) as client:
        site.serve("odd_lab", placeholders(*range(1, 21)))
        await client.get_page("odd_lab")
        assert len(site.requests) == 1 + MAX_ASKED


async def test_a_single_post_that_cannot_be_had_spoils_no_page() -> None:
    async with FakeTme() as site, fetcher(site, deadline=0.5) as client:
        site.serve("odd_lab", placeholders(7))
        site.script("/odd_lab/7", redirect("https://evil.example/"))
        found = await client.get_page("odd_lab")
        assert found is not None
        assert [post.media for post in found.page.posts] == [("unsupported",)]


@pytest.mark.parametrize("handle", ["", "../x", "a/b", "x?y", "a b", "@odd_lab", "a" * 99])
async def test_what_is_no_name_is_not_asked_for(handle: str) -> None:
    async with FakeTme() as site, fetcher(site) as client:
        with pytest.raises(NotFound):
            await client.get_page(handle)
        assert site.requests == []


@pytest.mark.parametrize(
    "body", ["", "ok", "<html><body>new design</body></html>", page(5).replace("datetime", "x")]
)
async def test_a_page_without_posts_is_a_changed_layout(body: str) -> None:
    async with FakeTme() as site, fetcher(site) as client:
        site.script("/s/odd_lab", Reply(body))
        with pytest.raises(LayoutChanged, match="layout"):
            await client.get_page("odd_lab")


async def test_an_empty_page_that_says_so_is_fine() -> None:
    async with FakeTme() as site, fetcher(site) as client:
        site.serve("odd_lab", '<div class="tgme_no_messages_found">')
        found = await client.get_page("odd_lab")
        assert found is not None
        assert found.page.no_posts


@pytest.mark.parametrize("status", [403, 429, 503])
async def test_a_closed_door_says_how_long_to_wait(status: int) -> None:
    async with FakeTme() as site, fetcher(site) as client:
        site.script("/s/odd_lab", Reply(status=status, headers={"Retry-After": "120"}))
        with pytest.raises(Blocked, match="120 s") as caught:
            await client.get_page("odd_lab")
        assert caught.value.retry_after == 120


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:1/x",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://0x7f.1/",
        "http://localhost/",
        "https://evil.com/s/odd_lab",
        "https://t.me.evil.com/",
        "https://t.me@evil.com/",
        "http://t.me/odd_lab",
        "ftp://t.me/odd_lab",
        "file:///etc/passwd",
        "//evil.com",
    ],
)
async def test_redirects_elsewhere_are_not_followed(target: str) -> None:
    async with FakeTme() as site, fetcher(site) as client:
        site.script("/s/odd_lab", redirect(target))
        with pytest.raises(PageUnreachable):
            await client.get_page("odd_lab")
        assert len(site.requests) == 1


async def test_a_redirect_loop_ends() -> None:
    async with FakeTme() as site, fetcher(site) as client:
        site.script("/s/odd_lab", redirect("/s/odd_lab"))
        with pytest.raises(PageUnreachable, match="redirects"):
            await client.get_page("odd_lab")
        assert len(site.requests) == 4


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"x" * (6 * 2**20)),
        bomb(200 * 2**20),
        bomb(20 * 2**20, members=10_000),
        Reply(bytes.fromhex("1f8b0800") * 3, headers={"Content-Encoding": "gzip"}),
        Reply(b"<html>", headers={"Content-Encoding": "br"}),
        Reply(status=500),
        Reply(status=418),
    ],
    ids=["huge", "bomb", "members", "broken", "brotli", "500", "418"],
)
async def test_bad_bodies_are_unreachable_and_nothing_else(reply: Reply) -> None:
    async with FakeTme() as site, fetcher(site) as client:
        site.script("/s/odd_lab", reply)
        with pytest.raises(PageUnreachable, match=r"^@odd_lab: "):
            await client.get_page("odd_lab")
        site.serve("odd_lab", page(5))
        site.replies.clear()
        assert await client.get_page("odd_lab")


async def test_a_trickling_body_meets_the_deadline() -> None:
    async with FakeTme() as site, fetcher(site, deadline=0.2) as client:
        site.script("/s/odd_lab", Reply(page(5), parts=1000, delay=0.05))
        with pytest.raises(PageUnreachable, match=r"within 0.2 s"):
            await client.get_page("odd_lab")


async def test_a_dead_address_is_unreachable() -> None:
    async with Fetcher("http://127.0.0.1:9", deadline=5) as client:
        with pytest.raises(PageUnreachable, match="PREVIEW_BASE_URL"):
            await client.get_page("odd_lab")
