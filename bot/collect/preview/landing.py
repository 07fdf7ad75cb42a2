"""Parses the landing page ``t.me/<name>``: what a name without a preview belongs to. Pure."""

import re
from typing import Literal

from selectolax.lexbor import LexborHTMLParser

from bot.collect.preview.markup import attribute, text_of
from bot.collect.preview.page import parse_html
from bot.model import Value
from bot.text import clean, normalise, squeeze

LandingKind = Literal["channel", "closed", "hidden", "group", "person", "nobody", "foreign"]

_MARKS: tuple[tuple[LandingKind, re.Pattern[str]], ...] = (
    ("closed", re.compile(r"subscriber|подписчик", re.IGNORECASE)),
    ("group", re.compile(r"\bmembers?\b|участник|\bonline\b", re.IGNORECASE)),
    ("person", re.compile(r"^@|\busers?\b|пользовател", re.IGNORECASE)),
)


_INVITATION = re.compile(r"(?:if you have telegram, )?you can (?:view|contact)\b", re.IGNORECASE)


class Landing(Value):
    """What a name is.

    ``channel`` has a preview, ``closed`` is a channel without one, ``hidden`` one that Telegram
    keeps off the web, ``group``, ``person`` (or bot), ``nobody`` (free name), ``foreign``: no
    landing page at all (blocked names get telegram.org).
    """

    kind: LandingKind
    title: str = ""


def parse_landing(html: bytes | str) -> Landing:
    """Tells what a landing page is about, by its structure first, by its words second."""
    tree = parse_html(html)
    if tree.css_first(".tgme_page") is None:
        return Landing(kind="foreign")
    title = text_of(tree.css_first(".tgme_page_title span") or tree.css_first(".tgme_page_title"))
    links = tree.css("a.tgme_page_context_link")
    if any(attribute(link, "href").startswith(("/s/", "https://t.me/s/")) for link in links):
        return Landing(kind="channel", title=title)
    words = " ".join(
        text_of(node) for node in tree.css(".tgme_page_description, .tgme_page_additional")
    )
    extra = text_of(tree.css_first(".tgme_page_extra"))
    kind = next((kind for kind, mark in _MARKS if mark.search(extra)), None)
    # A channel invites "to view posts by", a free name or a person "to contact".
    if kind is None and re.search(r"view posts|view and join|channel", words, re.IGNORECASE):
        kind = "closed"
    if kind == "closed" and _unlisted(tree):
        kind = "hidden"
    return Landing(kind=kind or ("person" if title else "nobody"), title=title)


def _unlisted(tree: LexborHTMLParser) -> bool:
    """True where search engines are told to leave a page out, as with hidden channels."""
    robots = tree.css_first('meta[name="robots"]')
    return robots is not None and "noindex" in attribute(robots, "content").lower()


def parse_description(html: bytes | str, channel_description: str = "") -> str:
    """The words of one post by its own page ``t.me/<name>/<id>``; empty where it shows none.

    A post without words has the channel's description there, or an invitation.
    """
    meta = parse_html(html).css_first('meta[property="og:description"]')
    words = squeeze(clean(attribute(meta, "content"))) if meta else ""
    alien = normalise(words) == normalise(channel_description) or _INVITATION.match(words)
    return "" if alien else words
