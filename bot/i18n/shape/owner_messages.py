"""The shape of what those are told who run the bot or a chat: one field per text."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class OwnerMessages:
    """Texts of one language; templates are filled with ``str.format``."""

    # Sources
    sources_title: str
    sources_counts: str
    sources_none: str
    sources_hint: str
    source_ways: dict[str, str]
    source_way: str
    source_posts: str
    source_shares: str
    source_last: str
    source_never: str
    source_paused: dict[str, str]
    check_found: str
    check_preview: str
    check_fresh: str
    check_silent: str
    check_empty: str
    check_no_text: str
    check_pace: str
    check_pace_rare: str
    check_pace_early: str
    add_button: str
    add_read_button: str
    cancel_button: str
    cancelled: str
    added: str
    added_reading: str
    known: str
    renamed: str
    private: str
    loop: str
    garbage: str
    only_first: str
    nothing_to_add: str
    add_usage: str
    file_without_channels: str
    pause_button: str
    resume_button: str
    remove_button: str
    sure: str
    removed: str
    back_to_sources: str
    suggest: str
    suggest_button: str
    suggested: str
    no_more_suggestions: str
    suggestion: str
    suggested_title: str
    suggested_none: str
    suggested_button: str
    suggested_before: str
    suggestions_full: str
    check_all_button: str
    dismiss_button: str
    list_gathering: str
    list_going: str
    list_rests: str
    list_joined: str
    list_checked: str
    list_title: str
    list_outcomes: dict[str, str]
    list_volume: str
    list_volume_free: str
    list_private: str
    list_more: str
    list_add_button: str
    list_added: str
    list_cancelled: str
    list_over: str
    nothing_to_cancel: str
    look_button: str
    lost_source: str
    accepted_before: str

    # A forwarded post
    forward_seen: str
    forward_seen_here: str
    forward_limit: str
    forward_empty: str

    # Desk
    stats_title: str
    stats_posts: str
    stats_waiting: str
    stats_lag: str
    stats_readers: str
    stats_delivered: str
    stats_opened: str
    stats_model: str
    stats_no_model: str
    stats_failures: str
    stats_sources: str
    stats_joined: str
    costs_title: str
    costs_today: str
    costs_held: str
    costs_month: str
    costs_tokens: str
    costs_readers: str
    costs_history: str
    costs_forecast: str
    costs_price: str
    costs_price_unknown: str
    costs_line: str
    costs_more: str
    costs_models: str
    costs_kinds: str
    costs_sources: str
    costs_days: str
    costs_none: str
    costs_no_source: str
    costs_columns: tuple[str, ...]
    costs_span: str
    costs_all: str
    call_kinds: dict[str, str]
    model_ends: str
    model_ends_successor: str
    store_emptied: str
    store_ownerless: str
    errors_title: str
    errors_none: str
    errors_line: str
    errors_retried: str
    errors_hidden: str
    sources_button: str
    costs_button: str
    errors_button: str
    stats_button: str
    retry_button: str
    hide_button: str

    users_title: str
    users_with_digest: str
    users_topics_only: str
    users_paused: str
    users_chats: str
    users_languages: str
    users_none: str
    users_button: str

    # One event or two
    split_button: str
    split_title: str
    split_done: str
    unite_button: str
    unite_title: str
    unite_none: str
    unite_done: str
    undo_button: str

    # Broadcast
    cast_usage: str
    cast_preview: str
    cast_nobody: str
    cast_button: str
    cast_going: str
    cast_done: str
    cast_stopped: str
    cast_gone: str
    stop_button: str
    refresh_button: str

    # Access
    own_id: str
    access_invite: str
    access_allowlist: str
    access_bad_code: str
    invite_made: str
    owner_made: str
    owner_bad_code: str
    allowed: str
    denied: str
    allow_usage: str

    # Groups and channels
    place_group: str
    place_channel: str
    place_own: str
    place_source: str
    place_no_right: str
    place_hint: str
    place_topic: str
    place_daily_button: str
    place_weekly_button: str
    place_asked_button: str
    place_read_button: str
    place_not_admin: str
    place_set: str
    place_stop_button: str
    place_start_button: str
    place_forget: str
    place_forgotten: str
    place_list: str
    place_list_empty: str
    place_list_button: str
    place_silent: str
    place_asked: str
    place_reading: str
    place_lost: str

    # Said in groups
    group_help: str
    group_nothing: str
    group_settings: str
    group_settings_button: str
    group_member: str
    group_anonymous: str
    group_alone: str
    group_old: str

    # Inline mode
    inline_sources: str
    inline_nothing: str

    # Menu of commands
    menu_stats: str
    menu_sources: str
    menu_costs: str
    menu_errors: str
    menu_broadcast: str
    menu_invite: str
    menu_users: str
    help_title: str
    help_allow: str
    help_deny: str
    help_add: str

    def owner_commands(self) -> dict[str, str]:
        """The commands of an owner's menu, each with what it does."""
        return {
            "stats": self.menu_stats,
            "users": self.menu_users,
            "sources": self.menu_sources,
            "costs": self.menu_costs,
            "errors": self.menu_errors,
            "broadcast": self.menu_broadcast,
            "invite": self.menu_invite,
        }

    def owner_usages(self) -> dict[str, str]:
        """All that an owner alone may write, each with what it does."""
        menu = {f"/{name}": said for name, said in self.owner_commands().items()}
        rest = {"/add @name": self.help_add, "/allow 123456": self.help_allow}
        return {**menu, **rest, "/deny 123456": self.help_deny}

    def call_kind(self, kind: str) -> str:
        """What the model was called for; a kind of a newer version is shown as it is."""
        return self.call_kinds.get(kind, kind)
