"""👎 with a reason: the topic or the channel of the story counts less for this reader."""

from bot.model import Story, Subscription
from bot.publish.digest import lead
from bot.store import Store
from bot.store.dislikes import Why


async def dislike(store: Store, reader: Subscription, story: Story, why: Why) -> None:
    """Keep why the reader did not want a story."""
    speaker = lead(story)
    topic, channel = speaker.analysis.topics[0], speaker.post.channel.ref
    await store.dislikes.add(reader.chat_id, story.id, why, topic, channel)
