"""/saved, and what can be done about a story under its card."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command

from bot.digest.compose import lead
from bot.i18n import messages, panel_messages
from bot.model import Screen, Story, Subscription
from bot.screens.callbacks.pages import SavedPage, StoryCard
from bot.screens.callbacks.settings import StoryAct
from bot.screens.digest_pages import topic_title
from bot.screens.story_buttons import REASONS, reasons_screen
from bot.store import Store
from bot.store.readers.saved import MOST_SAVED, FullError
from bot.telegram.handlers.feedback import dislike
from bot.telegram.handlers.follow import follow
from bot.telegram.replies.answer import Answer, TapResult
from bot.telegram.replies.composers import find_story, view


async def _saved(
    _: object, store: Store, reader: Subscription, answer: Answer, now: datetime
) -> None:
    """Send the first page of what was saved."""
    screen = await view(store, reader, SavedPage(), now)
    if screen:
        await answer.send(screen)


async def act(
    store: Store, reader: Subscription, wanted: StoryAct, now: datetime
) -> TapResult | None:
    """Do it and show the card again; ``None`` when the story is gone."""
    story = await find_story(store, reader, wanted.story)
    if story is None:
        return None
    if wanted.act == "n":
        return TapResult(reasons_screen(story, reader.language, wanted.back))
    changed, said = await _done(store, reader, story, wanted, now)
    shown: Screen | None = await view(store, changed, StoryCard(story.id, wanted.back), now)
    if shown is None:  # a saved story whose posts have expired, taken out
        shown = await view(store, changed, SavedPage(), now)
    return TapResult(shown, said) if shown else None


async def _done(
    store: Store, reader: Subscription, story: Story, wanted: StoryAct, now: datetime
) -> tuple[Subscription, str]:
    """The reader as changed and what to say."""
    own = panel_messages(reader.language)
    match wanted.act:
        case "s":
            return reader, await _save(store, reader, story, now)
        case "S":
            await store.saved.remove(reader.chat_id, story.id)
            return reader, own.unsaved
        case "f" | "F":
            return await _follow(store, reader, story, wanted.act == "f", now)
        case _:
            await dislike(store, reader, story, REASONS[wanted.act])
            return reader, own.disliked


async def _save(store: Store, reader: Subscription, story: Story, now: datetime) -> str:
    own = panel_messages(reader.language)
    try:
        await store.saved.add(reader.chat_id, story, now)
    except FullError:
        return own.saved_full.format(count=MOST_SAVED)
    return own.saved


async def _follow(
    store: Store, reader: Subscription, story: Story, on: bool, now: datetime
) -> tuple[Subscription, str]:
    p, topic = messages(reader.language), lead(story).analysis.topics[0]
    changed = await follow(store, reader, topic, on, now)
    name = topic_title(topic, reader.language)
    said = p.followed.format(topic=name, cap=reader.alert_cap)
    return changed, said if on else p.unfollowed.format(topic=name)


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="saved")
    found.message.register(_saved, Command("saved"))
    return found
