"""The card of the previous part of a series, as context for the model."""

from bot.extract import extractive
from bot.model import Analysis, Card, Post
from bot.store import Store
from bot.store.content.series import part_before


async def earlier_card(store: Store, post: Post) -> Card | None:
    """The card of the post that this one goes on from, if there is one.

    A part that is not read yet stands in with its own words. A card from a post with orders
    never meets another prompt, and what somebody forwarded for himself is context for nobody.
    """
    if post.aside:
        return None
    before = await part_before(store.posts, post)
    if before is None:
        return None
    entry = await store.entries.get(before.key)
    analysis = entry.analysis if entry else extractive.analyse(before)
    return None if analysis.instructions_in_post else _card(analysis)


def _card(analysis: Analysis) -> Card:
    """The card in the language of the post, else in any."""
    cards = analysis.cards
    own = next((card for language, card in cards.items() if language == analysis.language), None)
    return own or next(iter(cards.values()))
