"""The shape of the texts of the archive's pages; ``{name}`` marks what is filled in."""

from dataclasses import dataclass

from bot.model.digest import PeriodName


@dataclass(frozen=True, kw_only=True)
class WebMessages:
    """What pages of the archive say of their own; all else that they show is of ``Messages``.

    ``months`` are named as they stand without a day.
    """

    site: str
    about: str  # {field}: the name of the field before «channels», or nothing
    months: tuple[str, ...]
    week: str
    now_title: str
    contents_title: str
    search_title: str
    search_label: str
    search_button: str
    search_hint: str
    found_title: str
    page_of: str
    in_weeks: str
    earlier: str
    pages_label: str
    ways_label: str
    skip: str
    more_stories: str
    top_heads: dict[PeriodName, str]
    topics_head: str
    kinds_head: str
    channels_head: str
    months_head: str
    who_writes: str
    also_head: str
    roundups_head: str
    said_of_paper: str
    open_paper: str
    days_in_utc: str
    twins_label: str
    own_feed_title: str
    own_title: str
    own_topics_hint: str
    app_button: str
    app_outside: str
    app_expired: str
    app_unknown: str
    app_story_gone: str
    app_not_understood: str
    missing_title: str
    missing: str
    gone_title: str
    gone: str
    busy: str
    too_many: str
    home_link: str
