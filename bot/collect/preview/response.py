"""Reads an HTTP response as a preview page or as a typed failure. Pure."""

from typing import NamedTuple

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
from bot.collect.preview.landing import parse_landing
from bot.collect.preview.page import PreviewPage, parse_page
from bot.model import utc_now
from bot.wait import retry_after

LEAST_WAIT_S = 60.0
"""Until the next request after a refusal, whatever less the site asks for."""


class PreviewResponse(NamedTuple):
    """What came back; header names in lower case, the body inflated."""

    status: int
    headers: dict[str, str]
    body: bytes


def wait_asked(answer: PreviewResponse) -> float | None:
    """Seconds for which a site asks to be left alone, None where it does not ask."""
    if answer.status not in {403, 429, 503}:
        return None
    return max(retry_after(answer.headers, utc_now()) or LEAST_WAIT_S, LEAST_WAIT_S)


def _decode(answer: PreviewResponse) -> str:
    """Pages are UTF-8 whatever their header says; another charset only where UTF-8 fails."""
    try:
        return answer.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        charset = answer.headers.get("content-type", "").partition("charset=")[2].strip("\"' ;")
    try:
        return answer.body.decode(charset or "utf-8", "replace")
    except (LookupError, UnicodeError):
        return answer.body.decode("utf-8", "replace")


def read_answer(handle: str, answer: PreviewResponse, *, older: bool) -> PreviewPage:
    """The page in an answer; raises the SourceError that it means otherwise."""
    if wait := wait_asked(answer):
        raise Blocked(handle, answer.status, wait)
    if answer.status == 404:
        raise NotFound(handle)
    if answer.status != 200:
        raise PageUnreachable(handle, f"the site answered {answer.status}")
    html = _decode(answer)
    page = parse_page(html, handle)
    # Before the first post there is nothing but the channel's header.
    if page.posts or page.no_posts or (older and page.channel and not page.blocks):
        return page
    raise _why(handle, html, alien=page.blocks > 0 or page.channel is not None)


def _why(handle: str, html: str, *, alien: bool) -> SourceError:
    landing = parse_landing(html)
    if landing.kind == "hidden":
        return HiddenChannel(handle)
    if landing.kind == "closed":
        return NoPreview(handle)
    if landing.kind in {"group", "person"}:
        return NotAChannel(handle, "group" if landing.kind == "group" else "person or a bot")
    if landing.kind == "nobody":
        return NotFound(handle)
    telegram = "telegram.org" in html and "tgme_" not in html
    return NotFound(handle) if telegram and not alien else LayoutChanged(handle)
