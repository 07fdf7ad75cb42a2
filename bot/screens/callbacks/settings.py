"""Callback data of the reader's own screens: settings, saved stories, files, privacy. Pure.

p:settings, p:zone:2    a screen, where it has pages the page
o:length:short          set something to a value
c:quantization:1        my topics: choose one (C: leave it), "all" for no choice
ks:0123456789ab:t:rl:1  about a story: save (S: not), follow its topic (F: not), dislike, why
xb:d:day:1763629200:1   stories of a page as a file: b BibTeX, m Markdown; g, c pictures
"""

import re
from datetime import time
from typing import Literal, NamedTuple, get_args

from bot.digest.time_zones import ZONES
from bot.model import AtNight, Length
from bot.screens.callbacks.pages import (
    Back,
    DigestPage,
    SavedPage,
    SearchPage,
    TopicPage,
    parse_origin,
)
from bot.taxonomy.topics import Topic

PanelName = Literal[
    "home", "help", "settings", "time", "zone", "often", "alerts", "pause", "search", "pick",
    "privacy", "data", "forget", "sure",
]  # fmt: skip
Act = Literal["s", "S", "f", "F", "n", "t", "r", "a", "e"]
"""Save, do not; follow, do not; dislike; for: off topic, repeat, advertisement, error."""
How = Literal["", "b", "m", "g", "c"]
"""Ask which; BibTeX; Markdown; a picture of topics by week; one of channels by topic."""

HOURS = tuple(time(hour) for hour in (7, 8, 9, 10, 12, 15, 18, 20, 22))
CAPS = (3, 5, 10, 20)
PAUSES = (0, 1, 7, 30)
"""Days; 0 ends a pause."""
OFTEN = ("daily", "weekly", "both")
VALUES: dict[str, tuple[str, ...]] = {
    "time": tuple(f"{at:%H%M}" for at in HOURS),
    "zone": tuple(zone.name for zone in ZONES),
    "often": OFTEN,
    "weekday": tuple("0123456"),
    "length": get_args(Length),
    "language": ("ru", "en"),
    "cap": tuple(map(str, CAPS)),
    "night": get_args(AtNight),
    "pause": tuple(map(str, PAUSES)),
}
"""What can be set by a button, and to what."""

_PANEL = re.compile(r"p:([a-z]{1,10})(?::([0-9]{1,2}))?")
_SET = re.compile(r"o:([a-z]{1,10}):([A-Za-z0-9_/+-]{1,40})")
_PICK = re.compile(r"([cC]):([a-z0-9_]{1,40}):([0-9]{1,2})")
_STORY = re.compile(r"k([sSfFntrae]):([0-9a-f]{1,16})(?::(.+))?")
_FILE = re.compile(r"x([bmgc]?):(.+)")


class Panel(NamedTuple):
    """A screen of the reader's own; ``page`` counts from 1, 0 is where the reader is."""

    name: PanelName
    page: int = 0

    @property
    def data(self) -> str:
        """As callback data."""
        return f"p:{self.name}:{self.page}" if self.page else f"p:{self.name}"


class Set(NamedTuple):
    """One setting and its value, one of ``VALUES``."""

    name: str
    value: str

    @property
    def data(self) -> str:
        """As callback data."""
        return f"o:{self.name}:{self.value}"


class Pick(NamedTuple):
    """Have a topic in the digest or not; no topic: have all."""

    topic: Topic | None
    on: bool = True
    page: int = 1

    @property
    def data(self) -> str:
        """As callback data."""
        return f"{'c' if self.on else 'C'}:{self.topic or 'all'}:{self.page}"


class StoryAct(NamedTuple):
    """Something about a story, with the page that its card leads back to."""

    act: Act
    story: str
    back: Back | None = None

    @property
    def data(self) -> str:
        """As callback data."""
        tail = f":{self.back.data}" if self.back else ""
        return f"k{self.act}:{self.story}{tail}"


Filed = DigestPage | TopicPage | SavedPage
"""Pages whose stories can be had as a file."""


class File(NamedTuple):
    """The stories of a page as a file."""

    how: How
    of: Filed

    @property
    def data(self) -> str:
        """As callback data."""
        return f"x{self.how}:{self.of.data}"


class Export(NamedTuple):
    """All that is kept about the reader, as a file."""

    data: str = "export"


class Erase(NamedTuple):
    """Forget the reader now."""

    data: str = "erase"


PanelCallback = Panel | Set | Pick | StoryAct | File | Export | Erase


def parse_panel(data: str) -> PanelCallback | None:
    """What a button means; None for an old, foreign or forged one."""
    if data in ("export", "erase"):
        return Export() if data == "export" else Erase()
    return _panel(data) or _set(data) or _pick(data) or _story(data) or _file(data)


def _panel(data: str) -> Panel | None:
    found = _PANEL.fullmatch(data)
    known = next((name for name in get_args(PanelName) if found and name == found[1]), None)
    return Panel(known, int(found[2] or 0)) if found and known else None


def _set(data: str) -> Set | None:
    found = _SET.fullmatch(data)
    return Set(found[1], found[2]) if found and found[2] in VALUES.get(found[1], ()) else None


def _pick(data: str) -> Pick | None:
    found = _PICK.fullmatch(data)
    if not found or not int(found[3]):
        return None
    if found[2] == "all":
        return Pick(None, page=int(found[3]))
    known = found[2] in Topic.__members__
    return Pick(Topic(found[2]), found[1] == "c", int(found[3])) if known else None


def _story(data: str) -> StoryAct | None:
    found = _STORY.fullmatch(data)
    if not found:
        return None
    back = parse_origin(found[3]) if found[3] else None
    act = next(act for act in get_args(Act) if act == found[1])
    return None if found[3] and back is None else StoryAct(act, found[2], back)


def _file(data: str) -> File | None:
    found = _FILE.fullmatch(data)
    of = parse_origin(found[2]) if found else None
    how = next((how for how in get_args(How) if found and how == found[1]), None)
    return None if how is None or of is None or isinstance(of, SearchPage) else File(how, of)
