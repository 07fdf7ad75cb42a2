"""Digests and pages of invented stories, whose outlines are made as the store makes them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from bot.digest.compose import compose_digest
from bot.digest.ranking import choose
from bot.model import Digest, Language, Period, Screen, Story, Survey, story_summary
from bot.screens.topic_page import STORIES_PER_PAGE, TopicNews, topic_page
from bot.taxonomy.topics import Topic


def compose(
    stories: Iterable[Story],
    period: Period,
    language: Language,
    topics: Collection[Topic] = (),
    **limits: Any,
) -> Digest:
    """The digest of these stories, as they were when the period ended."""
    known = list(stories)
    choice = choose(Survey(tuple(map(story_summary, known))), period, topics, **limits)
    shown = {outline.id: {line.key for line in outline.lines} for outline in choice.outlines}
    kept = [
        s.model_copy(update={"entries": tuple(e for e in s.entries if e.key in shown[s.id])})
        for s in known
        if s.id in shown
    ]
    return compose_digest(choice, kept, period, language)


def topic_pages(
    topic: Topic,
    stories: Sequence[Story],
    language: Language,
    now: datetime,
    weeks: Sequence[int] = (),
) -> tuple[Screen, ...]:
    """All pages of a topic with these stories, in their order."""
    survey = Survey(tuple(map(story_summary, stories)))
    ids = {outline.id for outline in survey.shown}
    shown, each = [story for story in stories if story.id in ids], STORIES_PER_PAGE
    starts = range(0, max(len(shown), 1), each)
    parts = [
        TopicNews(survey, weeks, shown[n : n + each], n, n // each + 1, len(starts))
        for n in starts
    ]
    return tuple(topic_page(topic, news, language, now) for news in parts)
