"""What a name is, by its landing page."""

from pathlib import Path

import pytest

from bot.collect.preview.landing import parse_description, parse_landing
from bot.collect.preview.page import parse_page


@pytest.mark.parametrize(
    ("file", "kind"), [("sherlock_tme_channel", "channel"), ("sherlock_tme_free", "nobody")]
)
def test_real_landing_pages(shared: Path, file: str, kind: str) -> None:
    html = (shared / "html" / f"{file}.html").read_bytes()
    assert parse_landing(html).kind == kind
    assert parse_page(html).posts == ()


@pytest.mark.parametrize(
    ("extra", "kind"),
    [
        ("11 286 subscribers", "closed"),
        ("1 subscriber", "closed"),
        ("200 members, 5 online", "group"),
        ("1 204 monthly users", "person"),
        ("@someone", "person"),
    ],
)
def test_landing_pages_by_what_is_counted(extra: str, kind: str) -> None:
    html = (
        '<div class="tgme_page"><div class="tgme_page_title"><span>Some One</span></div>'
        f'<div class="tgme_page_extra">{extra}</div></div>'
    )
    assert parse_landing(html).kind == kind
    assert parse_landing(html).title == "Some One"


@pytest.mark.parametrize(
    "inner",
    [
        '<div class="tgme_page_extra">204 subscribers</div>',
        '<div class="tgme_page_description">you can view posts by <b>@odd_lab</b></div>',
    ],
)
def test_a_hidden_channel_is_told_from_one_without_a_preview(inner: str) -> None:
    page = f'<div class="tgme_page"><div class="tgme_page_title">Odd</div>{inner}</div>'
    assert parse_landing(page).kind == "closed"
    robots = '<meta name="robots" content="noindex, nofollow">'
    assert parse_landing(robots + page).kind == "hidden"
    person = page.replace("204 subscribers", "@someone").replace("view posts by", "contact")
    assert parse_landing(robots + person).kind == "person"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("A post\nof two lines", "A post\nof two lines"),
        ("About the  channel", ""),
        ("You can view and join @odd_lab right away.", ""),
        ("", ""),
    ],
)
def test_the_words_of_a_post_by_its_own_page(said: str, words: str) -> None:
    html = f'<meta property="og:description" content="{said}">'
    assert parse_description(html, "About the channel") == words
    assert parse_description("<h1>nothing</h1>") == ""


def test_landing_pages_without_a_count() -> None:
    closed = (
        '<div class="tgme_page"><div class="tgme_page_description">you can view posts by</div>'
    )
    assert parse_landing(closed).kind == "closed"
    assert parse_landing("<h1>Telegram: a new era of messaging</h1>").kind == "foreign"
