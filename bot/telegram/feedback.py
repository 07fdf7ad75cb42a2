"""👍, 👎 and reasons: the topic or the channel of a story counts more or less for this reader."""

from bot.model import Story, Subscription
from bot.publish.digest import lead
from bot.store import Store
from bot.store.dislikes import THUMBS, Why
from bot.store.thumbs import Thumb
from bot.telegram.readers import stranger
from bot.telegram.views import story_of


async def dislike(store: Store, reader: Subscription, story: Story, why: Why) -> None:
    """Keep what the reader thinks of a story."""
    speaker = lead(story)
    topic, channel = speaker.analysis.topics[0], speaker.post.channel.ref
    await store.dislikes.add(reader.chat_id, story.id, why, topic, channel)


async def thumb(store: Store, person: int, story_id: str, shown: Thumb | None) -> None:
    """Keep a person's last thumb for a story, or take it back; a reason given says more."""
    await store.thumbs.note(story_id, person, shown)
    said = await store.dislikes.why(person, story_id)
    if shown is None:
        if said in THUMBS:
            await store.dislikes.remove(person, story_id)
        return
    reader = await store.subscriptions.get(person) or stranger(person, "en")
    story = await story_of(store, reader, story_id)
    if story and (shown == "up" or said is None or said in THUMBS):
        await dislike(store, reader, story, shown)
