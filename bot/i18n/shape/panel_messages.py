"""The shape of the texts on a reader's own screens: one field per text, as in the catalogue."""

from dataclasses import dataclass

from bot.i18n.shape.numbers_dates import Forms


@dataclass(frozen=True, kw_only=True)
class PanelMessages:
    """All texts of one language; templates are filled with ``str.format``."""

    # Ways
    home_button: str
    help_button: str
    settings_button: str
    saved_button: str
    search_button: str
    week_button: str
    files_button: str
    privacy_button: str
    other_time_button: str
    other_zone_button: str
    pick_button: str
    browse_button: str
    to_settings_button: str
    to_story_button: str
    to_privacy_button: str
    to_files_page_button: str

    # Settings
    settings_title: str
    settings_next: str
    settings_paused: str
    settings_stopped: str
    settings_saved_at_once: str
    time_row: str
    zone_row: str
    often_row: str
    topics_row: str
    length_row: str
    alerts_row: str
    language_row: str
    cards_row: str
    choice_titles: dict[str, str]
    card_languages: dict[str, str]
    places_title: str
    zone_ask: str
    zone_unknown: str
    clock_title: str
    clock_send_button: str
    clock_here_button: str
    daily: str
    weekly: str
    both: str
    lengths: dict[str, str]
    nights: dict[str, str]
    all_topics: str
    cap: str
    day_forms: Forms
    pause_button: str
    resume_button: str
    leave_button: str
    time_title: str
    zone_title: str
    zone_check: str
    often_title: str
    alerts_title: str
    alerts_none: str
    alerts_quiet: str
    quiet_topic: str
    loud_button: str
    pause_title: str
    pause_days: str

    # Followed words
    words_row: str
    alerts_words: str
    following_title: str
    following_hint: str
    following_rests: str
    follow_usage: str
    following_button: str
    follow_week: str
    follow_unknown: str
    follow_refused: dict[str, str]
    unfollow_unknown: str
    follow_search_button: str
    follow_again_button: str
    words_found_button: str
    undo_button: str
    words_alert_title: str
    followed_section: str
    # My feed
    feed_button: str
    feed_title: str
    feed_offer: str
    feed_told: str
    feed_made: str
    feed_make_button: str
    feed_again_button: str
    feed_end_button: str
    feed_ended: str

    # My topics
    pick_title: str
    pick_all: str
    pick_some: str
    pick_all_button: str

    # Story
    save_button: str
    unsave_button: str
    dislike_button: str
    saved: str
    unsaved: str
    saved_full: str
    dislike_title: str
    reasons: dict[str, str]
    disliked: str

    # Topic
    days_7: str
    days_30: str

    # Saved
    saved_title: str
    saved_empty: str

    # Files
    files_title: str
    chart_button: str
    channels_chart_button: str
    no_papers: str
    no_stories: str
    file_failed: str
    sending: str

    # Search
    offer_title: str
    no_adverts: str
    offer_button: str
    numbers_open: str
    post_unknown: str
    paper_unknown: str
    only_words: str
    lift_button: str
    search_filters: str
    search_gone: str
    posts_unavailable: str

    # Questions to the archive
    ask_button: str
    ask_usage: str
    ask_waiting: str
    ask_cut: str
    ask_anew: str
    answer_none: str
    answer_best: str
    answer_nearest: str
    answer_without: dict[str, str]  # by why no model answered
    answer_again: str
    answer_by_model: str
    answer_hint: str

    # Privacy
    privacy: str
    my_data_button: str
    forget_button: str
    my_data_title: str
    forget_title: str
    forget_go_on_button: str
    forget_sure: str
    forget_now_button: str
    keep_button: str
    forgotten: str
    export_caption: str

    # Menu of commands and the bot's profile
    menu_follow: str
    menu_saved: str
    menu_settings: str
    menu_privacy: str
    description: str
    short_description: str
