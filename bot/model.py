"""The words of the project as frozen values: post, paper, entry, story, digest, slot. Pure."""

import hashlib
from datetime import UTC, date, datetime, time
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, computed_field

from bot.text import words
from bot.topics import Kind, Topic

Language = Literal["ru", "en"]
Route = Literal["bot", "preview", "import", "forward"]
Engine = Literal["llm", "extractive"]
Cadence = Literal["daily", "weekly"]
PeriodName = Literal["day", "week", "month"]
Importance = Literal["skip", "low", "normal", "high", "must_read"]
LinkKind = Literal["paper", "code", "model", "dataset", "video", "post", "other"]

SKIPPED_KINDS = frozenset({"promo", "service", "job", "meme", "personal", "event"})
"""Kinds that a digest counts but does not show."""

_MATTERS = frozenset({"paper", "code", "model", "dataset"})


class Value(BaseModel):
    """Base of all values: frozen, closed, compared by content."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Paper(Value):
    """A scientific work; ``id`` is canonical (``arxiv:2505.24832``, ``openreview:…``).

    ``main`` is what the post is about, ``cited`` what it mentions in passing.
    """

    id: str | None = None
    title: str | None = None
    url: str | None = None
    role: Literal["main", "cited"] = "main"


class Link(Value):
    """A canonical URL with the words it stood under; links are numbered from 1 by position."""

    url: str
    anchor: str = ""
    kind: LinkKind = "other"
    paper: str | None = None


class Origin(Value):
    """Where a forwarded post came from; a hidden source has only a name."""

    name: str
    channel: str | None = None
    message_id: int | None = None


class Preview(Value):
    """The web page card that Telegram attached to a post; never part of the body."""

    url: str
    site: str = ""
    title: str = ""
    description: str = ""


class Channel(Value):
    """A watched channel; ``ref`` names it in keys: its bare numeric id, else ``@handle``."""

    ref: str
    handle: str | None = None
    title: str = ""
    route: Route = "preview"

    @property
    def name(self) -> str:
        """What readers see: ``@handle`` where there is one, else the title."""
        return f"@{self.handle}" if self.handle else self.title or self.ref


class Post(Value):
    """One publication; an album is ONE post.

    ``published_at`` is in UTC; ``media`` holds kinds (``photo``, ``video``, …), never file
    addresses, which expire; ``text`` is plain, with ``\\n`` for line breaks.
    """

    v: int = 1
    channel: Channel
    message_id: int
    published_at: AwareDatetime
    text: str
    links: tuple[Link, ...] = ()
    media: tuple[str, ...] = ()
    album: tuple[int, ...] = ()
    edited: bool = False
    edited_at: AwareDatetime | None = None
    forward: Origin | None = None
    reply_to: int | None = None
    author: str | None = None
    preview: Preview | None = None
    views: int | None = None
    service: bool = False

    @property
    def key(self) -> str:
        """Identity in the store: ``<channel ref>/<message id>``."""
        return f"{self.channel.ref}/{self.message_id}"

    @property
    def url(self) -> str:
        """The public address of the post (``t.me/c/…`` opens only for members)."""
        where = self.channel.handle or f"c/{self.channel.ref}"
        return f"https://t.me/{where}/{self.message_id}"

    @property
    def revision(self) -> str:
        """Content hash, equal by every route: words and the links that matter, not views or marks.

        Routes differ in white space, emoji and what they add to an address, so those are left out.
        """
        links = sorted({link.url for link in self.links if link.kind in _MATTERS})
        parts = [*words(self.text), *links, *(() if self.text else self.media)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


class Card(Value):
    """The readable part of an analysis in one language, plain text."""

    title: str
    tldr: str
    bullets: tuple[str, ...] = ()


class Analysis(Value):
    """What an analyst found in one post, checked: every link and number stands in the post."""

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


class Entry(Value):
    """A post with its checked analysis, who made it and by which prompt."""

    model_config = ConfigDict(extra="ignore")  # the computed revision comes back with the body

    v: int = 1
    post: Post
    analysis: Analysis
    engine: Engine
    prompt_id: str
    analysed_at: AwareDatetime

    @computed_field  # type: ignore[prop-decorator]
    @property
    def revision(self) -> str:
        """The revision of the post that was analysed; stored, so that scripts can compare it."""
        return self.post.revision

    @property
    def key(self) -> str:
        """The key of its post."""
        return self.post.key

    @property
    def skipped(self) -> bool:
        """True for what a digest counts but does not show."""
        return self.analysis.kind in SKIPPED_KINDS or self.analysis.importance == "skip"

    def card(self, language: Language) -> Card:
        """The card in that language, else in any."""
        cards = self.analysis.cards
        return cards.get(language) or next(iter(cards.values()))


class Story(Value):
    """Entries about one paper, repost origin or near-identical text; oldest first, never empty."""

    id: str
    entries: tuple[Entry, ...]

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
        """Papers of all entries, each once."""
        found: dict[str, Paper] = {}
        for paper in (paper for entry in self.entries for paper in entry.analysis.papers):
            found.setdefault(paper.id or (paper.title or "").casefold(), paper)
        return tuple(found.values())


class Period(Value):
    """Half-open span ``[since, until)`` that a digest covers."""

    name: PeriodName
    since: AwareDatetime
    until: AwareDatetime


class Section(Value):
    """The part of a digest about one topic."""

    topic: Topic
    stories: tuple[Story, ...]


class Digest(Value):
    """A composed digest.

    ``skipped`` counts left-out posts by kind, ``repeats`` those folded into a story,
    ``left_out`` stories beyond the limit or a channel's share.
    """

    period: Period
    language: Language
    sections: tuple[Section, ...]
    posts: int
    channels: int
    repeats: int = 0
    skipped: dict[Kind, int] = Field(default_factory=dict)
    left_out: int = 0

    @property
    def stories(self) -> tuple[Story, ...]:
        """All stories in reading order."""
        return tuple(story for section in self.sections for story in section.stories)


class Subscription(Value):
    """A reader: a chat with its language, topics (empty = all), local time and zone."""

    v: int = 1
    chat_id: int
    language: Language = "en"
    topics: tuple[Topic, ...] = ()
    at: time = time(9, 0)
    zone: str = "UTC"
    cadence: Cadence = "daily"
    active: bool = True


class Slot(Value):
    """One due digest, the unit of once-only: a chat, a cadence and a LOCAL date."""

    chat_id: int
    cadence: Cadence
    day: date


class Entity(Value):
    """A piece of formatting by offset and length in UTF-16 units, as the Bot API takes it."""

    type: str
    offset: int
    length: int
    url: str | None = None


class Button(Value):
    """An inline button: either callback data (at most 64 bytes) or a URL."""

    text: str
    data: str | None = None
    url: str | None = None


class Screen(Value):
    """One rendered message: text with entities (never markup) and rows of buttons."""

    text: str
    entities: tuple[Entity, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()


class Delivery(Value):
    """One message part on its way to one chat; ``id`` makes it once-only."""

    v: int = 1
    id: str
    chat_id: int
    screen: Screen
    silent: bool = False


def utc_now() -> datetime:
    """The current instant in UTC."""
    return datetime.now(UTC)
