"""A digest and who gets it when: period, section, subscription, slot. Pure."""

from datetime import date, time
from typing import Literal, NamedTuple

from pydantic import AwareDatetime, Field

from bot.languages import Language
from bot.model.analysis import Story
from bot.model.value import Value
from bot.taxonomy.topics import Kind, Topic

Cadence = Literal["daily", "weekly"]
CardLanguage = Literal["same", "post"] | Language
"""That of the screens, that of each post, or one of its own."""

_FEW = 10  # posts

PeriodName = Literal["day", "week", "month"]
AtNight = Literal["hold", "silent", "ring"]
Length = Literal["short", "normal", "detailed"]


class Period(Value):
    """Half-open span ``[since, until)`` that a digest covers."""

    name: PeriodName
    since: AwareDatetime
    until: AwareDatetime


class Section(Value):
    """The part of a digest about one topic; about none: what the reader follows by words."""

    topic: Topic | None
    stories: tuple[Story, ...]


class Listing(Value):
    """Posts of a kind that tell no story, listed by title, and how many ``more`` there are."""

    kind: Kind
    stories: tuple[Story, ...]
    more: int = 0


class Claim(Value):
    """A sentence of an opening with the keys of the entries that bear it out, one at least."""

    text: str
    entries: tuple[str, ...]


class Theme(Value):
    """What several entries share; ``entries`` are their keys, two at least."""

    headline: str
    claims: tuple[Claim, ...]
    entries: tuple[str, ...]

    @property
    def text(self) -> str:
        """All its sentences."""
        return " ".join(claim.text for claim in self.claims)


class Opening(Value):
    """What a digest begins with where a model wrote one: plain text, checked against the cards.

    ``highlights`` say why a post comes first, one entry each.
    """

    v: int = 1
    intro: str = ""
    themes: tuple[Theme, ...] = ()
    highlights: tuple[Claim, ...] = ()


class Trend(Value):
    """A topic with its posts in a usual week, and in a week of late."""

    topic: Topic
    before: int
    now: int


class Unread(NamedTuple):
    """What is not read yet: channels with history left, posts that wait for the analyst."""

    channels: int = 0
    posts: int = 0

    @property
    def much(self) -> bool:
        """True for more than what a few channels bring in a minute."""
        return self.channels > 0 or self.posts > _FEW


ALL_READ = Unread()


class Digest(Value):
    """A composed digest.

    ``skipped`` counts left-out posts by kind, ``repeats`` those folded into a story,
    ``left_out`` stories beyond the limit or a share of it. ``top`` are ids of stories that it
    names first; ``lists`` are no stories and counted nowhere; ``rising`` and ``falling`` topics
    changed most.
    """

    period: Period
    language: Language
    sections: tuple[Section, ...]
    posts: int
    channels: int
    repeats: int = 0
    skipped: dict[Kind, int] = Field(default_factory=dict)
    left_out: int = 0
    opening: Opening | None = None
    top: tuple[str, ...] = ()
    lists: tuple[Listing, ...] = ()
    rising: tuple[Trend, ...] = ()
    falling: tuple[Trend, ...] = ()

    @property
    def stories(self) -> tuple[Story, ...]:
        """All stories in reading order."""
        return tuple(story for section in self.sections for story in section.stories)


class QuietTopic(Value):
    """A followed topic that brings no alerts until an instant."""

    topic: Topic
    until: AwareDatetime


class Following(Value):
    """Words that a reader follows, in the grammar of a search and as typed.

    ``token`` names them in keys and buttons. Every entry that they find has one of ``terms``, and
    all of those that ``needs`` lists, apart by spaces.
    """

    text: str
    token: str
    terms: tuple[str, ...]
    needs: str


class Subscription(Value):
    """A reader: a chat with its language, topics (empty = all), local time and zone.

    ``alerts`` are topics that ring, ``follows`` words that ring and have a section of the digest;
    who has ``left`` hears of no words. ``weekly`` adds the week on ``weekday`` (0 is Monday) to
    daily digests; ``left`` tells one who came back from one who never was here. ``title`` is that
    of a group or a channel.
    """

    v: int = 4
    chat_id: int
    language: Language = "en"
    cards: CardLanguage = "same"
    topics: tuple[Topic, ...] = ()
    at: time = time(9, 0)
    zone: str = "UTC"
    cadence: Cadence = "daily"
    active: bool = True
    alerts: tuple[Topic, ...] = ()
    quiet: tuple[QuietTopic, ...] = ()
    follows: tuple[Following, ...] = ()
    alert_cap: int = 5
    at_night: AtNight = "hold"
    thread: int | None = None
    keeper: int | None = None
    channel: bool = False
    weekly: bool = False
    weekday: int = Field(default=0, ge=0, le=6)
    length: Length = "normal"
    paused_until: AwareDatetime | None = None
    left: bool = False
    title: str = ""


class Slot(Value):
    """One due digest, the unit of once-only: a chat, a cadence and a LOCAL date."""

    chat_id: int
    cadence: Cadence
    day: date
