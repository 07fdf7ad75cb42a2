"""Names of topics, stories and digests, for links to the bot and for inline mode. Pure.

t_quantization       a topic
s_0123456789ab       a story
d_20261120           the day that ended at the reader's hour on that date; d_week, d_month: now
d_20261120-0600      the day that ended then, in UTC; d_week_20261120-0600
"""

import re
from datetime import UTC, date, datetime, time
from typing import get_args
from zoneinfo import ZoneInfo

from bot.digest.periods import first_instant
from bot.model import Period, PeriodName, Subscription
from bot.screens.callbacks.pages import DigestPage, StoryCard, TopicPage
from bot.taxonomy.topics import Topic

_Named = TopicPage | StoryCard | DigestPage

_NAME = re.compile(r"([tsd])_([a-z0-9_-]{1,61})", re.ASCII)
_STORY = re.compile(r"[0-9a-f]{1,16}")
_DATE = re.compile(r"\d{8}", re.ASCII)
_INSTANT = re.compile(r"(?:(week|month)_)?(\d{8}-\d{4})", re.ASCII)
_FORMAT = "%Y%m%d-%H%M"


def story_payload(story_id: str) -> str:
    """``s_0123456789ab``."""
    return f"s_{story_id}"


def digest_name(period: Period, hour: time | None = None) -> str:
    """The digest of a period, for whoever reads daily ones at that hour the short way."""
    local = period.until
    if period.name == "day" and local.time() == hour:
        return f"d_{local:%Y%m%d}"
    which = "" if period.name == "day" else f"{period.name}_"
    return f"d_{which}{local.astimezone(UTC):{_FORMAT}}"


def deep_link(username: str, name: str) -> str:
    """The address that opens the bot there."""
    return f"https://t.me/{username}?start={name}"


def named(text: str, reader: Subscription) -> _Named | None:
    """What a name means to a reader; None for any other text."""
    found = _NAME.fullmatch(text)
    if not found:
        return None
    kind, name = found.groups()
    if kind == "t":
        return TopicPage(Topic(name)) if name in Topic.__members__ else None
    if kind == "s":
        return StoryCard(name, DigestPage("day", None)) if _STORY.fullmatch(name) else None
    return _digest(name, reader)


def _digest(name: str, reader: Subscription) -> DigestPage | None:
    if known := _period(name):
        return DigestPage(known, None, mine=False)
    try:
        if found := _INSTANT.fullmatch(name):
            end = datetime.strptime(found[2], _FORMAT).replace(tzinfo=UTC)
            return DigestPage(_period(found[1] or "day") or "day", end, mine=False)
        if _DATE.fullmatch(name):
            end = first_instant(date.fromisoformat(name), reader.at, ZoneInfo(reader.zone))
            return DigestPage("day", end, mine=False)
    except (ValueError, OverflowError):
        return None
    return None


def _period(name: str) -> PeriodName | None:
    return next((known for known in get_args(PeriodName) if known == name), None)
