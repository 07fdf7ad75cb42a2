"""Readers who forwarded a post get its card, once, when its entry is there."""

from zoneinfo import ZoneInfo

from bot.digest.cluster import is_hint, lookups
from bot.model import Delivery, Entry, Story
from bot.publish.card_language import retold_entry
from bot.publish.queries import stories_of
from bot.screens.forward_card import forward_card
from bot.store import Store
from bot.store.readers.forwards import ForwardRequest


async def answer_waiting(store: Store, entry: Entry) -> None:
    """Send the card to all who wait for it; what the model makes of it later edits that message.

    Any number of calls send each of them one message.
    """
    asked = [each for key in _keys(entry) for each in await store.forwards.waiting(key)]
    if not asked:
        return
    story = await _story(store, entry)
    await store.outbox.enqueue([await _delivery(store, entry, story, each) for each in asked])
    if entry.engine == "llm":
        for key in _keys(entry):
            await store.forwards.answered(key)


async def _delivery(
    store: Store, entry: Entry, story: Story | None, asked: ForwardRequest
) -> Delivery:
    zone, told = ZoneInfo(asked.zone), retold_entry(entry, asked)
    card = Delivery(
        id=f"card:{asked.update_id}",
        chat_id=asked.chat_id,
        screen=forward_card(told, story, asked.language, zone, known=asked.known),
        reply_to=asked.message_id,
        story=story.id if story else None,
    )
    sent_before = entry.engine == "llm" and await store.outbox.state(card.id)
    if not sent_before:
        return card
    return card.model_copy(update={"id": f"{card.id}:llm", "edits": card.id})


def _keys(entry: Entry) -> list[str]:
    """What the entry may be waited for by: its own key and those of its album's items."""
    post = entry.post
    items = [f"{post.channel.ref}/{n}" for n in post.album if n != post.message_id]
    return [entry.key, *items]


async def _story(store: Store, entry: Entry) -> Story | None:
    """The story that it is in; for a post aside, the one that it repeats."""
    if not entry.post.aside:
        return (await stories_of(store, [entry]))[0]
    decisive = [lookup for lookup in lookups(entry) if not is_hint(lookup)]
    for story in await store.stories.found(decisive):
        members = await store.entries.get_many(await store.stories.members(story))
        if members:
            return Story(id=story, entries=members)
    return None
