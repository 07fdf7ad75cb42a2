"""/follow and /unfollow words, and the buttons that do the same."""

from dataclasses import replace

from aiogram import Router
from aiogram.filters import CommandObject

from bot.i18n import messages, panel_messages
from bot.model import Following, Screen, Subscription
from bot.publish.following import (
    FOLLOWED_CHARACTERS,
    MOST_FOLLOWINGS,
    FollowingRefused,
    followed_as,
    following,
    query_of,
    with_following,
)
from bot.screens.callbacks.pages import FollowedPage, FollowSearch, FollowWords
from bot.screens.following_screens import (
    followed_screen,
    following_screen,
    not_followed,
    not_followed_screen,
)
from bot.screens.rich_text import inert
from bot.screens.search.page import SearchRequest, first_page
from bot.store.read_model.search_query import parse_query
from bot.taxonomy import resolve
from bot.telegram.handlers.search import search_view
from bot.telegram.handlers.settings import save_reader
from bot.telegram.middleware.filters import Asks
from bot.telegram.replies.reply import Context, TapResult

_DAYS = 7
"""Of the past that are looked through, to tell how much will come."""


async def _follow(_: object, command: CommandObject, context: Context) -> None:
    """Follow the words and say what comes of it; without any list what is followed."""
    if text := (command.args or "").strip():
        await context.reply.send(await _followed(context, text))
    else:
        await context.reply.send(following_screen(context.reader))


async def _unfollow(_: object, command: CommandObject, context: Context) -> None:
    """Follow the words no more, however they are written; without any list what is followed."""
    reader, text = context.reader, (command.args or "").strip()
    known = followed_as(reader, parse_query(text)) if text else None
    if known is not None:
        changed, _said = await change_followed(context, known, on=False)
        await context.reply.send(following_screen(changed, known))
    elif text:
        said = not_followed(panel_messages(reader.language).unfollow_unknown, text)
        await context.reply.send(not_followed_screen(said, reader.language))
    else:
        await context.reply.send(following_screen(reader))


async def _followed(context: Context, text: str) -> Screen:
    reader, own = context.reader, panel_messages(context.reader.language)
    known = followed_as(reader, parse_query(text))
    try:
        chosen = known or following(text)
        changed, _ = await _change(context, chosen, on=True)
    except FollowingRefused as error:
        return not_followed_screen(_refusal(error, text, reader), reader.language)
    query = replace(query_of(chosen.text), days=_DAYS)
    hits = await context.store.search.find(query, context.now, limit=1)
    p, unread = messages(reader.language), await _unknown(context, query.channels)
    lines = (
        own.follow_week.format(posts=p.posts(hits.total)),
        own.follow_unknown.format(channels=", ".join(map(inert, unread))) if unread else "",
        own.following_hint.format(cap=reader.alert_cap),
    )
    return followed_screen(changed, chosen, lines, resolve(chosen.text).topic)


async def _unknown(context: Context, channels: tuple[str, ...]) -> list[str]:
    """Those of the channels of which nothing was ever read."""
    named = [f"@{name}" for name in channels]
    return [name for name in named if not await context.store.channels.resolve(name)]


async def change_followed(
    context: Context, chosen: Following, *, on: bool
) -> tuple[Subscription, str]:
    """Keep that words are followed or not; the reader as changed and what to say."""
    try:
        return await _change(context, chosen, on=on)
    except FollowingRefused as error:
        return context.reader, _refusal(error, chosen.text, context.reader)


async def _change(context: Context, chosen: Following, *, on: bool) -> tuple[Subscription, str]:
    reader, p = context.reader, messages(context.reader.language)
    changed = with_following(reader, chosen, on=on)
    await context.store.query_tokens.keep(chosen.text)  # for the button that takes it back
    await save_reader(context, changed)
    said = p.followed if on else p.unfollowed
    return changed, said.format(topic=inert(chosen.text), cap=reader.alert_cap)


def _refusal(error: FollowingRefused, text: str, reader: Subscription) -> str:
    template = panel_messages(reader.language).follow_refused[error.reason]
    return not_followed(template, text, characters=FOLLOWED_CHARACTERS, count=MOST_FOLLOWINGS)


async def words_named(context: Context, token: str) -> Following | None:
    """The words of a token: those that the reader follows, or that were asked for of late."""
    for each in context.reader.follows:
        if each.token == token:
            return each
    text = await context.store.query_tokens.get(token)
    try:
        return following(text) if text else None
    except FollowingRefused:
        return None


async def follow_search(context: Context, wanted: FollowSearch) -> TapResult | None:
    """Follow what a search looks for, or no more, and show it; None when it is forgotten."""
    reader, text = context.reader, await context.store.query_tokens.get(wanted.page.token)
    if text is None:
        return None
    query = SearchRequest(text, wanted.page, reader.topics).query
    try:
        chosen = followed_as(reader, query) or following(text, query)
        changed, said = await _change(context, chosen, on=wanted.on)
    except FollowingRefused as error:
        changed, said = reader, _refusal(error, text, reader)
    shown = await search_view(context.as_reader(changed), wanted.page)
    return TapResult(shown, said) if shown else None


async def follow_words(context: Context, wanted: FollowWords) -> TapResult | None:
    """Follow the words of the list again, or no more; None when they are forgotten."""
    chosen = await words_named(context, wanted.token)
    if chosen is None:
        return None
    changed, said = await change_followed(context, chosen, on=wanted.on)
    return TapResult(following_screen(changed, None if wanted.on else chosen), said)


async def followed_view(context: Context, at: FollowedPage) -> Screen | None:
    """What followed words find, as a search; None when they are forgotten."""
    chosen = await words_named(context, at.token)
    if chosen is None:
        return None
    token = await context.store.query_tokens.keep(chosen.text)
    return await search_view(context, first_page(chosen.text, token))


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="following")
    found.message.register(_follow, Asks("follow"))
    found.message.register(_unfollow, Asks("unfollow"))
    return found
