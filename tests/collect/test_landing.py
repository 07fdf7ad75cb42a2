"""What a name is, by its landing page."""

from pathlib import Path

import pytest

from bot.collect.preview.landing import parse_landing
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


def test_landing_pages_without_a_count() -> None:
    closed = (
        '<div class="tgme_page"><div class="tgme_page_description">you can view posts by</div>'
    )
    assert parse_landing(closed).kind == "closed"
    assert parse_landing("<h1>Telegram: a new era of messaging</h1>").kind == "foreign"
