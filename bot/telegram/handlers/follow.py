"""Follow a topic or not; have it in the digest or not."""

from datetime import datetime

from bot.model import Subscription
from bot.screens.callbacks.settings import Pick
from bot.store import Store
from bot.taxonomy.topics import Topic
from bot.telegram.handlers.settings import keep


async def follow(
    store: Store, reader: Subscription, topic: Topic, on: bool, now: datetime
) -> Subscription:
    """Keep that the reader wants alerts about a topic, or no more; also of who has no digest."""
    changed = reader.model_copy(update={"alerts": _with(reader.alerts, topic, on)})
    await keep(store, reader, changed, now)
    return changed


async def pick(store: Store, reader: Subscription, chosen: Pick, now: datetime) -> Subscription:
    """Keep which topics the digest has; none chosen means all."""
    topics = _with(reader.topics, chosen.topic, chosen.on) if chosen.topic else ()
    changed = reader.model_copy(update={"topics": topics})
    await keep(store, reader, changed, now)
    return changed


def _with(topics: tuple[Topic, ...], topic: Topic, on: bool) -> tuple[Topic, ...]:
    rest = tuple(known for known in topics if known != topic)
    return (*rest, topic) if on else rest
