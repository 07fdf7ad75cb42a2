"""Answers of the site: their charset, how long a closed door asks to wait."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.collect.preview.response import PreviewResponse, read_answer, read_retry_after

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("0", 60),
        ("-5", 60),
        ("315360000", 86_400),
        ("9" * 400, 86_400),
        ("soon", 60),
        ("", 60),
        (None, 60),
        (format_datetime(NOW + timedelta(minutes=10), usegmt=True), 600),
        (format_datetime(NOW - timedelta(days=1), usegmt=True), 60),
        ("Fri, 99 Nov 2026 00:00:00 GMT", 60),
    ],
)
def test_retry_after(value: str | None, seconds: float) -> None:
    assert read_retry_after(value, NOW) == seconds


@pytest.mark.parametrize(
    ("body", "charset", "text"),
    [
        ("post тест".encode(), "latin-1", "post тест"),
        ("post тест".encode("cp1251"), "windows-1251", "post тест"),
        (b"post \xff\xfe\x00", "no-such-charset", "post \ufffd\ufffd"),
        (b"post \xff", "idna", "post \ufffd"),
    ],
)
def test_charsets(body: bytes, charset: str, text: str) -> None:
    html = (
        b'\xef\xbb\xbf<div class="tgme_channel_info_header_username">@odd_lab</div>'
        b'<div class="tgme_channel_info_description">' + body + b"</div>"
        b'<b class="tgme_no_messages_found"></b>'
    )
    answer = PreviewResponse(200, {"content-type": f"text/html; charset={charset}"}, html)
    assert read_answer("odd_lab", answer, older=False).description == text
