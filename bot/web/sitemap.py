"""The map of the site for search engines (https://www.sitemaps.org/protocol.html). Pure."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from bot.languages import LANGUAGES
from bot.web.places import PagePlace, Site

_PLACES = 10_000  # of a part: each in all languages, and a part may have 50,000 addresses
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_XHTML = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'


class ListedPlace(NamedTuple):
    """A place with the instant of its newest post, where that is known."""

    place: PagePlace
    updated: datetime | None = None


def sitemaps(site: Site, places: Sequence[ListedPlace]) -> dict[str, str]:
    """The files of the map by their names: ``sitemap.xml`` lists the others."""
    starts = range(0, len(places), _PLACES)
    parts = {
        f"sitemap-{number}.xml": _part(site, places[start : start + _PLACES])
        for number, start in enumerate(starts, start=1)
    }
    listed = "".join(
        f"<sitemap><loc>{escape(f'{site.url}/{name}')}</loc></sitemap>\n" for name in parts
    )
    index = f"{_HEAD}<sitemapindex {_SPACE}>\n{listed}</sitemapindex>\n"
    return {"sitemap.xml": index, **parts}


def _part(site: Site, places: Iterable[ListedPlace]) -> str:
    return f"{_HEAD}<urlset {_SPACE} {_XHTML}>\n{''.join(_urls(site, places))}</urlset>\n"


def _urls(site: Site, places: Iterable[ListedPlace]) -> Iterable[str]:
    for place, updated in places:
        addresses = {code: site.address(place, code) for code in LANGUAGES}
        beside = "".join(
            f'<xhtml:link rel="alternate" hreflang="{code}" href={quoteattr(address)}/>'
            for code, address in addresses.items()
        )
        at = f"<lastmod>{updated.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</lastmod>" if updated else ""
        for address in addresses.values():
            yield f"<url><loc>{escape(address)}</loc>{at}{beside}</url>\n"
