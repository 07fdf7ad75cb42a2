"""Callback data of the bot's own buttons: short, readable, checked when it comes back. Pure.

d:day:1763629200:2     page 2 of the reader's digest that ended at that Unix second
D:day:1763629200:2     the same over all topics; with :1001234 that of the group -1001234
r:day:1763629200:2     page 2 of what had no place in it (R: over all topics)
s:0123456789ab:d:day:1763629200:2   a story, with the page to go back to
t:quantization:1:30    page 1 of a topic over 30 days (7 unless said)
k:job:1:30             the same of a kind of posts
T:1                    page 1 of the list of topics
q:0123456789ab:1:pm30  page 1 of a search: with a paper, on my topics, 30 days
S:1                    page 1 of what the reader saved
a:0123456789ab         the answer to a question of the reader's
f:quantization         follow a topic (F: no more)
fs:q:0123456789ab:1:p  follow what that search looks for (Fs: no more)
fw:0123456789ab        follow these words again (Fw: no more); w:… what they find
sub  unsub  lang:ru    sub:s:0123456789ab leads back to that story
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

from bot.model import Button, Language, PeriodName
from bot.screens.callbacks.codec import (
    PAGE,
    POST_KIND,
    STORY,
    TOKEN,
    TOPIC,
    ButtonData,
    Field,
    choice,
    nested,
    number,
    one_of,
    optional,
    parse_any,
)
from bot.taxonomy.topics import Kind, Topic

_SECOND = Field(
    "[0-9]{1,10}",
    lambda text: datetime.fromtimestamp(int(text), UTC) if int(text) else None,
    lambda until: str(int(until.timestamp()) if until else 0),
)
_GROUP = optional(number(16), 0)
_DAYS = Field("[0-9]{0,4}", lambda text: int(text or 0) or None, lambda days: str(days or ""))


@dataclass(frozen=True)
class DigestPage(
    ButtonData,
    template="{mine}:{period}:{until}:{page}{group}",
    mine=choice({"d": True, "D": False}),
    period=one_of(*get_args(PeriodName)),
    until=_SECOND,
    page=PAGE,
    group=_GROUP,
):
    """A page (from 1) of the digest that ended at ``until`` (None: now); ``mine``: my topics.

    ``group`` is the number of the group or channel, without its sign, whose digest it is.
    """

    period: PeriodName
    until: datetime | None
    page: int = 1
    mine: bool = True
    group: int = 0


@dataclass(frozen=True)
class DigestRest(
    ButtonData,
    template="{mine}:{period}:{until}:{page}{group}",
    mine=choice({"r": True, "R": False}),
    period=one_of(*get_args(PeriodName)),
    until=_SECOND,
    page=PAGE,
    group=_GROUP,
):
    """A page (from 1) of what had no place in that digest, as titles."""

    period: PeriodName
    until: datetime | None
    page: int = 1
    mine: bool = True
    group: int = 0


@dataclass(frozen=True)
class TopicPage(
    ButtonData,
    template="t:{topic}:{page}{days}",
    topic=TOPIC,
    page=PAGE,
    days=optional(choice({"30": 30}), 7),
):
    """A page (from 1) of one topic over the last days."""

    topic: Topic
    page: int = 1
    days: Literal[7, 30] = 7


@dataclass(frozen=True)
class KindPage(
    ButtonData,
    template="k:{kind}:{page}{days}",
    kind=POST_KIND,
    page=PAGE,
    days=optional(choice({"30": 30}), 7),
):
    """A page (from 1) of posts of one kind over the last days; never of adverts."""

    kind: Kind
    page: int = 1
    days: Literal[7, 30] = 7


@dataclass(frozen=True)
class TopicList(ButtonData, template="T:{page}", page=PAGE):
    """A page (from 1) of the list of topics."""

    page: int = 1


@dataclass(frozen=True)
class SearchPage(
    ButtonData,
    template="q:{token}:{page}:{paper}{code}{mine}{days}",
    token=TOKEN,
    page=PAGE,
    paper=choice({"p": True, "": False}),
    code=choice({"c": True, "": False}),
    mine=choice({"m": True, "": False}),
    days=_DAYS,
):
    """A page (from 1) of what was found for the text kept under ``token``, filtered by buttons."""

    token: str
    page: int = 1
    paper: bool = False
    code: bool = False
    mine: bool = False
    days: int | None = None


@dataclass(frozen=True)
class SavedPage(ButtonData, template="S:{page}", page=PAGE):
    """A page (from 1) of what the reader saved."""

    page: int = 1


@dataclass(frozen=True)
class AnswerPage(ButtonData, template="a:{token}", token=TOKEN):
    """The answer that is kept under ``token`` for the chat."""

    token: str


Back = DigestPage | TopicPage | KindPage | SearchPage | SavedPage | DigestRest | AnswerPage
"""Where a story can be opened from."""

BACK = optional(nested(*get_args(Back)), None)


@dataclass(frozen=True)
class StoryCard(ButtonData, template="s:{story}{back}", story=STORY, back=BACK):
    """One story, with the page that leads back."""

    story: str
    back: Back | None = None


_SHARED = (StoryCard, DigestPage, TopicPage, KindPage)
SharedPage = StoryCard | DigestPage | TopicPage | KindPage
"""What a shared link leads to."""


@dataclass(frozen=True)
class Subscribe(ButtonData, template="sub{back}", back=optional(nested(*_SHARED), None)):
    """Subscribe at the default time, with what a newcomer came for to go back to."""

    back: SharedPage | None = None


@dataclass(frozen=True)
class Unsubscribe(ButtonData, template="unsub"):
    """Stop the digests."""


@dataclass(frozen=True)
class Follow(ButtonData, template="{on}:{topic}", on=choice({"f": True, "F": False}), topic=TOPIC):
    """Alerts about a topic from now on, or no more."""

    topic: Topic
    on: bool = True


@dataclass(frozen=True)
class FollowSearch(
    ButtonData,
    template="{on}:{page}",
    on=choice({"fs": True, "Fs": False}),
    page=nested(SearchPage),
):
    """Alerts about what a search finds from now on, or no more."""

    page: SearchPage
    on: bool = True


@dataclass(frozen=True)
class FollowWords(
    ButtonData, template="{on}:{token}", on=choice({"fw": True, "Fw": False}), token=TOKEN
):
    """The same about the words of a token, from their list."""

    token: str
    on: bool = True


@dataclass(frozen=True)
class FollowedPage(ButtonData, template="w:{token}", token=TOKEN):
    """What followed words find, as a search."""

    token: str


@dataclass(frozen=True)
class SetLanguage(ButtonData, template="lang:{language}", language=one_of(*get_args(Language))):
    """Change the language of the interface."""

    language: Language


Callback = (
    Back | TopicList | StoryCard | Subscribe | Unsubscribe | SetLanguage
    | Follow | FollowSearch | FollowWords | FollowedPage
)  # fmt: skip


def button(text: str, callback: ButtonData) -> Button:
    """A button that comes back as this callback."""
    return Button(text=text, data=callback.data)


def parse_callback(data: str) -> Callback | None:
    """What a button means; None for an old, foreign or forged one."""
    found: Callback | None = parse_any(data, get_args(Callback))
    return found
