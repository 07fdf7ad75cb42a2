"""Owners say that a post tells another event than its story, or that two stories tell one."""

from collections.abc import Sequence

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.digest.cluster import lookups
from bot.digest.compose import lead
from bot.i18n import messages, owner_messages
from bot.model import Entry, Screen, Story, story_name
from bot.publish.alerts import alert_followers
from bot.publish.queries import story_named, topic_news
from bot.screens.callbacks.owner import Press
from bot.screens.story_buttons import split_screen, undo_split, unite_screen
from bot.telegram.middleware.filters import FromOwner, Pressed
from bot.telegram.replies.composers import WEEK, story_view
from bot.telegram.replies.reply import Context


async def ask_which(_: CallbackQuery, pressed: Press, context: Context) -> None:
    """Ask which post is to go, or which story is to come."""
    story, language = await story_named(context.store, pressed.subject), context.reader.language
    if story is None:
        await context.reply.toast(messages(language).old_button)
        return
    await context.reply.toast()
    if pressed.act == "split":
        await context.reply.show(split_screen(story, language))
    else:
        await context.reply.show(unite_screen(story, await _others(context, story), language))


async def set_apart(_: CallbackQuery, pressed: Press, context: Context) -> None:
    """Give a post a story of its own; the card of the rest, with a way to undo that."""
    language = context.reader.language
    name, post = _pair(pressed)
    story = await story_named(context.store, name)
    every = (*story.entries, *story.also) if story else ()
    entry = next((each for each in every if story_name(each.key) == post), None)
    if story is None or entry is None:
        await context.reply.toast(messages(language).old_button)
        return
    parted = await context.store.stories.split(entry.key, story.id, _only(entry, every))
    await context.store.digest_messages.moved(story.id, None, context.now)
    await context.reply.toast(owner_messages(language).split_done)
    shown = await story_view(context, story.id, None)
    if shown:
        row = (undo_split(story, parted, language),)
        await _show(context, shown.model_copy(update={"buttons": (*shown.buttons, row)}))


async def make_one(_: CallbackQuery, pressed: Press, context: Context) -> None:
    """Join two stories; the card of the one that lives, and alerts that know of it."""
    language = context.reader.language
    one, two = _pair(pressed)
    name = await context.store.stories.unite(one, two)
    story = await story_named(context.store, name) if name else None
    if story is None:
        await context.reply.toast(messages(language).old_button)
        return
    await alert_followers(context.store, story.entries[-1], context.now, met=True)
    await context.store.digest_messages.moved(story.id, None, context.now)
    await context.reply.toast(owner_messages(language).unite_done)
    await _show(context, await story_view(context, story.id, None))


async def _others(context: Context, story: Story) -> list[Story]:
    """Stories that may tell the same: those shown with it, then the last ones on its topic."""
    store, now = context.store, context.now
    shown = await store.stories.of([entry.key for entry in story.also])
    beside = [await story_named(store, name) for name in dict.fromkeys(shown.values())]
    news = await topic_news(store, lead(story).analysis.topics[0], WEEK, now)
    found = {each.id: each for each in (*beside, *news.stories) if each and each.id != story.id}
    return list(found.values())


def _only(entry: Entry, every: Sequence[Entry]) -> list[str]:
    """Look-ups that lead to this post and to no other of these."""
    taken = {lookup for each in every if each.key != entry.key for lookup in lookups(each)}
    return [lookup for lookup in lookups(entry) if lookup not in taken]


def _pair(pressed: Press) -> tuple[str, str]:
    one, _, two = pressed.subject.partition("-")
    return one, two


async def _show(context: Context, screen: Screen | None) -> None:
    if screen:
        await context.reply.show(screen)


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="story identity")
    asked = Pressed(frozenset({"split", "unite"}))
    found.callback_query.register(ask_which, asked, FromOwner())
    found.callback_query.register(set_apart, Pressed(frozenset({"apart"})), FromOwner())
    found.callback_query.register(make_one, Pressed(frozenset({"same"})), FromOwner())
    return found
