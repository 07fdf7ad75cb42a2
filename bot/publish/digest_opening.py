"""The opening of a weekly digest: asked for once for all readers of the same stories."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import structlog
from pydantic import ValidationError

from bot.digest.candidates import WEIGHTS
from bot.digest.compose import lead, told_by
from bot.model import Digest, Entry, Language, Opening, PeriodName
from bot.store import Store
from bot.store.errors import StoreUnavailable

log = structlog.get_logger()
Write = Callable[[Sequence[Entry], PeriodName, Language], Awaitable[Opening | None]]
"""Writes the opening over entries; None where it cannot. Never raises."""

LEAST, MOST = 3, 25
"""Stories below which there is nothing to sum up, and those that are told of at most."""

_AGAIN = timedelta(hours=1)  # after a try that came to nothing


async def with_opening(store: Store, digest: Digest, write: Write | None = None) -> Digest:
    """A weekly digest with its opening where one is kept or ``write`` makes one, else as it is."""
    entries = _told(digest)
    if digest.period.name != "week" or len(entries) < LEAST:
        return digest
    name = _name(digest, entries)
    opening = _read(await store.openings.opening(name))
    if opening is None and write is not None:
        opening = await _written(write, digest, entries)
        span = {} if _says_something(opening) else {"span": _AGAIN}
        await store.openings.keep_opening(name, opening.model_dump_json(), **span)
    if opening is None or not _says_something(opening):
        return digest
    return digest.model_copy(update={"opening": opening})


def _says_something(opening: Opening) -> bool:
    """False for an intro alone, which names no source."""
    return bool(opening.themes or opening.highlights)


async def _written(write: Write, digest: Digest, entries: Sequence[Entry]) -> Opening:
    """What ``write`` makes of the entries; empty where that is nothing."""
    try:
        return await write(entries, digest.period.name, digest.language) or Opening()
    except StoreUnavailable:
        raise
    except Exception as error:  # a convenience's edge: the digest goes out without an opening
        log.error("digest opening failed", error=type(error).__name__, exc_info=True)
        return Opening()


def _told(digest: Digest) -> tuple[Entry, ...]:
    """The entries that speak for the best stories, in reading order."""
    stories = digest.stories
    leads = [lead(story) for story in stories]
    best = sorted(
        range(len(leads)),
        key=lambda n: (
            -WEIGHTS[leads[n].analysis.importance],
            -told_by(stories[n]),
            n,
        ),
    )
    return tuple(leads[n] for n in sorted(best[:MOST]))


def _name(digest: Digest, entries: Sequence[Entry]) -> str:
    """Names the question: what kind of digest, in which language, over which cards."""
    cards = {entry.key: entry.card(digest.language) for entry in entries}
    told = [f"{key}\0{card.title}\0{card.tldr}" for key, card in sorted(cards.items())]
    parts = (digest.period.name, digest.language, *told)
    return hashlib.sha256("\0\0".join(parts).encode()).hexdigest()[:32]


def _read(body: str | None) -> Opening | None:
    try:
        return Opening.model_validate_json(body) if body else None
    except ValidationError:  # kept by another version of the program
        return None
