"""/search, its pages and filters; what is written without a command may be looked for, too."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command, CommandObject

from bot.model import Screen, Subscription
from bot.screens.callbacks.pages import SearchPage
from bot.screens.search_page import (
    HITS_PER_PAGE,
    SearchRequest,
    first_page,
    found_page,
    nothing_found,
    search_usage,
)
from bot.screens.search_query import READ
from bot.store import Store
from bot.telegram.replies.answer import Answer


async def _search(
    _: object,
    command: CommandObject,
    store: Store,
    reader: Subscription,
    answer: Answer,
    now: datetime,
) -> None:
    """Send the first page of what was found, or how to ask."""
    text = (command.args or "")[:READ]
    token = await store.query_tokens.keep(text)
    asked = SearchRequest(text, first_page(text, token), reader.topics)
    if asked.query.empty:
        await answer.send(search_usage(reader.language))
    else:
        await answer.send(await _found(store, reader, asked, now))


async def search_view(
    store: Store, reader: Subscription, at: SearchPage, now: datetime
) -> Screen | None:
    """A page of a search; ``None`` when its words are forgotten."""
    text = await store.query_tokens.get(at.token)
    if text is None:
        return None
    return await _found(store, reader, SearchRequest(text, at, reader.topics), now)


async def _found(
    store: Store, reader: Subscription, asked: SearchRequest, now: datetime
) -> Screen:
    offset = (asked.page.page - 1) * HITS_PER_PAGE
    hits = await store.search.find(asked.query, now, HITS_PER_PAGE, offset)
    reach = await store.search.reach()
    if hits.entries:
        stories = await store.stories.of([entry.key for entry in hits.entries])
        return found_page(asked, hits, stories, reader.language, now)
    if hits.total and offset:  # a page beyond the end
        last = asked.page._replace(page=-(-hits.total // HITS_PER_PAGE))
        if last.page < asked.page.page:
            return await _found(store, reader, SearchRequest(asked.text, last, asked.mine), now)
    return nothing_found(asked, reach, reader.language)


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="search")
    found.message.register(_search, Command("search"))
    return found
