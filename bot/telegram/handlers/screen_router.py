"""Every screen that a button leads to, by what the button carries."""

from datetime import datetime

from bot.model import Screen, Subscription
from bot.screens.callbacks.pages import Callback, SearchPage
from bot.screens.callbacks.settings import File, Panel, PanelCallback
from bot.screens.reader_screens import files_screen, help_screen
from bot.screens.search_page import search_usage
from bot.screens.topic_picker import topic_pick
from bot.store import Store
from bot.telegram.handlers.privacy import privacy_view
from bot.telegram.handlers.search import search_view
from bot.telegram.handlers.settings import settings_view
from bot.telegram.replies.composers import WEEK, greeting, view


async def screen_of(
    store: Store,
    reader: Subscription,
    callback: Callback | PanelCallback,
    now: datetime,
) -> Screen | None:
    """The screen; ``None`` when what it showed is gone."""
    match callback:
        case SearchPage():
            return await search_view(store, reader, callback, now)
        case Panel():
            return await panel_view(store, reader, callback, now)
        case File(_, of):
            return files_screen(of, reader.language)
        case _:
            return await view(store, reader, callback, now)


async def panel_view(store: Store, reader: Subscription, at: Panel, now: datetime) -> Screen:
    """One of the reader's own screens."""
    match at.name:
        case "home":
            return await greeting(store, reader, now)
        case "help":
            return help_screen(reader.language)
        case "search":
            return search_usage(reader.language)
        case "pick":
            return await pick_view(store, reader, at.page, now)
        case "privacy" | "data" | "forget" | "sure":
            return privacy_view(reader, at)
        case _:
            return await settings_view(store, reader, at, now)


async def pick_view(store: Store, reader: Subscription, page: int, now: datetime) -> Screen:
    """A page (0 and 1 are the first) of all topics with ticks."""
    counts = await store.surveys.counts(now - WEEK, now)
    pages = topic_pick(counts, reader.topics, reader.language)
    return pages[min(max(page, 1), len(pages)) - 1]
