"""A question to the archive → the stories that fit, and what a model answers from these."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import structlog

from bot.extract.checks.quotes import is_prose
from bot.extract.extractive.body import text_language
from bot.extract.questions.asking import Answerer, NotAnsweredError
from bot.extract.questions.messages import MOST_POSTS, AskedQuestion
from bot.extract.questions.reading import read_question
from bot.model import Answer, Channel, Entry, Language, Story, Turn, Unanswered
from bot.publish.queries import stories_of
from bot.store import Store
from bot.store.read_model.terms import LooseQuery

log = structlog.get_logger()
_LOOKED_AT = 3 * MOST_POSTS  # posts, of which some tell the same


class FoundStory(NamedTuple):
    """A story that fits a question, and the post of it that fits best."""

    story: Story
    entry: Entry


class Answered(NamedTuple):
    """An answer with the stories that it counts."""

    answer: Answer
    sources: tuple[FoundStory, ...]


async def answer_question(
    store: Store,
    question: str,
    language: Language,
    now: datetime,
    answerer: Answerer | None,
    *,
    before: Turn | None = None,
    missing: Unanswered = "off",
) -> Answered:
    """What the archive says to a question, in its language or else in ``language``.

    ``now`` is in the zone of who asks. Without an answerer, and where it fails, there are only the
    stories that fit; ``missing`` says why nobody is asked. What came aside is in no archive.
    """
    own = await read_asked(store, question, now, before)
    asked = AskedQuestion(question, language_asked(question, language), now.date(), before)
    if answerer is None:
        return _answered(asked, own, await find_sources(store, own, now), missing=missing)
    sought = own
    try:
        sought = await answerer.read(asked, own, now)
        sources = await find_sources(store, sought, now)
        told = [each for each in sources if not each.entry.analysis.instructions_in_post]
        if not told:
            return _answered(asked, own, sources)
        sentences = await answerer.answer(asked, [each.entry for each in told])
    except NotAnsweredError as error:
        sources = await find_sources(store, sought, now)
        return _answered(asked, own, sources, missing=error.reason)
    found = _answered(asked, own, tuple(told))
    return found._replace(answer=found.answer.model_copy(update={"sentences": sentences}))


async def find_sources(store: Store, asked: LooseQuery, now: datetime) -> tuple[FoundStory, ...]:
    """The stories with most of what a question names, the best first, twelve at most."""
    found = await store.search.relevant(asked, now, _LOOKED_AT)
    stories = (await stories_of(store, found))[:MOST_POSTS]
    return tuple(FoundStory(story, _best(story, found)) for story in stories)


def _best(story: Story, found: Sequence[Entry]) -> Entry:
    keys = {entry.key for entry in (*story.entries, *story.also)}
    return next(entry for entry in found if entry.key in keys)


async def read_asked(
    store: Store, question: str, now: datetime, before: Turn | None = None
) -> LooseQuery:
    """What a question names; one that goes on from another means what that was about, too."""
    known = await store.sources.list()
    channels = [Channel(ref=each.ref, handle=each.handle, title=each.title) for each in known]
    text = f"{question}\n{before.question}" if before else question
    return read_question(text, now, channels)


def language_asked(question: str, language: Language) -> Language:
    """That of the question where it is one of ours: names in Latin letters are no English."""
    told = text_language(question)
    if told == "ru":
        return told
    return "en" if told == "en" and is_prose(question) else language


def _answered(
    asked: AskedQuestion,
    own: LooseQuery,
    sources: Sequence[FoundStory],
    missing: Unanswered | None = None,
) -> Answered:
    answer = Answer(
        stories=tuple(each.story.id for each in sources),
        posts=tuple(each.entry.key for each in sources),
        words=own.words,
        language=asked.language,
        missing=missing,
    )
    return Answered(answer, tuple(sources))
