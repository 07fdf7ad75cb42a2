"""The answer to a question as a message, or the posts that come nearest to it. Pure.

Each sentence has numbers that lead to posts, and under the answer the numbers open cards. Where no
model answered, the posts that fit best are shown as a search shows them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from bot.i18n import messages, of_this_field, panel_messages
from bot.model import Answer, AnswerSentence, Button, Entry, Language, Screen
from bot.screens.callbacks.deep_links import deep_link, story_payload
from bot.screens.callbacks.pages import AnswerPage, StoryCard, button
from bot.screens.callbacks.settings import Panel
from bot.screens.pages import NEW_LINE, Block, Rows, in_rows, paginate
from bot.screens.rich_text import Rich, bold, inert, italic, join, link, rich
from bot.screens.search.page import found_hit
from bot.screens.story_view import channel_names
from bot.store.read_model.terms import Query

_BEST, _NEAREST = 6, 3  # posts under a question without an answer
_QUESTION_UNITS, _SENTENCE_UNITS, _TITLE_UNITS = 200, 600, 90
_TOLD_UNITS = 2_000  # of all sentences: the sources have to find room below them
_WIDE = 8  # numbers in a row of buttons


@dataclass(frozen=True)
class AnswerFrame:
    """What stands around an answer: the question above it, ``notes`` below it, buttons.

    ``page`` leads back to it from a card; in a group the numbers open cards in private, in the bot
    called ``username``.
    """

    question: str
    page: AnswerPage
    language: Language
    now: datetime
    notes: Sequence[Rich | str] = ()
    username: str | None = None


def ask_usage(language: Language) -> Screen:
    """How to ask, for a command without a question."""
    own = panel_messages(language)
    home = button(own.home_button, Panel("home"))
    return rich(of_this_field(own.ask_usage, language)).screen(((home,),))


def answer_screen(
    frame: AnswerFrame, answer: Answer, entries: Mapping[str, Entry], why: Rich | str
) -> Screen:
    """The answer with its sources, else ``why`` there is none, and what comes nearest.

    ``entries`` are those of ``answer.posts`` that are still there.
    """
    sources = {
        number: _Source(entries[key], story)
        for number, (key, story) in enumerate(zip(answer.posts, answer.stories, strict=True), 1)
        if key in entries
    }
    told = [one for one in answer.sentences if sources.keys() & set(one.sources)]
    if told:
        return _told_screen(frame, told, sources)
    own = panel_messages(frame.language)
    most, head = (_BEST, own.answer_best) if answer.missing else (_NEAREST, own.answer_nearest)
    found = [*sources.values()][:most]
    return _best_screen(frame, join((why, head if found else ""), by=" "), answer.words, found)


class _Source(NamedTuple):
    """The post that a number of an answer stands for, and its story."""

    entry: Entry
    story: str


def _cited(told: Sequence[AnswerSentence], sources: Mapping[int, _Source]) -> dict[int, int]:
    """Numbers as the answer counts them → as they are shown: from 1, in the order of the text."""
    order = dict.fromkeys(
        number for sentence in told for number in sentence.sources if number in sources
    )
    return {number: shown for shown, number in enumerate(order, start=1)}


def _told_screen(
    frame: AnswerFrame, told: Sequence[AnswerSentence], sources: Mapping[int, _Source]
) -> Screen:
    """Sentences whose numbers lead to posts, and a line for each of these."""
    said, numbers = Rich(), _cited(told, sources)
    for sentence in told:
        shown = {numbers[n]: sources[n] for n in sentence.sources if n in numbers}
        links = join([link(f"[{n}]", source.entry.post.url) for n, source in shown.items()])
        text = inert(sentence.text, _SENTENCE_UNITS)
        longer = join((said, join((text, links), by=" ") if links.text else ""), by=" ")
        said = longer if longer.units <= _TOLD_UNITS else said
    cited = [sources[n] for n in numbers]
    called = channel_names(source.entry.post.channel for source in cited)
    lines = [
        _source(n, source.entry, called[source.entry.post.channel.ref], frame)
        for n, source in enumerate(cited, start=1)
    ]
    return _framed(frame, (said,), lines, [source.story for source in cited])


def _source(number: int, entry: Entry, channel: str, frame: AnswerFrame) -> Rich:
    """«1. Title — channel, 20 November»."""
    p, day = messages(frame.language), entry.post.published_at.date()
    title = inert(entry.card(frame.language).title, _TITLE_UNITS) or p.untitled
    shown = p.words.span(day, day)
    when = shown if day.year == frame.now.year else f"{shown} {day.year}"
    return join((f"{number}. ", link(title, entry.post.url), f" — {channel}, {when}"))


def _best_screen(
    frame: AnswerFrame, head: Rich, words: tuple[str, ...], found: Sequence[_Source]
) -> Screen:
    """The posts that fit best, the words of the question in bold."""
    names = channel_names(source.entry.post.channel for source in found)
    query = Query(words=words)
    hits = [
        found_hit(
            *(number, source.entry, names[source.entry.post.channel.ref]),
            *(query, frame.language, frame.now),
        )
        for number, source in enumerate(found, start=1)
    ]
    return _framed(frame, (head, *hits), (), [source.story for source in found])


def _framed(
    frame: AnswerFrame,
    blocks: Iterable[Rich | str],
    sources: Sequence[Rich],
    stories: Iterable[str],
) -> Screen:
    """The question, blocks, as many lines of sources as have room, notes; numbers as buttons."""
    question = bold(f"❓ {inert(frame.question, _QUESTION_UNITS) or '…'}")
    notes = italic(join(frame.notes, by=NEW_LINE))
    told = join((question, *blocks), by="\n\n")
    lines = [Block(line, gap=NEW_LINE) for line in sources]
    pages = paginate(lines, join((told, notes), by="\n\n"), len(lines))
    return join((told, pages[0].text(), notes), by="\n\n").screen(_rows(frame, stories))


def _rows(frame: AnswerFrame, stories: Iterable[str]) -> Rows:
    numbers = [_number(frame, at, story) for at, story in enumerate(stories, start=1)]
    own = panel_messages(frame.language)
    ways = (button(own.ask_button, Panel("ask")), button(own.home_button, Panel("home")))
    return (*in_rows(numbers, _WIDE), ways)


def _number(frame: AnswerFrame, at: int, story: str) -> Button:
    if frame.username:
        return Button(text=str(at), url=deep_link(frame.username, story_payload(story)))
    return button(str(at), StoryCard(story, frame.page))
