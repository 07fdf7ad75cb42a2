"""Callback data of the bot's own buttons: short, readable, checked when it comes back. Pure.

d:day:1763629200:2     page 2 of the reader's digest that ended at that Unix second
D:day:1763629200:2     the same over all topics
s:0123456789ab:d:day:1763629200:2   a story, with the page to go back to
t:quantization:1:30    page 1 of a topic over 30 days (7 unless said)
T:1                    page 1 of the list of topics
q:0123456789ab:1:pm30  page 1 of a search: with a paper, on my topics, 30 days
S:1                    page 1 of what the reader saved
f:quantization         follow a topic (F: no more)
sub  unsub  lang:ru
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal, NamedTuple, Protocol, TypeVar, get_args

from bot.model import Button, Language, PeriodName
from bot.taxonomy.topics import Topic

C = TypeVar("C", bound="Carried")

MAX_BYTES = 64
"""Telegram's limit for callback data."""

_DIGEST = re.compile(r"([dD]):(day|week|month):([0-9]{1,10}):([0-9]{1,3})")
_STORY = re.compile(r"s:([0-9a-f]{1,16})(?::(.+))?")
_TOPIC = re.compile(r"t:([a-z0-9_]{1,40}):([0-9]{1,3})(?::(30))?")
_TOPICS = re.compile(r"T:([0-9]{1,3})")
_SAVED = re.compile(r"S:([0-9]{1,3})")
_SEARCH = re.compile(r"q:([0-9a-f]{12}):(\d{1,3}):(p?)(c?)(m?)(\d{0,4})")
_FOLLOW = re.compile(r"([fF]):([a-z0-9_]{1,40})")
_LANGUAGE = re.compile(r"lang:(\w+)")


class DigestPage(NamedTuple):
    """A page (from 1) of the digest that ended at ``until`` (None: now); ``mine``: my topics."""

    period: PeriodName
    until: datetime | None
    page: int = 1
    mine: bool = True

    @property
    def data(self) -> str:
        """As callback data."""
        letter = "d" if self.mine else "D"
        second = int(self.until.timestamp()) if self.until else 0
        return f"{letter}:{self.period}:{second}:{self.page}"


class TopicPage(NamedTuple):
    """A page (from 1) of one topic over the last days."""

    topic: Topic
    page: int = 1
    days: Literal[7, 30] = 7

    @property
    def data(self) -> str:
        """As callback data."""
        return f"t:{self.topic}:{self.page}{':30' if self.days == 30 else ''}"


class TopicList(NamedTuple):
    """A page (from 1) of the list of topics."""

    page: int = 1

    @property
    def data(self) -> str:
        """As callback data."""
        return f"T:{self.page}"


class SearchPage(NamedTuple):
    """A page (from 1) of what was found for the text kept under ``token``, filtered by buttons."""

    token: str
    page: int = 1
    paper: bool = False
    code: bool = False
    mine: bool = False
    days: int | None = None

    @property
    def data(self) -> str:
        """As callback data."""
        flags = "p" * self.paper + "c" * self.code + "m" * self.mine
        return f"q:{self.token}:{self.page}:{flags}{self.days or ''}"


class SavedPage(NamedTuple):
    """A page (from 1) of what the reader saved."""

    page: int = 1

    @property
    def data(self) -> str:
        """As callback data."""
        return f"S:{self.page}"


Back = DigestPage | TopicPage | SearchPage | SavedPage
"""Where a story can be opened from."""


class StoryCard(NamedTuple):
    """One story, with the page that leads back."""

    story: str
    back: Back | None = None

    @property
    def data(self) -> str:
        """As callback data."""
        return f"s:{self.story}:{self.back.data}" if self.back else f"s:{self.story}"


class Subscribe(NamedTuple):
    """Subscribe at the default time."""

    data: str = "sub"


class Unsubscribe(NamedTuple):
    """Stop the digests."""

    data: str = "unsub"


class Follow(NamedTuple):
    """Alerts about a topic from now on, or no more."""

    topic: Topic
    on: bool = True

    @property
    def data(self) -> str:
        """As callback data."""
        return f"{'f' if self.on else 'F'}:{self.topic}"


class SetLanguage(NamedTuple):
    """Change the language of the interface."""

    language: Language

    @property
    def data(self) -> str:
        """As callback data."""
        return f"lang:{self.language}"


Callback = Back | TopicList | StoryCard | Subscribe | Unsubscribe | Follow | SetLanguage


class Carried(Protocol):
    """What a button can carry."""

    @property
    def data(self) -> str:
        """At most ``MAX_BYTES``."""
        ...


def button(text: str, callback: Carried) -> Button:
    """A button that comes back as this callback."""
    return Button(text=text, data=callback.data)


def turning(pages: Sequence[C], here: C) -> tuple[tuple[Button, ...], ...]:
    """The row that turns pages: ‹ 2/4 ›; none for a single page."""
    at, last = pages.index(here), len(pages) - 1
    if not last:
        return ()
    row = (button(f"{at + 1}/{last + 1}", here),)
    before = (button("‹", pages[at - 1]),) if at else ()
    after = (button("›", pages[at + 1]),) if at < last else ()
    return ((*before, *row, *after),)


def parse_callback(data: str) -> Callback | None:
    """What a button means; None for an old, foreign or forged one."""
    if found := _STORY.fullmatch(data):
        back = parse_origin(found[2]) if found[2] else None
        return None if found[2] and back is None else StoryCard(found[1], back)
    return parse_origin(data) or _plain(data)


def parse_origin(data: str) -> Back | None:
    """A page that a story can be opened from; None for anything else."""
    if found := _SEARCH.fullmatch(data):
        return _search_page(found)
    if found := _DIGEST.fullmatch(data):
        return _digest_page(found)
    found = _TOPIC.fullmatch(data)
    if found and found[1] in Topic.__members__ and int(found[2]):
        return TopicPage(Topic(found[1]), int(found[2]), 30 if found[3] else 7)
    found = _SAVED.fullmatch(data)
    return SavedPage(int(found[1])) if found and int(found[1]) else None


def _digest_page(found: re.Match[str]) -> DigestPage | None:
    letter, name, second, page = found.groups()
    until = datetime.fromtimestamp(int(second), UTC) if int(second) else None
    period = next(known for known in get_args(PeriodName) if known == name)
    return DigestPage(period, until, int(page), letter == "d") if int(page) else None


def _search_page(found: re.Match[str]) -> SearchPage | None:
    token, page, paper, code, mine, days = found.groups()
    filters = (bool(paper), bool(code), bool(mine), int(days or 0) or None)
    return SearchPage(token, int(page), *filters) if int(page) else None


def _plain(data: str) -> Callback | None:
    if data == "sub":
        return Subscribe()
    if data == "unsub":
        return Unsubscribe()
    if (found := _TOPICS.fullmatch(data)) and int(found[1]):
        return TopicList(int(found[1]))
    if (found := _FOLLOW.fullmatch(data)) and found[2] in Topic.__members__:
        return Follow(Topic(found[2]), found[1] == "f")
    found = _LANGUAGE.fullmatch(data)
    known = next((name for name in get_args(Language) if found and name == found[1]), None)
    return SetLanguage(known) if known else None
