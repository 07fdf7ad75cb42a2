"""/search, its pages and filters; what is written without a command may be looked for, too."""

from datetime import datetime

import structlog
from aiogram import Router
from aiogram.filters import Command, CommandObject

from bot.model import Screen, Subscription
from bot.phrases import panels
from bot.publish.buttons import SearchPage
from bot.publish.search_page import (
    HITS_PER_PAGE,
    Asked,
    first_page,
    found_page,
    nothing_found,
    search_usage,
)
from bot.publish.search_query import READ
from bot.store import Store
from bot.store.search import Search, SearchError
from bot.telegram.answers import Answer
from bot.telegram.views import plain_view

log = structlog.get_logger()


async def search(
    _: object,
    command: CommandObject,
    store: Store,
    finder: Search | None,
    reader: Subscription,
    answer: Answer,
    now: datetime,
) -> None:
    """Send the first page of what was found, or how to ask."""
    text = (command.args or "")[:READ]
    token = await store.search_texts.keep(text)
    asked = Asked(text, first_page(text, token), reader.topics)
    if asked.query.empty:
        await answer.send(search_usage(reader.language))
    else:
        await answer.send(await _found(store, finder, reader, asked, now))


async def search_view(
    store: Store, finder: Search | None, reader: Subscription, at: SearchPage, now: datetime
) -> Screen | None:
    """A page of a search; ``None`` when its words are forgotten."""
    text = await store.search_texts.get(at.token)
    if text is None:
        return None
    return await _found(store, finder, reader, Asked(text, at, reader.topics), now)


async def _found(
    store: Store, finder: Search | None, reader: Subscription, asked: Asked, now: datetime
) -> Screen:
    offset = (asked.page.page - 1) * HITS_PER_PAGE
    if finder is None:
        return plain_view(reader, panels(reader.language).search_failed)
    try:
        hits = await finder.find(asked.query, now, HITS_PER_PAGE, offset)
        reach = await finder.reach()
    except SearchError as error:
        log.warning("search failed", reason=str(error))
        return plain_view(reader, panels(reader.language).search_failed)
    if hits.entries:
        stories = await store.stories.of([entry.key for entry in hits.entries])
        return found_page(asked, hits, stories, reader.language, now)
    if hits.total and offset:  # a page beyond the end
        last = asked.page._replace(page=-(-hits.total // HITS_PER_PAGE))
        if last.page < asked.page.page:
            return await _found(store, finder, reader, Asked(asked.text, last, asked.mine), now)
    return nothing_found(asked, reach, reader.language)


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="search")
    found.message.register(search, Command("search"))
    return found
