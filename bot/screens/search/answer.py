"""The answer to a question as a message, or the posts that come nearest to it. Pure.

Each sentence has numbers that lead to posts, and under the answer the numbers open cards. Where no
model answered, the posts that fit best are shown as a search shows them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from bot.digest.cluster import story_id
from bot.digest.compose import lead
from bot.i18n import messages, of_this_field, panel_messages
from bot.model import Button, Entry, Language, Screen, Story
from bot.screens.callbacks.deep_links import deep_link, story_payload
from bot.screens.callbacks.pages import AnswerPage, StoryCard, button
from bot.screens.callbacks.settings import Panel
from bot.screens.pages import NEW_LINE, Block, Rows, in_rows, paginate
from bot.screens.rich_text import Rich, bold, inert, italic, join, link, rich
from bot.screens.search.page import found_hit
from bot.screens.story_view import channel_name, channel_names, headline
from bot.store.read_model.terms import Query

BEST_SHOWN = 6
"""Posts under a question that no model answered."""

_QUESTION_UNITS, _SENTENCE_UNITS, _TITLE_UNITS = 200, 600, 90
_TOLD_UNITS = 2_000  # of all sentences: the sources have to find room below them
_WIDE = 8  # numbers in a row of buttons


class Sentence(NamedTuple):
    """A sentence of an answer, and the numbers (from 1) of the sources that say so."""

    text: str
    sources: tuple[int, ...] = ()


@dataclass(frozen=True)
class AnswerFrame:
    """What stands around an answer: the question above it, ``notes`` below it, buttons.

    ``page`` leads back to it from a card; in a group of the bot called ``username`` the numbers
    open cards in private.
    """

    question: str
    page: AnswerPage
    language: Language
    now: datetime
    notes: tuple[str, ...] = ()
    username: str | None = None

    def screen(
        self, blocks: Iterable[Rich], sources: Iterable[Rich], stories: Iterable[str]
    ) -> Screen:
        """The message: blocks of text, then as many lines of sources as have room."""
        notes = join([italic(note) for note in self.notes if note], by=NEW_LINE)
        head = bold(f"❓ {inert(self.question, _QUESTION_UNITS) or '…'}")
        frame = join((head, *blocks, notes), by="\n\n")
        lines = [Block(line, gap=NEW_LINE) for line in sources]
        shown = paginate(lines, frame, len(lines))[0].text() if lines else rich("")
        return join((head, *blocks, shown, notes), by="\n\n").screen(self._rows(stories))

    def _rows(self, stories: Iterable[str]) -> Rows:
        numbers = [self._number(at, story) for at, story in enumerate(stories, start=1)]
        own = panel_messages(self.language)
        ways = (button(own.ask_button, Panel("ask")), button(own.home_button, Panel("home")))
        return (*in_rows(numbers, _WIDE), ways)

    def _number(self, at: int, story: str) -> Button:
        if self.username:
            return Button(text=str(at), url=deep_link(self.username, story_payload(story)))
        return button(str(at), StoryCard(story, self.page))


def ask_usage(language: Language) -> Screen:
    """How to ask, for a command without a question."""
    own = panel_messages(language)
    home = button(own.home_button, Panel("home"))
    return rich(of_this_field(own.ask_usage, language)).screen(((home,),))


def answer_screen(
    frame: AnswerFrame, told: Sequence[Sentence], sources: Sequence[Story]
) -> Screen:
    """The sentences with numbers that lead to posts, and the stories of these numbers."""
    lines = [_source(number, story, frame) for number, story in enumerate(sources, start=1)]
    return frame.screen((_told(told, sources),), lines, (story.id for story in sources))


def _told(told: Sequence[Sentence], sources: Sequence[Story]) -> Rich:
    """As many sentences as have room, each whole."""
    shown = Rich()
    for sentence in told:
        longer = join((shown, _cited(sentence, sources)), by=" ")
        if longer.units > _TOLD_UNITS and shown.text:
            break
        shown = longer
    return shown


def _cited(sentence: Sentence, sources: Sequence[Story]) -> Rich:
    numbers = [
        link(f"[{number}]", lead(sources[number - 1]).post.url) for number in sentence.sources
    ]
    return join((inert(sentence.text, _SENTENCE_UNITS), join(numbers)), by=" ")


def _source(number: int, story: Story, frame: AnswerFrame) -> Rich:
    entry = lead(story)
    title = headline(story, frame.language, _TITLE_UNITS)
    where = f"{channel_name(entry.post.channel)}, {_day(entry, frame)}"
    return join((f"{number}. ", title, f" — {where}"))


def _day(entry: Entry, frame: AnswerFrame) -> str:
    """When it was published, with the year where that is another one."""
    day = entry.post.published_at.date()
    shown = messages(frame.language).words.span(day, day)
    return shown if day.year == frame.now.year else f"{shown} {day.year}"


def best_screen(
    frame: AnswerFrame,
    head: str,
    words: Sequence[str],
    found: Sequence[Entry],
    stories: Mapping[str, str],
) -> Screen:
    """Why there is no answer, and the posts that fit best, the words of the question in bold.

    ``stories`` are the stories of their keys, for the buttons.
    """
    names = channel_names(entry.post.channel for entry in found)
    query = Query(words=tuple(words))
    hits = [
        found_hit(number, entry, names[entry.post.channel.ref], query, frame.language, frame.now)
        for number, entry in enumerate(found[:BEST_SHOWN], start=1)
    ]
    named = [stories.get(entry.key) or story_id(entry) for entry in found[:BEST_SHOWN]]
    return frame.screen((rich(head), *hits), (), named)
