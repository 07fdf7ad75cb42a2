"""What was found in a post, and the story that several posts tell. Pure."""

import operator
from collections.abc import Iterable, Iterator
from typing import Literal

from pydantic import AwareDatetime, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from bot.languages import Language
from bot.model.post import Channel, Paper, PaperMetadata, Post
from bot.model.value import Value
from bot.taxonomy.topics import Kind, Topic
from bot.text import normalise

Engine = Literal["llm", "extractive"]
Importance = Literal["skip", "low", "normal", "high", "must_read"]
Action = Literal[
    "release", "update", "announce", "publish", "open", "buy", "fund", "hire", "leave", "sue",
    "ban", "end", "fail", "win", "find", "other",
]  # fmt: skip
"""What happened, as an event names it."""

SKIPPED_KINDS = frozenset({"promo", "service", "job", "meme", "personal"})
"""Kinds that a digest counts but does not show."""


def is_skipped(kind: Kind, importance: Importance) -> bool:
    """True for what a digest counts but does not show."""
    return kind in SKIPPED_KINDS or importance == "skip"


class Card(Value):
    """The readable part of an analysis in one language, plain text."""

    title: str
    tldr: str
    bullets: tuple[str, ...] = ()


class Event(Value):
    """What a post reports: who did what to which object; in English, never shown as text.

    ``object`` comes with its version, ``date`` only where it is told; not ``new`` is what looks
    at something older: a try-out, a review, a reminder.
    """

    actor: str = ""
    action: Action
    object: str
    date: str = ""
    new: bool = True


class Verdict(Value):
    """What a model said of earlier posts when it was shown them, all by their keys.

    ``same`` tells the same event, ``follows`` what this post is a later development of; both are
    empty where it is neither.
    """

    shown: tuple[str, ...]
    same: str = ""
    follows: str = ""


class Analysis(Value):
    """What an analyst found in one post, checked: every link and number stands in the post.

    ``reason`` is why a model took this kind and these topics, for owners.
    """

    language: Literal["ru", "en", "mixed", "other"] = "other"
    kind: Kind
    topics: tuple[Topic, ...]  # the first one is primary
    papers: tuple[Paper, ...] = ()
    cards: dict[Language, Card] = Field(default_factory=dict)
    keywords: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    importance: Importance = "normal"
    confidence: Literal["low", "medium", "high"] = "medium"
    instructions_in_post: bool = False
    event: Event | None = None
    verdict: Verdict | None = None
    reason: str = Field(default="", exclude_if=operator.not_)


class Entry(Value):
    """A post with its checked analysis, who made it and by which prompt."""

    model_config = ConfigDict(extra="ignore")  # the revision that programs before this stored

    v: int = 6
    post: Post
    analysis: Analysis
    engine: Engine
    prompt_id: str
    analysed_at: AwareDatetime

    @property
    def revision(self) -> str:
        """The revision of the post that was analysed."""
        return self.post.revision

    @property
    def key(self) -> str:
        """The key of its post."""
        return self.post.key

    @property
    def skipped(self) -> bool:
        """True for what a digest counts but does not show."""
        return is_skipped(self.analysis.kind, self.analysis.importance)

    def card(self, language: Language) -> Card:
        """The card in that language, else in any."""
        cards = self.analysis.cards
        return cards.get(language) or next(iter(cards.values()))


class Story(Value):
    """Entries on one paper, repost, series, event or nearly one text; oldest first, not empty.

    ``also`` are entries that likely tell the same, ``earlier`` speaks for the story that this one
    follows, ``roundups`` list it among other news. ``works`` is what is known of its papers by
    their ids, put in where it is read and never stored with it.
    """

    id: str
    entries: tuple[Entry, ...]
    also: tuple[Entry, ...] = ()
    earlier: Entry | None = None
    roundups: tuple[Entry, ...] = ()
    works: SkipJsonSchema[dict[str, PaperMetadata]] = Field(default_factory=dict, exclude=True)

    def __hash__(self) -> int:
        """By the id alone: what is made of a story is kept by it, and entries are long."""
        return hash(self.id)

    @property
    def first(self) -> Entry:
        """The entry that brought the story up."""
        return self.entries[0]

    @property
    def topic(self) -> Topic:
        """Primary topic, by its first entry."""
        return self.first.analysis.topics[0]

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Independent channels in the order they joined."""
        return tuple(
            {entry.post.channel.ref: entry.post.channel for entry in self.entries}.values()
        )

    @property
    def papers(self) -> tuple[Paper, ...]:
        """Papers of all entries, each once, by the title that it really has, if that is known.

        Or as a post has it, where a card of the story calls it so.
        """
        found: dict[str, Paper] = {}
        for paper in (paper for entry in self.entries for paper in entry.analysis.papers):
            name = paper.name or paper.url or ""
            if not (known := found.setdefault(name, paper)).gists and paper.gists:
                found[name] = known.model_copy(update={"gists": paper.gists})
        return tuple(self._known(found.values())) if self.works else tuple(found.values())

    def _known(self, papers: Iterable[Paper]) -> Iterator[Paper]:
        """Each work once, however it is named, by its title."""
        seen: set[str] = set()
        for paper in papers:
            name = paper.id or ""
            work = self.works.get(name)
            doi = work.doi if work else name.removeprefix("doi:") if name[:4] == "doi:" else ""
            if doi not in seen:
                yield self._entitled(paper)
            seen.update({doi} - {""})

    def _entitled(self, paper: Paper) -> Paper:
        work, told = self.works.get(paper.id or ""), normalise(paper.title or "")
        cards = (card for entry in self.entries for card in entry.analysis.cards.values())
        if work is None or (told and any(told in normalise(card.title) for card in cards)):
            return paper
        return paper.model_copy(update={"title": work.title})
