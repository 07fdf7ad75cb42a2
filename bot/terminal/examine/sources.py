"""A look at channels by their previews, one after the other; what cannot be read says why."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterable
from typing import NamedTuple

from bot.collect.preview.errors import Blocked, PageUnreachable, SourceError
from bot.collect.preview.fetch import Fetcher
from bot.collect.preview.first_look import FirstLook, first_look
from bot.config import Settings
from bot.model import utc_now
from bot.terminal.examine.findings import Finding

SOURCES_PART = "Sources"
SEEDED_ONCE = "CHANNELS adds each name once, then fortochka sources and /sources say what is read"
_AWAY = 3  # looks in a row without a page after which no more are asked for
_BETWEEN = (0.1, 0.3)  # seconds between two channels; the bot itself takes longer


class SourceLook(NamedTuple):
    """What a look at a channel came to: its newest page, or why there is none."""

    handle: str
    look: FirstLook | None = None
    error: SourceError | None = None

    @property
    def is_unknown(self) -> bool:
        """True where the site did not answer, which says nothing of the channel."""
        return isinstance(self.error, Blocked | PageUnreachable)

    @property
    def reason(self) -> str:
        """Why it cannot be read, without its name; empty for one that can be."""
        return str(self.error).partition(": ")[2] if self.error else ""

    def finding(self) -> Finding:
        """Its line in a report."""
        if self.look is None:
            reason, _, remedy = self.reason.partition(": ")
            return Finding("✗", SOURCES_PART, f"@{self.handle} {reason}", remedy)
        newest = self.look.newest
        last = f"last post {newest:%Y-%m-%d %H:%M} UTC" if newest else "no posts yet"
        return Finding("✓", SOURCES_PART, f"@{self.handle} · {last}")


async def look_at(settings: Settings, handles: Iterable[str]) -> AsyncIterator[SourceLook]:
    """Look at each channel in turn; where the site does not answer, no more is asked of it."""
    away, in_a_row = None, 0
    async with Fetcher(settings.preview_base_url, proxy=settings.preview_proxy) as fetcher:
        for number, handle in enumerate(handles):
            if away and (in_a_row >= _AWAY or isinstance(away, Blocked)):
                yield SourceLook(handle, error=PageUnreachable(handle, "the site does not answer"))
                continue
            if number:
                await asyncio.sleep(random.uniform(*_BETWEEN))
            looked = await _look(fetcher, handle)
            away, in_a_row = looked.error, in_a_row + 1 if looked.is_unknown else 0
            yield looked


async def _look(fetcher: Fetcher, handle: str) -> SourceLook:
    try:
        return SourceLook(handle, await first_look(fetcher, utc_now, handle))
    except SourceError as error:
        return SourceLook(handle, error=error)
