"""A feed as JSON Feed 1.1, https://www.jsonfeed.org/version/1.1/. Pure."""

import json

from bot.export.feed import Feed, FeedItem, internet_time

JSON_FEED_TYPE = "application/feed+json"

_VERSION = "https://jsonfeed.org/version/1.1"


def to_json_feed(feed: Feed) -> bytes:
    """The feed as JSON in UTF-8; ``_fortochka`` of an item names its papers."""
    body = {
        "version": _VERSION,
        "title": feed.title,
        "home_page_url": feed.home_url,
        "feed_url": feed.url,
        "language": feed.language,
        "items": [_item(item) for item in feed.items],
    }
    return json.dumps(body, ensure_ascii=False, indent=2).encode("utf-8", "replace")


def _item(item: FeedItem) -> dict[str, object]:
    """An item; what is empty is left out."""
    body: dict[str, object] = {
        "id": item.id,
        "url": item.url,
        "external_url": item.post_url,
        "title": item.title,
        "summary": item.summary,
        "content_html": item.html,
        "date_published": internet_time(item.published),
        "date_modified": internet_time(item.updated),
        "authors": [_author(name, url) for name, url in item.authors],
        "tags": [category.slug for category in item.categories],
    }
    if item.papers:
        papers = [{"id": id_, "title": title, "url": url} for id_, title, url in item.papers]
        body["_fortochka"] = {"papers": papers}
    return {name: value for name, value in body.items() if value}


def _author(name: str, url: str) -> dict[str, str]:
    return {"name": name, "url": url} if url else {"name": name}
