"""The shape of the catalogue: one field per text, ``{name}`` marks what is filled in."""

from dataclasses import dataclass
from datetime import timedelta

from bot.i18n.shape.numbers_dates import AgoWords, Forms, Words
from bot.model.digest import PeriodName


@dataclass(frozen=True, kw_only=True)
class Messages:
    """All texts of one language; templates are filled with ``str.format``."""

    words: Words
    ago_words: AgoWords

    # Nouns
    post_forms: Forms
    over_post_forms: Forms  # after "looked through": «по 12 постам»
    channel_forms: Forms
    of_channel_forms: Forms  # after "from": «из 14 каналов»
    story_forms: Forms
    paper_forms: Forms
    repeat_forms: Forms
    skipped_forms: dict[str, Forms]
    skipped_other_forms: Forms

    # Start and subscription
    start_title: str
    start_today: str
    start_empty: str
    start_reading: str
    link_gone: str
    subscribe_button: str
    today_button: str
    topics_button: str
    subscribed: str
    subscribed_weekly: str
    next_digest: str
    already_subscribed: str
    unsubscribed: str
    not_subscribed: str
    unsubscribe_button: str
    welcome_back: str

    # Digest
    day_title: str
    week_title: str
    month_title: str
    counts: str
    here: str
    reading: str
    opening_head: str
    opening_first: str
    top_head: str
    minute_heads: dict[PeriodName, str]
    and_others: str
    papers_heads: dict[PeriodName, str]
    rising: str
    falling: str
    missed: str
    discussed: str
    also: str
    earlier: str
    in_roundups: str
    code: str
    model_link: str
    dataset: str
    without_model: str
    made_by_model: str
    made_without_model: str
    skipped: str
    rest_button: str
    rest_title: str
    quiet: str
    quiet_topics: str
    nothing_read: str
    still_reading: str
    show_all_button: str
    untitled: str
    sources: str
    papers_head: str
    first_seen: str
    to_digest_button: str
    open_post_button: str
    share_button: str
    open_bot_button: str

    # Topics
    topics_title: str
    topics_hint: str
    topic_empty: str
    topic_story: str
    near_topics: str
    unknown_topic: str
    topic_perhaps: str
    of_field: str  # before «channels», where the field of knowledge has a name
    topic_usage: str
    to_topics_button: str
    to_list_button: str

    # Search
    search_usage: str
    search_found: str
    search_found_least: str
    search_nothing: str
    search_reach: str
    search_empty: str
    search_paper_button: str
    search_code_button: str
    search_days_button: str
    search_mine_button: str
    search_near: str
    to_search_button: str
    to_answer_button: str
    to_saved_button: str

    # Charts
    chart_topics_titles: dict[int, str]  # by the days of a bar
    chart_topics_notes: dict[int, str]
    chart_channels_title: str
    chart_channels_note: str
    chart_total: str

    # Help and errors
    help: str
    bad_time: str
    bad_period: str
    old_button: str
    not_allowed: str
    too_many_requests: str

    # Menu of commands
    menu_digest: str
    menu_topic: str
    menu_topics: str
    menu_search: str
    menu_ask: str
    menu_subscribe: str
    menu_unsubscribe: str
    menu_help: str

    # Alerts
    alert_title: str
    alert_count: str
    alert_told: str
    quieter_button: str
    quiet_until_button: str
    quieter: str
    quiet_no_more: str
    alert_card_button: str
    alert_settings_button: str
    follow_button: str
    unfollow_button: str
    followed: str
    unfollowed: str

    # Sources
    source_states_more: str
    source_states: dict[str, str]
    model_troubles: dict[str, str]
    nothing_readable: str

    def posts(self, count: int) -> str:
        """«38 постов»."""
        return self.words.counted(count, self.post_forms)

    def over_posts(self, count: int) -> str:
        """«12 418 постам», as after «по»."""
        return self.words.counted(count, self.over_post_forms)

    def channels(self, count: int) -> str:
        """«3 канала»."""
        return self.words.counted(count, self.channel_forms)

    def of_channels(self, count: int) -> str:
        """«14 каналов», as after «из»."""
        return self.words.counted(count, self.of_channel_forms)

    def stories(self, count: int) -> str:
        """«12 историй»."""
        return self.words.counted(count, self.story_forms)

    def papers(self, count: int) -> str:
        """«7 статей»."""
        return self.words.counted(count, self.paper_forms)

    def ago(self, passed: timedelta) -> str:
        """«2 ч назад»."""
        return self.ago_words.ago(passed)
