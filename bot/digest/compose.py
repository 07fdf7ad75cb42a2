"""Digest: the stories chosen with their words, and what is said of it as a whole. Pure."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from bot.digest.candidates import speaker
from bot.digest.ranking import Choice
from bot.digest.trends import NO_TRENDS, Trends
from bot.model import (
    Digest,
    Entry,
    Language,
    Listing,
    Period,
    Section,
    Story,
    independent,
)
from bot.text import words

_WORDS_PER_MINUTE = 180


def lead(story: Story) -> Entry:
    """The entry that speaks for a story: the first worth showing, one by a model before others."""
    return speaker(story.entries) or story.first


@lru_cache(1024)  # the store hands out the same stories
def told_by(story: Story) -> int:
    """How many independent channels tell a story, with those that likely tell the same.

    Adverts tell nothing, but of a story of nothing else.
    """
    told = (*story.entries, *story.also)
    posts = [entry.post for entry in told if not entry.skipped] or [each.post for each in told]
    return independent(
        (post.published_at.timestamp(), post.channel.ref, tuple(words(post.text)))
        for post in posts
    )


def compose_digest(
    choice: Choice,
    stories: Iterable[Story],
    period: Period,
    language: Language,
    trends: Trends = NO_TRENDS,
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
        top=tuple(story for story in choice.top if story in known),
        lists=tuple(_listings(choice, known)),
        rising=trends.rising,
        falling=trends.falling,
    )


def without_last(digest: Digest) -> Digest:
    """The digest without its last story, which counts among those left out."""
    last, kept = digest.stories[-1], list[Section]()
    for section in digest.sections:
        stories = tuple(story for story in section.stories if story != last)
        kept += [section.model_copy(update={"stories": stories})] if stories else []
    return digest.model_copy(
        update={
            "sections": tuple(kept),
            "left_out": digest.left_out + 1,
            "top": tuple(story for story in digest.top if story != last.id),
        }
    )


def _listings(choice: Choice, known: Mapping[str, Story]) -> Iterable[Listing]:
    for kind, outlines, more in choice.lists:
        found = tuple(known[outline.id] for outline in outlines if outline.id in known)
        if found:
            yield Listing(kind=kind, stories=found, more=more)


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
