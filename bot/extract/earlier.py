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
    """The part before: what it replies to, else the last of its channel's posts that fits."""
    ref = post.channel.ref
    numbers = [post.reply_to, post.message_id - 1]
    named = [f"{ref}/{number}" for number in numbers if number and number < post.message_id]
    near = await store.entries.of_channel(ref, post.published_at - GAP, post.published_at)
    for key in dict.fromkeys([*named, *reversed(near)]):
        before = await store.posts.get(key)
        if before is not None and continues(post, before):
            return before
    return None


def _card(analysis: Analysis) -> Card:
    """The card in the language of the post, else in any."""
    cards = analysis.cards
    own = next((card for language, card in cards.items() if language == analysis.language), None)
    return own or next(iter(cards.values()))
