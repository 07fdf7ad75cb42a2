"""A feed as Atom, RFC 4287. Pure."""

import re
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from bot.export.feed import Feed, FeedItem, internet_time

ATOM_TYPE = "application/atom+xml"

_NAMESPACE = "http://www.w3.org/2005/Atom"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# What no XML document holds, not even as a reference: https://www.w3.org/TR/xml/#charsets
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_atom(feed: Feed) -> bytes:
    """The feed as an XML document in UTF-8."""
    register_namespace("", _NAMESPACE)
    root = Element(_name("feed"), {_LANGUAGE: feed.language})
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    _add(root, "updated", internet_time(feed.updated))
    _add(root, "generator", "Fortochka")
    _link(root, "self", feed.url, ATOM_TYPE)
    _link(root, "alternate", feed.home_url, "text/html")
    for item in feed.items:
        _add_entry(root, item)
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _add_entry(root: Element, item: FeedItem) -> None:
    entry = _add(root, "entry")
    _add(entry, "id", item.id)
    _add(entry, "title", item.title)
    _add(entry, "published", internet_time(item.published))
    _add(entry, "updated", internet_time(item.updated))
    for author in item.authors:
        person = _add(entry, "author")
        _add(person, "name", author.name)
        if author.url:
            _add(person, "uri", author.url)
    _link(entry, "alternate", item.url, "text/html")
    for paper in item.papers:
        if paper.url:
            _link(entry, "related", paper.url, title=paper.title)
    for category in item.categories:
        _add(entry, "category", term=category.slug, label=category.title)
    if item.summary:
        _add(entry, "summary", item.summary)
    _add(entry, "content", item.html, type="html")


def _link(parent: Element, relation: str, url: str, kind: str = "", title: str = "") -> None:
    more = {name: text for name, text in (("type", kind), ("title", title)) if text}
    _add(parent, "link", rel=relation, href=url, **more)


def _add(parent: Element, name: str, text: str = "", **attributes: str) -> Element:
    legal = {key: _ILLEGAL.sub("", value) for key, value in attributes.items()}
    element = SubElement(parent, _name(name), legal)
    element.text = _ILLEGAL.sub("", text)
    return element


def _name(name: str) -> str:
    return f"{{{_NAMESPACE}}}{name}"
