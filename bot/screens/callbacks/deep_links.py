"""Names of topics, stories and digests, for links to the bot and for inline mode. Pure.

t_quantization       a topic
k_job                a kind of posts
s_0123456789ab       a story
d_20261120           the day that ended at the reader's hour on that date; d_week, d_month: now
d_20261120-0600      the day that ended then, in UTC; d_week_20261120-0600
d_20261120-0600_g1001234   the same as the group or channel -1001234 got it
q_0123456789ab       a search; topics, saved, privacy, following: these screens
p_1001234            the settings of that group or channel
"""

from datetime import UTC, date, datetime, time
from functools import partial
from typing import NamedTuple, get_args
from zoneinfo import ZoneInfo

from bot.digest.periods import first_instant
from bot.model import Period, PeriodName, Subscription
from bot.screens.callbacks.codec import (
    POST_KIND,
    STORY,
    TOKEN,
    TOPIC,
    Field,
    Template,
    choice,
    number,
    one_of,
)
from bot.screens.callbacks.groups import GroupAct
from bot.screens.callbacks.pages import (
    DigestPage,
    KindPage,
    SavedPage,
    SearchPage,
    StoryCard,
    TopicList,
    TopicPage,
)
from bot.screens.callbacks.settings import Panel

Linked = TopicPage | KindPage | StoryCard | DigestPage | SearchPage | TopicList | SavedPage | Panel
Named = Linked | GroupAct
"""What a link to the bot may open."""


class _LocalDay(NamedTuple):
    """The day that ended at the reader's hour on that date."""

    day: date


def _ended(period: PeriodName, until: datetime, group: int) -> DigestPage:
    """A digest over all topics, or over those that a group or a channel chose."""
    return DigestPage(period, until, mine=bool(group), group=group)


_FORMAT = "%Y%m%d-%H%M"
_MOMENT = Field(
    r"\d{8}-\d{4}",
    lambda text: datetime.strptime(text, _FORMAT).replace(tzinfo=UTC),
    lambda moment: f"{moment.astimezone(UTC):{_FORMAT}}",
)
_TODAY = DigestPage("day", None)
_TOPIC = Template(TopicPage, "t_{topic}", {"topic": TOPIC})
_KIND = Template(KindPage, "k_{kind}", {"kind": POST_KIND})
_STORY = Template(partial(StoryCard, back=_TODAY), "s_{story}", {"story": STORY})
_LATEST = Template(
    partial(DigestPage, until=None, mine=False),
    "d_{period}",
    {"period": one_of(*get_args(PeriodName))},
)
_ENDED = Template(
    _ended,
    "d_{period}{until}{group}",
    {
        "period": choice({"": "day", "week_": "week", "month_": "month"}),
        "until": _MOMENT,
        "group": Field(
            r"(?:_g\d{1,16})?", lambda text: int(text[2:] or 0), lambda n: f"_g{n}" if n else ""
        ),
    },
)
_DAY = Template(
    _LocalDay, "d_{day}", {"day": Field(r"\d{8}", date.fromisoformat, "{:%Y%m%d}".format)}
)
_SEARCH = Template(partial(SearchPage, page=1), "q_{token}", {"token": TOKEN})
_SETTINGS = Template(GroupAct, "p_{group}", {"group": number(16)})
_SCREENS: dict[str, Linked] = {
    "topics": TopicList(),
    "saved": SavedPage(),
    "privacy": Panel("privacy"),
    "following": Panel("words"),
}
_PLAIN = "menu"  # a name that opens the greeting


def story_payload(story_id: str) -> str:
    """``s_0123456789ab``."""
    return _STORY.dump(StoryCard(story_id))


def page_name(page: object) -> str:
    """The name by which a link opens that screen, or the greeting where it has none."""
    match page:
        case TopicPage():
            return _TOPIC.dump(page)
        case KindPage():
            return _KIND.dump(page)
        case StoryCard():
            return _STORY.dump(page)
        case DigestPage(until=None):
            return _LATEST.dump(page)
        case DigestPage():
            return _ENDED.dump(page)
        case SearchPage():
            return _SEARCH.dump(page)
        case GroupAct():
            return _SETTINGS.dump(page)
        case _:
            return next((name for name, one in _SCREENS.items() if one == page), _PLAIN)


def digest_name(period: Period, hour: time | None = None) -> str:
    """The digest of a period, for whoever reads daily ones at that hour the short way."""
    local = period.until
    if period.name == "day" and local.time() == hour:
        return _DAY.dump(_LocalDay(local.date()))
    return _ENDED.dump(DigestPage(period.name, local))


def deep_link(username: str, name: str) -> str:
    """The address that opens the bot there."""
    return f"https://t.me/{username}?start={name}"


def named(text: str, reader: Subscription) -> Named | None:
    """What a name means to a reader; None for any other text."""
    if text in _SCREENS:
        return _SCREENS[text]
    for template in (_TOPIC, _KIND, _STORY, _LATEST, _ENDED, _SEARCH, _SETTINGS):
        if found := template.parse(text):
            return found
    if (local := _DAY.parse(text)) is None:
        return None
    try:
        end = first_instant(local.day, reader.at, ZoneInfo(reader.zone))
    except (ValueError, OverflowError):  # before the first year or after the last
        return None
    return DigestPage("day", end, mine=False)
