"""Pages as they go out: each drawn once for a state of the log, few at a time."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.model import Language, utc_now
from bot.store import Store
from bot.store.read_model.change_log import LogState
from bot.web.archive import ArchiveQueries
from bot.web.html import HtmlPages
from bot.web.pages import ArchivePage, MissingPage
from bot.web.places import PagePlace
from bot.web.twins import twin_at

SLOT_S = 300
"""Seconds for which a page is drawn as of one instant: that of the end of its slot."""

_AT_ONCE = 2  # drawn at the same time: other stages share the process
_WAITING = 64  # before one more is refused
_PATIENCE_S = 15.0
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
    """A body with its type, its status, and a strong tag of its bytes."""

    body: bytes
    content_type: str
    etag: str
    status: int = 200


def rendered(text: str | bytes, content_type: str, status: int = 200) -> Rendered:
    """A text as a body in UTF-8."""
    body = text.encode("utf-8", "replace") if isinstance(text, str) else text
    return Rendered(body, content_type, f'"{hashlib.sha256(body).hexdigest()[:24]}"', status)


_Asked = tuple[PagePlace, Language, str]


@dataclass(frozen=True)
class _Kept:
    """What was drawn, as of which state of the log and which slot of time."""

    state: LogState
    slot: int
    found: Rendered


class RenderedPages:
    """Draws pages as they are asked for, and keeps them until what they show may have changed."""

    def __init__(
        self,
        store: Store,
        archive: ArchiveQueries,
        html: HtmlPages,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._store, self._archive, self._html, self._now = store, archive, html, now
        self._kept: OrderedDict[_Asked, _Kept] = OrderedDict()
        self._bytes = 0
        self._drawing: dict[_Asked, asyncio.Task[Rendered]] = {}
        self._at_once = asyncio.Semaphore(_AT_ONCE)

    async def get(self, place: PagePlace, language: Language, ending: str = "") -> Rendered:
        """The page, or its form with that ending.

        ``PageMoved`` for another address, ``Busy`` or an error of the store.
        """
        state, slot = await self._store.read_model.state(), int(self._now().timestamp()) // SLOT_S
        asked = place, language, ending
        kept = self._kept.get(asked)
        if kept and (kept.state, kept.slot) == (state, slot):
            self._kept.move_to_end(asked)
            return kept.found
        drawing = self._drawing.get(asked)
        if drawing is None:
            if len(self._drawing) >= _WAITING:
                raise Busy
            drawing = asyncio.create_task(self._draw(asked, state, slot))
            self._drawing[asked] = drawing
            drawing.add_done_callback(lambda _: self._drawing.pop(asked, None))
        return await asyncio.shield(drawing)

    def draw(self, page: ArchivePage, ending: str = "") -> Rendered:
        """A page whose values are at hand; where it has no such form, that there is none."""
        if ending and not isinstance(page, MissingPage):
            twin = twin_at(ending)
            if (body := twin.make(page, self._html.site)) is not None:
                return rendered(body, twin.content_type)
            page = MissingPage(place=page.place, language=page.language)
        status = 200 if not isinstance(page, MissingPage) else 410 if page.gone else 404
        return rendered(self._html.render(page), "text/html", status)

    async def _draw(self, asked: _Asked, state: LogState | None, slot: int) -> Rendered:
        place, language, ending = asked
        now = datetime.fromtimestamp((slot + 1) * SLOT_S, UTC)
        async with asyncio.timeout(_PATIENCE_S), self._at_once:
            page = await self._archive.page(place, language, now)
            if page.place != place:
                raise PageMoved(page.place)
            if isinstance(page, MissingPage) and state is None:
                raise Busy  # it may be among what is being taken in
            found = await asyncio.to_thread(self.draw, page, ending)
        if state is not None and found.status == 200:
            self._keep(asked, _Kept(state, slot, found))
        return found

    def _keep(self, asked: _Asked, kept: _Kept) -> None:
        """Keep what was asked for last, as far as there is room."""
        if before := self._kept.pop(asked, None):
            self._bytes -= len(before.found.body)
        self._kept[asked] = kept
        self._bytes += len(kept.found.body)
        while self._bytes > _MOST_BYTES:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= len(oldest.found.body)
