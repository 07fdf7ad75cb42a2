"""Answers of the site: their charset, how long a closed door asks to wait."""

from datetime import UTC, datetime

import pytest

from bot.collect.preview.errors import Blocked
from bot.collect.preview.response import PreviewResponse, read_answer

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("0", 60),
        ("315360000", 86_400),
        ("soon", 60),
        (None, 60),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 60),
    ],
)
def test_a_site_that_asks_to_wait_is_left_for_a_minute_at_least(
    value: str | None, seconds: float
) -> None:
    headers = {} if value is None else {"retry-after": value}
    with pytest.raises(Blocked) as caught:
        read_answer("pane_ml", PreviewResponse(429, headers, b""), older=False)
    assert caught.value.retry_after == seconds


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
