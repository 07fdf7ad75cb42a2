"""Digest: the stories chosen with their words, and what is said of it as a whole. Pure."""

from collections.abc import Iterable
from functools import lru_cache

from bot.digest.ranking import Choice, speaker
from bot.model import Digest, Entry, Language, Period, Section, Story
from bot.text import words

_WORDS_PER_MINUTE = 180


def lead(story: Story) -> Entry:
    """The entry that speaks for a story: the first worth showing, one by a model before others."""
    return speaker(story.entries) or story.first


def compose_digest(
    choice: Choice, stories: Iterable[Story], period: Period, language: Language
) -> Digest:
    """The digest of the stories chosen; those that are not given have gone meanwhile."""
    known = {story.id: story for story in stories}
    sections = (
        (topic, tuple(known[outline.id] for outline in outlines if outline.id in known))
        for topic, outlines in choice.sections
    )
    return Digest(
        period=period,
        language=language,
        sections=tuple(Section(topic=topic, stories=found) for topic, found in sections if found),
        posts=choice.posts,
        channels=choice.channels,
        repeats=choice.repeats,
        skipped=choice.skipped,
        left_out=choice.left_out,
    )


def reading_minutes(digest: Digest) -> int:
    """Minutes to read all cards at 180 words a minute, at least one."""
    cards = (lead(story).card(digest.language) for story in digest.stories)
    total = sum(_length(f"{card.title} {card.tldr}") for card in cards)
    return max(1, round(total / _WORDS_PER_MINUTE))


@lru_cache(1024)
def _length(text: str) -> int:
    """Words of a text; readers are shown the same ones."""
    return len(words(text))


def count_papers(stories: Iterable[Story]) -> int:
    """How many different papers these stories are about."""
    papers = (paper for story in stories for paper in story.papers)
    return len({paper.name for paper in papers})
