"""Names of topics, stories and digests, for links to the bot and for inline mode. Pure.

t_quantization       a topic
k_job                a kind of posts
s_0123456789ab       a story
d_20261120           the day that ended at the reader's hour on that date; d_week, d_month: now
d_20261120-0600      the day that ended then, in UTC; d_week_20261120-0600
"""

from datetime import UTC, date, datetime, time
from functools import partial
from typing import NamedTuple, get_args
from zoneinfo import ZoneInfo

from bot.digest.periods import first_instant
from bot.model import Period, PeriodName, Subscription
from bot.screens.callbacks.codec import POST_KIND, STORY, TOPIC, Field, Template, choice, one_of
from bot.screens.callbacks.pages import DigestPage, KindPage, StoryCard, TopicPage

_Named = TopicPage | KindPage | StoryCard | DigestPage


class _LocalDay(NamedTuple):
    """The day that ended at the reader's hour on that date."""

    day: date


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
    partial(DigestPage, mine=False),
    "d_{period}{until}",
    {"period": choice({"": "day", "week_": "week", "month_": "month"}), "until": _MOMENT},
)
_DAY = Template(
    _LocalDay, "d_{day}", {"day": Field(r"\d{8}", date.fromisoformat, "{:%Y%m%d}".format)}
)


def story_payload(story_id: str) -> str:
    """``s_0123456789ab``."""
    return _STORY.dump(StoryCard(story_id))


def digest_name(period: Period, hour: time | None = None) -> str:
    """The digest of a period, for whoever reads daily ones at that hour the short way."""
    local = period.until
    if period.name == "day" and local.time() == hour:
        return _DAY.dump(_LocalDay(local.date()))
    return _ENDED.dump(DigestPage(period.name, local))


def deep_link(username: str, name: str) -> str:
    """The address that opens the bot there."""
    return f"https://t.me/{username}?start={name}"


def named(text: str, reader: Subscription) -> _Named | None:
    """What a name means to a reader; None for any other text."""
    for template in (_TOPIC, _KIND, _STORY, _LATEST, _ENDED):
        if found := template.parse(text):
            return found
    if (local := _DAY.parse(text)) is None:
        return None
    try:
        end = first_instant(local.day, reader.at, ZoneInfo(reader.zone))
    except (ValueError, OverflowError):  # before the first year or after the last
        return None
    return DigestPage("day", end, mine=False)
