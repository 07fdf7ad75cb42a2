"""What inline mode offers for words: stories on their topic, or that say them. Pure."""

from collections.abc import Sequence

from bot.model import Entry, Language, Screen, Story
from bot.phrases import phrases
from bot.publish.digest import lead
from bot.publish.rich_text import Rich
from bot.publish.story_view import block
from bot.text import stem, words

MOST = 20


def matching(stories: Sequence[Story], query: str) -> tuple[Story, ...]:
    """Stories that say all the words, in any form and language of the cards, best known first."""
    wanted = {stem(word) for word in words(query)}
    found = [story for story in stories if wanted <= _stems(story)]
    return tuple(sorted(found, key=lambda story: -len(story.channels)))[:MOST]


def shared(story: Story, language: Language) -> Screen:
    """A story as others see it: no personal buttons."""
    shown: Rich = block(None, story, language)
    return shown.screen()


def headings(story: Story, language: Language) -> tuple[str, str]:
    """Title and first words of a result; the title is never empty."""
    card = lead(story).card(language)
    return card.title or phrases(language).untitled, card.tldr


def _stems(story: Story) -> set[str]:
    texts = [text for entry in story.entries for text in _texts(entry)]
    return {stem(word) for text in texts for word in words(text)}


def _texts(entry: Entry) -> list[str]:
    cards = entry.analysis.cards.values()
    told = [text for card in cards for text in (card.title, card.tldr, *card.bullets)]
    return [*told, entry.post.text, *(topic.value for topic in entry.analysis.topics)]
