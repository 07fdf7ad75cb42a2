"""Search in a terminal: the same answer as in Telegram."""

from datetime import datetime

from bot import config
from bot.errors import CommandError
from bot.model import Language
from bot.screens.search_page import (
    HITS_PER_PAGE,
    SearchRequest,
    first_page,
    found_page,
    nothing_found,
    search_usage,
)
from bot.store import open_store
from bot.store.readers.query_tokens import token_of
from bot.store.search.service import Search, SearchError
from bot.terminal.views import show_linked


async def search(text: str, language: Language, now: datetime) -> None:
    """Print the best posts for a query."""
    asked = SearchRequest(text, first_page(text, token_of(text)))
    if asked.query.empty:
        show_linked(search_usage(language))
        return
    settings = config.load()
    async with open_store(settings) as store:
        found = Search(settings.fortochka_home, store)
        try:
            await found.refresh()
            hits = await found.find(asked.query, now, HITS_PER_PAGE)
            reach = await found.reach()
        except SearchError as error:
            raise CommandError(str(error)) from None
        stories = await store.stories.of([entry.key for entry in hits.entries])
    if hits.entries:
        show_linked(found_page(asked, hits, stories, language, now))
    else:
        show_linked(nothing_found(asked, reach, language))
