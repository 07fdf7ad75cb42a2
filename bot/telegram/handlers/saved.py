"""/saved, and what can be done about a story under its card."""

from aiogram import Router

from bot.digest.compose import lead
from bot.i18n import messages, panel_messages
from bot.model import Screen, Story, Subscription
from bot.publish.reader_changes import find_story
from bot.screens.callbacks.pages import SavedPage, StoryCard
from bot.screens.callbacks.settings import StoryAct
from bot.screens.digest_words import topic_title
from bot.screens.story_buttons import REASONS, reasons_screen
from bot.store.readers.saved import MOST_SAVED, FullError
from bot.telegram.handlers.feedback import note_opinion
from bot.telegram.handlers.settings import follow_topic
from bot.telegram.middleware.filters import Asks
from bot.telegram.replies.composers import view
from bot.telegram.replies.reply import Context, TapResult


async def _saved(_: object, context: Context) -> None:
    """Send the first page of what was saved."""
    screen = await view(context, SavedPage())
    if screen:
        await context.reply.send(screen)


async def act_on_story(context: Context, wanted: StoryAct) -> TapResult | None:
    """Do it and show the card again; ``None`` when the story is gone."""
    story = await find_story(context.store, context.reader, wanted.story)
    if story is None:
        return None
    if wanted.act == "n":
        return TapResult(reasons_screen(story, context.reader.language, wanted.back))
    changed, said = await do_about_story(context, story, wanted)
    shown: Screen | None = await view(context.as_reader(changed), StoryCard(story.id, wanted.back))
    if shown is None:  # a saved story whose posts have expired, taken out
        shown = await view(context.as_reader(changed), SavedPage())
    return TapResult(shown, said) if shown else None


async def do_about_story(
    context: Context, story: Story, wanted: StoryAct
) -> tuple[Subscription, str]:
    """Save a story, follow its topic, keep an opinion; the reader as changed and what to say."""
    reader = context.reader
    own = panel_messages(reader.language)
    match wanted.act:
        case "s":
            return reader, await _save(context, story)
        case "S":
            await context.store.saved.remove(reader.chat_id, story.id)
            return reader, own.unsaved
        case "f" | "F":
            return await _follow(context, story, wanted.act == "f")
        case _:
            await note_opinion(context.store, reader, story, REASONS[wanted.act])
            return reader, own.disliked


async def _save(context: Context, story: Story) -> str:
    own = panel_messages(context.reader.language)
    try:
        await context.store.saved.add(context.reader.chat_id, story, context.now)
    except FullError:
        return own.saved_full.format(count=MOST_SAVED)
    return own.saved


async def _follow(context: Context, story: Story, on: bool) -> tuple[Subscription, str]:
    reader = context.reader
    p, topic = messages(reader.language), lead(story).analysis.topics[0]
    changed = await follow_topic(context, topic, on)
    name = topic_title(topic, reader.language)
    said = p.followed.format(topic=name, cap=reader.alert_cap)
    return changed, said if on else p.unfollowed.format(topic=name)


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="saved")
    found.message.register(_saved, Asks("saved"))
    return found
