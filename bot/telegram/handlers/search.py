"""/search, its pages and filters."""

from dataclasses import replace

from aiogram import Router
from aiogram.filters import CommandObject

from bot.model import Screen
from bot.publish.card_language import retold_entry
from bot.publish.following import followed_as
from bot.screens.callbacks.pages import SearchPage
from bot.screens.search.page import (
    HITS_PER_PAGE,
    SearchRequest,
    first_page,
    found_page,
    nothing_found,
    search_usage,
)
from bot.store.read_model.search_query import READ
from bot.telegram.middleware.filters import Asks
from bot.telegram.replies.reply import Context


async def _search(
    _: object,
    command: CommandObject,
    context: Context,
) -> None:
    """Send the first page of what was found, or how to ask."""
    text = (command.args or "")[:READ]
    token = await context.store.query_tokens.keep(text)
    asked = SearchRequest(text, first_page(text, token), context.reader.topics)
    if asked.query.empty:
        await context.reply.send(search_usage(context.reader.language))
    else:
        await context.reply.send(await _found(context, asked), page=asked.page)


async def search_view(context: Context, at: SearchPage) -> Screen | None:
    """A page of a search; ``None`` when its words are forgotten."""
    text = await context.store.query_tokens.get(at.token)
    if text is None:
        return None
    return await _found(context, SearchRequest(text, at, context.reader.topics))


async def _found(context: Context, asked: SearchRequest) -> Screen:
    reader = context.reader
    asked = replace(asked, followed=followed_as(reader, asked.query) is not None)
    offset = (asked.page.page - 1) * HITS_PER_PAGE
    search = context.store.search
    hits = await search.find(asked.query, context.now, HITS_PER_PAGE, offset)
    reach = await search.reach()
    if hits.entries:
        hits = replace(hits, entries=tuple(retold_entry(each, reader) for each in hits.entries))
        stories = await context.store.stories.of([entry.key for entry in hits.entries])
        return found_page(asked, hits, stories, reader.language, context.now)
    if hits.total and offset:  # a page beyond the end
        last = replace(asked.page, page=-(-hits.total // HITS_PER_PAGE))
        if last.page < asked.page.page:
            return await _found(context, SearchRequest(asked.text, last, asked.mine))
    return nothing_found(asked, reach, reader.language)


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="search")
    found.message.register(_search, Asks("search"))
    return found
