"""The card of the part before: what a model needs to read the second half of a series."""

from bot.extract import extractive
from bot.extract.series import GAP, continues
from bot.model import Analysis, Card, Post
from bot.store import Store


async def earlier_card(store: Store, post: Post) -> Card | None:
    """The card of the post that this one goes on from, if there is one.

    A part that is not read yet stands in with its own words. A card from a post with orders
    never meets another prompt.
    """
    before = await _before(store, post)
    if before is None:
        return None
    entry = await store.entries.get(before.key)
    analysis = entry.analysis if entry else extractive.analyse(before)
    return None if analysis.instructions_in_post else _card(analysis)


async def _before(store: Store, post: Post) -> Post | None:
    """The part before: what it replies to, else the post right before it in its channel."""
    for number in (post.reply_to, await _last_number(store, post)):
        before = await store.posts.get(f"{post.channel.ref}/{number}") if number else None
        if before is not None and continues(post, before):
            return before
    return None


async def _last_number(store: Store, post: Post) -> int:
    """The number of the post right before this one, as far as is known; 0 for none."""
    ref, at = post.channel.ref, post.published_at
    near = await store.entries.of_channel(ref, at - GAP, at)
    numbers = (int(key.rpartition("/")[2]) for key in near)
    read = max((number for number in numbers if number < post.message_id), default=0)
    waits = await store.posts.get(f"{ref}/{post.message_id - 1}")
    return waits.message_id if waits else read


def _card(analysis: Analysis) -> Card:
    """The card in the language of the post, else in any."""
    cards = analysis.cards
    own = next((card for language, card in cards.items() if language == analysis.language), None)
    return own or next(iter(cards.values()))
