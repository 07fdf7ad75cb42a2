"""The landing page ``t.me/<name>``: what a name is when it has no preview. Pure."""

import re
from typing import Literal

from bot.collect.preview.markup import attribute, text_of
from bot.collect.preview.page import parse_html
from bot.model import Value

LandingKind = Literal["channel", "closed", "group", "person", "nobody", "foreign"]

_MARKS: tuple[tuple[LandingKind, re.Pattern[str]], ...] = (
    ("closed", re.compile(r"subscriber|подписчик", re.IGNORECASE)),
    ("group", re.compile(r"\bmembers?\b|участник|\bonline\b", re.IGNORECASE)),
    ("person", re.compile(r"^@|\busers?\b|пользовател", re.IGNORECASE)),
)


class Landing(Value):
    """What a name is.

    ``channel`` has a preview, ``closed`` is a channel without one, ``group``, ``person`` (or bot),
    ``nobody`` (free name), ``foreign``: no landing page at all (blocked names get telegram.org).
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
    extra = text_of(tree.css_first(".tgme_page_extra"))
    if kind := next((kind for kind, mark in _MARKS if mark.search(extra)), None):
        return Landing(kind=kind, title=title)
    words = " ".join(
        text_of(node) for node in tree.css(".tgme_page_description, .tgme_page_additional")
    )
    # A closed channel invites "to view posts by", a free name or a person "to contact".
    if re.search(r"view posts|view and join|channel", words, re.IGNORECASE):
        return Landing(kind="closed", title=title)
    return Landing(kind="person" if title else "nobody", title=title)
