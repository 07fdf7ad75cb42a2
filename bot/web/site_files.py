"""The archive as files: the same pages and forms, with links from file to file."""

import asyncio
import hashlib
import re
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import quote

from bot.i18n import language_texts
from bot.languages import DEFAULT_LANGUAGE, LANGUAGES
from bot.model import Language
from bot.web.archive import ArchiveQueries
from bot.web.html import HtmlPages, icon, style_sheet
from bot.web.pages import ArchivePage
from bot.web.places import PagePlace, Site
from bot.web.sitemap import sitemaps
from bot.web.twins import TWINS, twins_of

_LONGEST = 150  # characters of a name, of the 255 that file systems take
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]|^\.")
_PICTURE = "png"

SiteFile = tuple[str, bytes]
"""The path of a file, with slashes, and what it holds."""


@dataclass(frozen=True)
class FileSite(Site):
    """Addresses of files, as they stand in a file so many folders deep; without pictures.

    ``asked`` are the pages whose addresses were asked for: each of them is to be written, too.
    """

    searches: bool = False
    depth: int = 0
    asked: set[tuple[PagePlace, Language]] = field(default_factory=set, compare=False)

    @property
    def root(self) -> str:
        """The way up from the file."""
        return "/".join([".."] * self.depth) or "."

    def href(self, place: PagePlace, language: Language, form: str = "") -> str:
        """The way from the file to another one."""
        self.asked.add((place, language))
        return f"{self.root}/{quote(file_of(place, language, form))}"

    def address(self, place: PagePlace, language: Language, form: str = "") -> str:
        """The public address of a file; empty where that of the site is not known."""
        if not self.url or form == _PICTURE:
            return ""
        self.asked.add((place, language))
        return f"{self.url}/{quote(file_of(place, language, form))}"


def file_of(place: PagePlace, language: Language, form: str = "") -> str:
    """The file of a page or of a form of it: another one for another page."""
    match place.kind:
        case "now":
            named = "now" if form else "index"
        case "contents":
            named = place.kind
        case _:
            letter = place.decoded().partition("/")[0]
            turn = f"/{place.page}" if place.page > 1 else ""
            named = f"{letter}/{_file_name(place.name)}{turn}"
    return f"{language}/{named}.{form or 'html'}"


def _file_name(name: str) -> str:
    """A name that every file system takes: papers' ids have slashes, colons and worse."""
    site, colon, rest = name.partition(":")
    escaped = _UNSAFE.sub(lambda found: f"~{ord(found[0]):02X}", rest if colon else site)
    whole = f"{site}~{escaped}" if colon else escaped
    if len(whole) <= _LONGEST:
        return whole
    return f"{whole[: _LONGEST // 2]}~{hashlib.sha256(name.encode()).hexdigest()[:16]}"


async def site_files(
    archive: ArchiveQueries, site: Site, now: datetime
) -> AsyncIterator[SiteFile]:
    """All files, page by page: what the archive lists, and whatever that links to."""
    whole = FileSite(site.url, site.index, site.retention_days, site.archive)
    listed = await archive.places(now)
    draw = _Drawing(whole)
    waiting = deque((each.place, code) for code in LANGUAGES for each in listed)
    known = set(waiting)
    while waiting:
        place, language = waiting.popleft()
        page = await archive.page(place, language, now)
        files, linked = await asyncio.to_thread(draw, page, place, language)
        for file in files:
            yield file
        found = {(each, code) for each, code in linked if each.kind != "search"} - known
        waiting += sorted(found)
        known |= found
    yield "style.css", style_sheet().encode()
    yield "icon.svg", icon().encode()
    yield "index.html", _front().encode()
    yield ".nojekyll", b""  # GitHub would leave out names that begin with a line
    if site.url:
        for name, text in sitemaps(whole, listed).items():
            yield name, text.encode()


class _Drawing:
    """Draws pages; those of one depth by the same templates."""

    def __init__(self, site: FileSite) -> None:
        self._site = site
        self._html: dict[int, tuple[FileSite, Callable[[ArchivePage], str]]] = {}

    def __call__(
        self, page: ArchivePage, place: PagePlace, language: Language
    ) -> tuple[list[SiteFile], set[tuple[PagePlace, Language]]]:
        """The files of a page, and all pages that it links to."""
        path = file_of(place, language)
        site, render = self._at(path.count("/"))
        site.asked.clear()
        files = [(path, render(page).encode("utf-8", "replace"))]
        offered = twins_of(page)
        for twin in TWINS:
            if twin in offered and (body := twin.make(site, page)) is not None:
                files.append((file_of(place, language, twin.ending), body))
        return files, set(site.asked)

    def _at(self, depth: int) -> tuple[FileSite, Callable[[ArchivePage], str]]:
        if depth not in self._html:
            site = replace(self._site, depth=depth, asked=set())
            self._html[depth] = site, HtmlPages(site).render
        return self._html[depth]


def _front() -> str:
    """The way to the first page in each language."""
    home = file_of(PagePlace(), DEFAULT_LANGUAGE)
    ways = " ".join(
        f'<a href="{file_of(PagePlace(), code)}" lang="{code}">{language_texts(code).name}</a>'
        for code in LANGUAGES
    )
    head = f'<meta charset="utf-8"><meta http-equiv="refresh" content="0; url={home}">'
    title = '<title>Fortochka</title><link rel="icon" href="icon.svg">'
    start = f'<!doctype html>\n<html lang="{DEFAULT_LANGUAGE}">\n<head>{head}{title}</head>\n'
    return f"{start}<body><p>{ways}</p></body>\n</html>\n"
