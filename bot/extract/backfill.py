"""Finds entries by an older prompt or without a model, and queues them to be read again."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import structlog

from bot.extract.worker import is_worth_reading
from bot.model import Entry
from bot.store import Store
from bot.store.errors import StoreUnavailable
from bot.wait import until

log = structlog.get_logger()
PORTION = 4
EVERY = 2.0  # seconds between two looks whether nothing else waits
_DAY = timedelta(days=1)


def is_outdated(entry: Entry, prompt_id: str) -> bool:
    """True for an entry that a model with this prompt would write anew."""
    return is_worth_reading(entry.post) and (entry.engine != "llm" or entry.prompt_id != prompt_id)


async def outdated_entries(
    store: Store, prompt_id: str, since: datetime, until: datetime
) -> AsyncIterator[Entry]:
    """Entries of posts published in the span that are to be written anew, newest days first."""
    while until > since:
        start = max(since, until - _DAY)
        for entry in await store.entries.between(start, until):
            if is_outdated(entry, prompt_id):
                yield entry
        until = start


async def feed_backlog(store: Store, stop: asyncio.Event) -> None:
    """Give posts of the backlog to the stream in small portions while nothing else waits there."""
    while not stop.is_set():
        try:
            if given := await store.backlog.feed(PORTION):
                log.info("reanalysis", posts=given)
        except StoreUnavailable as error:
            log.warning("store unavailable", stage="backfill", error=type(error).__name__)
        await until(stop, EVERY)
