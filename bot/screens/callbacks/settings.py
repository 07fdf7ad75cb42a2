"""Callback data of the reader's own screens: settings, saved stories, files, privacy. Pure.

p:settings, p:zone:2    a screen, where it has pages the page
z:330:2                 the places whose clock is so many minutes ahead of UTC
o:length:short          set something to a value
c:quantization:1        my topics: choose one (C: leave it), "all" for no choice
loud:quantization       alerts about it again
ks:0123456789ab:t:rl:1  about a story: save (S: not), follow its topic (F: not), dislike, why
feed:new                make an address of the reader's own feed, feed:end revoke it
xb:d:day:1763629200:1   stories of a page as a file: b BibTeX, m Markdown; g, c pictures
"""

from dataclasses import dataclass
from datetime import time, timedelta
from typing import Literal, get_args

from bot.digest.time_zones import all_zones
from bot.languages import LANGUAGES
from bot.model import AtNight, Language, Length
from bot.screens.callbacks.codec import (
    STORY,
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
from bot.screens.callbacks.pages import BACK, Back, DigestPage, KindPage, SavedPage, TopicPage
from bot.taxonomy.topics import Topic

PanelName = Literal[
    "home", "help", "settings", "time", "zone", "often", "length", "language", "cards", "alerts",
    "words", "pause", "search", "ask", "pick", "privacy", "data", "forget", "sure", "chats",
    "feed",
]  # fmt: skip
Act = Literal["s", "S", "f", "F", "n", "t", "r", "a", "e"]
"""Save, do not; follow, do not; dislike; for: off topic, repeat, advertisement, error."""
HOURS = tuple(time(hour) for hour in (7, 8, 9, 10, 12, 15, 18, 20, 22))
CAPS = (3, 5, 10, 20)
PAUSES = (0, 1, 7, 30)
"""Days; 0 ends a pause."""
OFTEN = ("daily", "weekly", "both")
VALUES: dict[str, tuple[str, ...]] = {
    "time": tuple(f"{hour:02}{minute:02}" for hour in range(24) for minute in range(60)),
    "zone": tuple(sorted(all_zones())),
    "often": OFTEN,
    "weekday": tuple("0123456"),
    "length": get_args(Length),
    "language": get_args(Language),
    "cards": ("same", "post", *LANGUAGES),
    "cap": tuple(map(str, CAPS)),
    "night": get_args(AtNight),
    "pause": tuple(map(str, PAUSES)),
}
"""What can be set by a button, and to what."""

_CHOSEN = Field(
    "[a-z0-9_]{1,40}",
    lambda slug: None if slug == "all" else Topic(slug),
    lambda topic: topic or "all",
)


@dataclass(frozen=True)
class Panel(
    ButtonData,
    template="p:{name}{page}",
    name=one_of(*get_args(PanelName)),
    page=optional(number(2), 0),
):
    """A screen of the reader's own; ``page`` counts from 1, 0 is where the reader is."""

    name: PanelName
    page: int = 0


@dataclass(frozen=True)
class ZoneClock(
    ButtonData,
    template="z:{offset}{page}",
    offset=Field(
        "-?[0-9]{1,3}",
        lambda text: timedelta(minutes=int(text)),
        lambda offset: str(offset // timedelta(minutes=1)),
    ),
    page=optional(number(2, least=1), 1),
):
    """A page (from 1) of the places whose clock is that far ahead of UTC."""

    offset: timedelta
    page: int = 1


@dataclass(frozen=True)
class Set(
    ButtonData,
    template="o:{name}:{value}",
    name=one_of(*VALUES),
    value=Field("[A-Za-z0-9_/+-]{1,40}"),
):
    """One setting and its value, one of ``VALUES``; ``ValueError`` for any other."""

    name: str
    value: str

    def __post_init__(self) -> None:
        if self.value not in VALUES[self.name]:
            raise ValueError(f"{self.name} is never {self.value}")


@dataclass(frozen=True)
class Pick(
    ButtonData,
    template="{on}:{topic}:{page}",
    on=choice({"c": True, "C": False}),
    topic=_CHOSEN,
    page=number(2, least=1),
):
    """Have a topic in the digest or not; no topic: have all."""

    topic: Topic | None
    on: bool = True
    page: int = 1


@dataclass(frozen=True)
class Loud(ButtonData, template="loud:{topic}", topic=TOPIC):
    """Alerts about a topic again, that was to be quiet for a while."""

    topic: Topic


@dataclass(frozen=True)
class OwnFeed(ButtonData, template="feed:{act}", act=one_of("new", "end")):
    """A new address of the reader's own feed, in place of any before, or none any more."""

    act: Literal["new", "end"]


@dataclass(frozen=True)
class StoryAct(
    ButtonData,
    template="k{act}:{story}{back}",
    act=one_of(*get_args(Act)),
    story=STORY,
    back=BACK,
):
    """Something about a story, with the page that its card leads back to."""

    act: Act
    story: str
    back: Back | None = None


Filed = DigestPage | TopicPage | KindPage | SavedPage
"""Pages whose stories can be had as a file."""


@dataclass(frozen=True)
class File(
    ButtonData,
    template="x{how}:{of}",
    how=Field("[a-z]?"),
    of=nested(*get_args(Filed)),
):
    """The stories of a page as a file: the letter of a format or a picture, none to ask which."""

    how: str
    of: Filed


@dataclass(frozen=True)
class Export(ButtonData, template="export"):
    """All that is kept about the reader, as a file."""


@dataclass(frozen=True)
class Erase(ButtonData, template="erase"):
    """Forget the reader now."""


PanelCallback = Panel | ZoneClock | Set | Pick | Loud | OwnFeed | StoryAct | File | Export | Erase


def parse_panel(data: str) -> PanelCallback | None:
    """What a button means; None for an old, foreign or forged one."""
    found: PanelCallback | None = parse_any(data, get_args(PanelCallback))
    return found
