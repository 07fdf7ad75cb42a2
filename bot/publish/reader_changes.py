"""What readers keep and change, by the same rules wherever they do: in the chat, on a page."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from bot.config import AccessMode
from bot.digest.slots import next_slot
from bot.model import Story, Subscription
from bot.publish.queries import story_named
from bot.store import Store
from bot.taxonomy.topics import Topic

_WHEN = ("at", "zone", "cadence", "weekday", "paused_until", "active")


class SavedStory(NamedTuple):
    """A story that a reader saved: as it is now where it is ``known``, else as it was then."""

    story: Story
    known: bool


async def is_let_in(
    store: Store, person: int, access: AccessMode, allowed: Collection[int]
) -> bool:
    """True where everybody may use the bot, and for a person who was let in."""
    return access == "public" or person in allowed or await store.access.is_admitted(person)


async def keep_changed(
    store: Store, before: Subscription, changed: Subscription, now: datetime
) -> datetime | None:
    """Store a reader as changed; when the next digest is due, ``None`` for no digests."""
    due = await due_of_changed(store, before, changed, now)
    await store.subscriptions.save(changed, due)
    return due


async def due_of_changed(
    store: Store, before: Subscription, changed: Subscription, now: datetime
) -> datetime | None:
    """When the next digest of a reader as changed is due; ``None`` for no digests.

    A digest that is due right now is not lost by a change that is not about its time.
    """
    due = await store.subscriptions.due_at(changed.chat_id) if before.active else None
    same = all(getattr(before, name) == getattr(changed, name) for name in _WHEN)
    if not changed.active:
        due = None
    elif due is None or not same:
        start = max(now, changed.paused_until or now)
        last = await store.subscriptions.last_day(changed.chat_id)
        due = next_slot(changed, start, last).at
    return due


def with_topic(topics: tuple[Topic, ...], topic: Topic, on: bool) -> tuple[Topic, ...]:
    """The chosen topics with one more, the last, or one less."""
    rest = tuple(known for known in topics if known != topic)
    return (*rest, topic) if on else rest


async def saved_stories(store: Store, chat_id: int) -> list[SavedStory]:
    """What a reader saved, the latest first."""
    kept = await store.saved.all(chat_id)
    living = await store.stories.living([story.id for story in kept])
    saved = {living[story.id]: story for story in reversed(kept)}
    now = [await story_named(store, story) for story in saved]
    known = {story.id: story for story in now if story}
    return [
        SavedStory(known.get(name, story), name in known)
        for name, story in reversed(saved.items())
    ]


async def find_story(store: Store, reader: Subscription, story_id: str) -> Story | None:
    """A story as it is now, else as the reader saved it."""
    name = await living_name(store, reader.chat_id, story_id)
    return await story_named(store, name) or await store.saved.get(reader.chat_id, name)


async def living_name(store: Store, chat_id: int, story_id: str) -> str:
    """The id under which a story lives; what the chat kept of it under other ids goes there."""
    story, *others = await store.stories.names(story_id)
    for former in others:
        await store.saved.rename(chat_id, former, story)
        await store.preferences.rename(chat_id, former, story)
    return story
