"""👍, 👎 and reasons: weigh the topic or the channel of a story up or down for this reader."""

from aiogram import Router
from aiogram.types import MessageReactionUpdated, ReactionTypeEmoji

from bot.digest.compose import lead
from bot.model import Story, Subscription
from bot.publish.edition import default_reader
from bot.publish.reader_changes import find_story, living_name
from bot.store import Store
from bot.store.readers.preferences import THUMBS, Why
from bot.store.readers.reactions import Thumb


async def note_opinion(store: Store, reader: Subscription, story: Story, why: Why) -> None:
    """Keep what the reader thinks of a story."""
    speaker = lead(story)
    topic, channel = speaker.analysis.topics[0], speaker.post.channel.ref
    await store.preferences.add(reader.chat_id, story.id, why, topic, channel)


async def note_thumb(store: Store, person: int, story_id: str, shown: Thumb | None) -> None:
    """Keep a person's last thumb for a story, or take it back; a reason given says more."""
    story_id = await living_name(store, person, story_id)
    await store.reactions.note(story_id, person, shown)
    said = await store.preferences.why(person, story_id)
    if shown is None:
        if said in THUMBS:
            await store.preferences.remove(person, story_id)
        return
    reader = await store.subscriptions.get(person) or default_reader(person, "en")
    story = await find_story(store, reader, story_id)
    if story and (shown == "up" or said is None or said in THUMBS):
        await note_opinion(store, reader, story, shown)


_THUMBS: dict[str, Thumb] = {"👍": "up", "❤": "up", "🔥": "up", "👎": "down", "💩": "down"}


async def reaction_changed(event: MessageReactionUpdated, store: Store) -> None:
    """Note a person's last thumb for the story that the message shows; none takes it back."""
    if event.user is None:  # a channel or an anonymous admin
        return
    story = await store.reactions.story_shown(event.chat.id, event.message_id)
    if story is None:
        return
    emojis = [r.emoji for r in event.new_reaction if isinstance(r, ReactionTypeEmoji)]
    last = next((_THUMBS[emoji] for emoji in reversed(emojis) if emoji in _THUMBS), None)
    await note_thumb(store, event.user.id, story, last)


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="reactions")
    found.message_reaction.register(reaction_changed)
    return found
