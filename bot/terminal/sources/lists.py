"""Sources as a list: text, OPML and JSON, as ``collect/text/channel_lists`` reads them. Pure."""

import json
from collections.abc import Callable, Iterable, Sequence
from xml.sax.saxutils import quoteattr

from bot.store.sources.sources import Source
from bot.text import clean

_PAUSED = "paused"


def _to_text(sources: Iterable[Source]) -> str:
    return "".join(
        f"@{source.handle}{f' # {_PAUSED}' if source.rest else ''}\n" for source in sources
    )


def _to_opml(sources: Iterable[Source]) -> str:
    """Telegram has no feeds: RSSHub makes them, and a reader may put its own server there."""
    rows = "".join(f"    <outline {_attributes(source)}/>\n" for source in sources)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n'
        f"  <head><title>Fortochka</title></head>\n  <body>\n{rows}  </body>\n</opml>\n"
    )


def _attributes(source: Source) -> str:
    name = clean(source.title) or source.name
    attributes = {"type": "rss", "text": name, "title": name}
    attributes["xmlUrl"] = f"https://rsshub.app/telegram/channel/{source.handle}"
    attributes["htmlUrl"] = f"https://t.me/{source.handle}"
    if source.rest:
        attributes["category"] = _PAUSED
    return " ".join(f"{key}={quoteattr(value)}" for key, value in attributes.items())


def _to_json(sources: Iterable[Source]) -> str:
    rows = [source_row(source) for source in sources]
    return json.dumps({"version": 1, "sources": rows}, ensure_ascii=False, indent=2) + "\n"


def source_row(source: Source) -> dict[str, object]:
    """A source for programs; ``docs/json.md`` tells the fields."""
    return {
        "handle": source.handle,
        "id": source.number,
        "title": source.title,
        "route": source.route,
        _PAUSED: bool(source.rest),
        "state": source.state,
        "reason": source.reason,
        "last_post": source.last_at.isoformat() if source.last_at else None,
    }


SOURCE_FORMATS: dict[str, Callable[[Sequence[Source]], str]] = {
    "list": _to_text,
    "opml": _to_opml,
    "json": _to_json,
}
"""Forms of a list by their names; only JSON has channels without a public name."""
