"""Maps what a button carries to the screen that it opens."""

from bot.model import Screen
from bot.screens.callbacks.pages import Callback, FollowedPage, SearchPage
from bot.screens.callbacks.settings import File, Panel, PanelCallback, ZoneClock
from bot.screens.following_screens import following_screen
from bot.screens.pages import page_at
from bot.screens.reader_screens import files_screen
from bot.screens.search.answer import ask_usage
from bot.screens.search.page import search_usage
from bot.screens.settings_screens import places_screen
from bot.screens.topic_page import topic_pick
from bot.telegram.handlers.documents import FILE_BUTTONS
from bot.telegram.handlers.following import followed_view
from bot.telegram.handlers.own_feed import feed_view
from bot.telegram.handlers.privacy import privacy_view
from bot.telegram.handlers.search import search_view
from bot.telegram.handlers.settings import note_question, settings_view
from bot.telegram.replies.composers import WEEK, greeting, help_view, view
from bot.telegram.replies.reply import Context


async def screen_of(
    context: Context,
    callback: Callback | PanelCallback,
) -> Screen | None:
    """The screen; ``None`` when what it showed is gone."""
    match callback:
        case SearchPage():
            return await search_view(context, callback)
        case FollowedPage():
            return await followed_view(context, callback)
        case Panel():
            return await panel_view(context, callback)
        case ZoneClock():
            return places_screen(context.reader, context.now, callback)
        case File(_, of):
            return files_screen(of, context.reader.language, FILE_BUTTONS)
        case _:
            return await view(context, callback)


async def panel_view(context: Context, at: Panel) -> Screen:
    """One of the reader's own screens."""
    reader = context.reader
    match at.name:
        case "home":
            return await greeting(context)
        case "help":
            return await help_view(context)
        case "search":
            return search_usage(reader.language)
        case "ask":
            await note_question(context, at, at.data)
            return ask_usage(reader.language)
        case "words":
            return following_screen(reader)
        case "pick":
            return await pick_view(context, at.page)
        case "privacy" | "data" | "forget" | "sure":
            return privacy_view(reader, at)
        case "feed" if shown := await feed_view(context):
            return shown
        case _:
            return await settings_view(context, at)


async def pick_view(context: Context, page: int) -> Screen:
    """A page (0 and 1 are the first) of all topics with ticks."""
    counts = await context.store.surveys.counts(context.now - WEEK, context.now)
    return page_at(topic_pick(counts, context.reader.topics, context.reader.language), page)
