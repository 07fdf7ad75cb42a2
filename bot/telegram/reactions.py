"""Thumbs under alerts and cards are what readers think of their stories."""

from aiogram import Router
from aiogram.types import MessageReactionUpdated, ReactionTypeEmoji

from bot.store import Store
from bot.store.thumbs import Thumb
from bot.telegram import feedback

_THUMBS: dict[str, Thumb] = {"👍": "up", "❤": "up", "🔥": "up", "👎": "down", "💩": "down"}


async def reacted(event: MessageReactionUpdated, store: Store) -> None:
    """Note a person's last thumb for the story that the message shows; none takes it back."""
    if event.user is None:  # a channel or an anonymous admin
        return
    story = await store.thumbs.story_shown(event.chat.id, event.message_id)
    if story is None:
        return
    emojis = [r.emoji for r in event.new_reaction if isinstance(r, ReactionTypeEmoji)]
    thumb = next((_THUMBS[emoji] for emoji in reversed(emojis) if emoji in _THUMBS), None)
    await feedback.thumb(store, event.user.id, story, thumb)


def router() -> Router:
    """The routes of this behaviour."""
    found = Router(name="reactions")
    found.message_reaction.register(reacted)
    return found
