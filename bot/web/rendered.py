"""Pages as they go out: each drawn once for a state of the log, few at a time."""

import asyncio
import gzip
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

from bot.export.charts.page_picture import page_picture
from bot.export.charts.svg import to_png
from bot.i18n import web_messages
from bot.model import Language, utc_now
from bot.screens.digest_words import topic_title
from bot.store import Store
from bot.store.read_model.change_log import LogState
from bot.web.archive import ArchiveQueries
from bot.web.html import HtmlPages
from bot.web.pages import ArchivePage, MissingPage, PeriodPage, SearchedPage, StoriesPage
from bot.web.places import PagePlace, Site
from bot.web.sitemap import ListedPlace, sitemaps
from bot.web.twins import TWINS
from bot.web.wording import page_note, page_title

SLOT_S = 300
"""Seconds for which a page is drawn as of one instant: that of the end of its slot."""

_AT_ONCE = 2  # drawn at the same time: other stages share the process
_WAITING = 64  # before one more is refused
_PATIENCE_S = 15.0
_SLOW_S = 0.5  # a page that takes longer is shown as it was, while it is drawn anew …
_SLOTS_KEPT = 2  # … for so many slots
_MOST_BYTES = 16 * 2**20  # of bodies kept


class Busy(Exception):
    """So much is being drawn that one more would wait for too long."""


class PageMoved(Exception):
    """The place has another address."""

    def __init__(self, place: PagePlace) -> None:
        super().__init__(place.kind)
        self.place = place


@dataclass(frozen=True)
class Rendered:
    """A body with its type, its status, and a strong tag of its bytes; ``packed`` is its gzip."""

    body: bytes
    content_type: str
    etag: str
    status: int = 200
    packed: bytes = b""

    def __len__(self) -> int:
        return len(self.body) + len(self.packed)


class PageForm(NamedTuple):
    """A form that pages have: its type, and how it is drawn; None for a page that has no such."""

    content_type: str
    draw: Callable[[ArchivePage], str | bytes | None]


def forms_of(site: Site) -> dict[str, PageForm]:
    """All forms by the ending of their addresses; HTML has none. The Mini App has no other."""
    html = PageForm("text/html; charset=utf-8", HtmlPages(site).render)
    if site.in_telegram:
        return {"": html}
    twins = {
        twin.ending: PageForm(f"{twin.content_type}; charset=utf-8", partial(twin.make, site))
        for twin in TWINS
    }
    return {
        "": html,
        "png": PageForm("image/png", draw_picture),
        **twins,
    }


def draw_picture(page: ArchivePage) -> bytes | None:
    """The picture as PNG; None for a page that nobody links to. Takes 50 ms."""
    if isinstance(page, MissingPage | SearchedPage):
        return None
    weeks: tuple[int, ...] = ()
    rows: list[tuple[str, int]] = []
    match page:
        case StoriesPage():
            weeks = page.weeks
        case PeriodPage():
            sections = sorted(page.digest.sections, key=lambda each: -len(each.stories))
            rows = [
                (topic_title(each.topic, page.language), len(each.stories))
                for each in sections
                if each.topic
            ]
    site = web_messages(page.language).site
    return to_png(
        page_picture(site, page_title(page), page_note(page).replace(" → ", " · "), weeks, rows)
    )


def rendered(body: str | bytes, content_type: str, status: int = 200) -> Rendered:
    """A body, a text in UTF-8, which is packed."""
    packed = b""
    if isinstance(body, str):
        body = body.encode("utf-8", "replace")
        packed = gzip.compress(body, mtime=0)
    etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    return Rendered(body, content_type, etag, status, packed)


_Asked = tuple[PagePlace, Language, str]


@dataclass(frozen=True)
class _Kept:
    """What was drawn, as of which state of the log and which slot of time, and whether slowly."""

    state: LogState
    slot: int
    found: Rendered
    slow: bool = False


class RenderedPages:
    """Draws pages as they are asked for, and keeps them until what they show may have changed."""

    def __init__(
        self,
        store: Store,
        archive: ArchiveQueries,
        site: Site,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._store, self._archive, self.site, self._now = store, archive, site, now
        self.forms = forms_of(site)
        self._kept: OrderedDict[_Asked, _Kept] = OrderedDict()
        self._bytes = 0
        self._drawing: dict[_Asked, asyncio.Task[Rendered]] = {}
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        self._maps: tuple[int, Mapping[str, Rendered]] | None = None
        self._mapping = asyncio.Lock()

    async def get(self, place: PagePlace, language: Language, form: str = "") -> Rendered:
        """The page; ``PageMoved`` for another address, ``Busy`` or an error of the store."""
        state, slot = await self._store.read_model.state(), int(self._now().timestamp()) // SLOT_S
        asked = place, language, form
        kept = self._kept.get(asked)
        if kept and (kept.state, kept.slot) == (state, slot):
            self._kept.move_to_end(asked)
            return kept.found
        drawing = self._drawn_soon(asked, state, slot)
        if kept and kept.slow and slot - kept.slot <= _SLOTS_KEPT:
            return kept.found
        async with asyncio.timeout(_PATIENCE_S):
            return await asyncio.shield(drawing)

    def _drawn_soon(
        self, asked: _Asked, state: LogState | None, slot: int
    ) -> asyncio.Task[Rendered]:
        """The page as it is being drawn, for all who ask for it meanwhile."""
        drawing = self._drawing.get(asked)
        if drawing is None:
            if len(self._drawing) >= _WAITING:
                raise Busy
            drawing = asyncio.create_task(self._draw(asked, state, slot))
            self._drawing[asked] = drawing
            drawing.add_done_callback(partial(self._ended, asked))
        return drawing

    def _ended(self, asked: _Asked, drawing: asyncio.Task[Rendered]) -> None:
        self._drawing.pop(asked, None)
        if not drawing.cancelled():
            drawing.exception()  # whoever waits for it is told; perhaps nobody does

    async def sitemaps(self) -> Mapping[str, Rendered]:
        """The files of the map, made anew at most once in a slot of time."""
        slot = int(self._now().timestamp()) // SLOT_S
        async with self._mapping:
            if self._maps is None or self._maps[0] != slot:
                places = await self._archive.places(datetime.fromtimestamp(slot * SLOT_S, UTC))
                self._maps = slot, await asyncio.to_thread(self._mapped, places)
        return self._maps[1]

    def _mapped(self, places: Sequence[ListedPlace]) -> Mapping[str, Rendered]:
        files = sitemaps(self.site, places)
        return {name: rendered(text, "application/xml") for name, text in files.items()}

    def draw(self, page: ArchivePage, form: str = "") -> Rendered:
        """A page whose values are at hand; that it is missing is said in HTML."""
        if isinstance(page, MissingPage):
            return self._drawn(page, "", 410 if page.gone else 404)
        return self._drawn(page, form, 200)

    def _drawn(self, page: ArchivePage, form: str, status: int) -> Rendered:
        made = self.forms[form]
        body = made.draw(page)
        if body is None:
            return self.draw(MissingPage(place=page.place, language=page.language))
        return rendered(body, made.content_type, status)

    async def _draw(self, asked: _Asked, state: LogState | None, slot: int) -> Rendered:
        place, language, form = asked
        now = datetime.fromtimestamp((slot + 1) * SLOT_S, UTC)
        async with self._at_once:
            began = time.monotonic()
            page = await self._archive.page(place, language, now)
            if page.place != place:
                raise PageMoved(page.place)
            if isinstance(page, MissingPage) and state is None:
                raise Busy  # it may be among what is being taken in
            found = await asyncio.to_thread(self.draw, page, form)
        if state is not None and found.status == 200:
            slow = time.monotonic() - began > _SLOW_S
            self._keep(asked, _Kept(state, slot, found, slow))
        return found

    def _keep(self, asked: _Asked, kept: _Kept) -> None:
        """Keep what was asked for last, as far as there is room."""
        if before := self._kept.pop(asked, None):
            self._bytes -= len(before.found)
        self._kept[asked] = kept
        self._bytes += len(kept.found)
        while self._bytes > _MOST_BYTES:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= len(oldest.found)
