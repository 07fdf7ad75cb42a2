"""/saved, and what can be done about a story under its card."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command

from bot.model import Screen, Story, Subscription
from bot.phrases import panels, phrases
from bot.publish.buttons import SavedPage, StoryCard
from bot.publish.digest import lead
from bot.publish.panel_buttons import StoryAct
from bot.publish.render import topic_title
from bot.publish.story_acts import REASONS, reasons_screen
from bot.store import Store
from bot.store.saved import MOST_SAVED, FullError
from bot.telegram.answers import Answer
from bot.telegram.feedback import dislike
from bot.telegram.follow import follow
from bot.telegram.turn import Turn
from bot.telegram.views import story_of, view


async def saved(
    _: object, store: Store, reader: Subscription, answer: Answer, now: datetime
) -> None:
    """Send the first page of what was saved."""
    screen = await view(store, reader, SavedPage(), now)
    if screen:
        await answer.send(screen)


async def act(store: Store, reader: Subscription, wanted: StoryAct, now: datetime) -> Turn | None:
    """Do it and show the card again; ``None`` when the story is gone."""
    story = await story_of(store, reader, wanted.story)
    if story is None:
        return None
    if wanted.act == "n":
        return Turn(reasons_screen(story, reader.language, wanted.back))
    changed, said = await _done(store, reader, story, wanted, now)
    shown: Screen | None = await view(store, changed, StoryCard(story.id, wanted.back), now)
    if shown is None:  # a saved story whose posts have expired, taken out
        shown = await view(store, changed, SavedPage(), now)
    return Turn(shown, said) if shown else None


async def _done(
    store: Store, reader: Subscription, story: Story, wanted: StoryAct, now: datetime
) -> tuple[Subscription, str]:
    """The reader as changed and what to say."""
    own = panels(reader.language)
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
    own = panels(reader.language)
    try:
        await store.saved.add(reader.chat_id, story, now)
    except FullError:
        return own.saved_full.format(count=MOST_SAVED)
    return own.saved


async def _follow(
    store: Store, reader: Subscription, story: Story, on: bool, now: datetime
) -> tuple[Subscription, str]:
    p, topic = phrases(reader.language), lead(story).analysis.topics[0]
    changed = await follow(store, reader, topic, on, now)
    name = topic_title(topic, reader.language)
    said = p.followed.format(topic=name, cap=reader.alert_cap)
    return changed, said if on else p.unfollowed.format(topic=name)


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="saved")
    found.message.register(saved, Command("saved"))
    return found
