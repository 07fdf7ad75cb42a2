"""Follow a topic or not; have it in the digest or not."""

from bot.model import Subscription
from bot.screens.callbacks.settings import Pick
from bot.taxonomy.topics import Topic
from bot.telegram.handlers.settings import save_reader
from bot.telegram.replies.reply import Context


async def follow_topic(context: Context, topic: Topic, on: bool) -> Subscription:
    """Keep that the reader wants alerts about a topic, or no more; also of who has no digest."""
    changed = context.reader.model_copy(update={"alerts": _with(context.reader.alerts, topic, on)})
    await save_reader(context, changed)
    return changed


async def pick_topic(context: Context, chosen: Pick) -> Subscription:
    """Keep which topics the digest has; none chosen means all."""
    topics = _with(context.reader.topics, chosen.topic, chosen.on) if chosen.topic else ()
    changed = context.reader.model_copy(update={"topics": topics})
    await save_reader(context, changed)
    return changed


def _with(topics: tuple[Topic, ...], topic: Topic, on: bool) -> tuple[Topic, ...]:
    rest = tuple(known for known in topics if known != topic)
    return (*rest, topic) if on else rest
