"""The English texts."""

from bot.i18n.shape.messages import Messages
from bot.i18n.shape.numbers_dates import AgoWords, Words

ENGLISH_MESSAGES = Messages(
    words=Words(
        plural=lambda count: 0 if count == 1 else 1,
        weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        months=(
            *("January", "February", "March", "April", "May", "June"),
            *("July", "August", "September", "October", "November", "December"),
        ),
        thousands=",",
        percent="%",
    ),
    ago_words=AgoWords(
        now="just now",
        minutes="{count} min ago",
        hours="{count} h ago",
        yesterday="yesterday",
        days="{count} days ago",
    ),
    post_forms=("post", "posts"),
    over_post_forms=("post", "posts"),
    channel_forms=("channel", "channels"),
    of_channel_forms=("channel", "channels"),
    story_forms=("story", "stories"),
    paper_forms=("paper", "papers"),
    repeat_forms=("repeat", "repeats"),
    skipped_forms={
        "promo": ("ad", "ads"),
        "service": ("service post", "service posts"),
        "job": ("job offer", "job offers"),
        "meme": ("meme", "memes"),
        "personal": ("personal post", "personal posts"),
        "event": ("event notice", "event notices"),
    },
    skipped_other_forms=("minor post", "minor posts"),
    start_title="🗞 One message instead of {channels}",
    start_today="Today: {posts} → {stories}, {papers}.",
    start_empty="Collecting the first posts. Look in again in ten minutes.",
    subscribe_button="✅ Subscribe · daily at {time}",
    today_button="👀 Today's digest",
    topics_button="🎯 Topics",
    subscribed="Done: a digest every day at {time} ({zone}).",
    subscribed_weekly="Done: a digest once a week, {weekday}, at {time} ({zone}).",
    next_digest="Next: {moment}.",
    already_subscribed="You are subscribed: {time} ({zone}). Another time: /subscribe 08:30",
    unsubscribed="I have stopped writing to you. To come back: /subscribe",
    not_subscribed="You are not subscribed. To subscribe: /subscribe",
    unsubscribe_button="Cancel",
    welcome_back="Welcome back! Your settings were kept.",
    day_title="🗞 Digest · {day}",
    week_title="📅 Week of {span}",
    month_title="📅 Month of {span}",
    counts="{posts} from {channels} → {stories}",
    reading="~{minutes} min",
    opening_head="🧭 What the week was about",
    opening_first="⭐ The model would begin with these",
    most_discussed="🏆 Most discussed",
    rising="📈 Rising: {topics}",
    falling="📉 Cooling: {topics}",
    missed="⏳ Missed on your topics: {stories}",
    discussed="discussed in {channels}",
    code="code",
    model_link="model",
    dataset="data",
    without_model="without a model",
    made_by_model="Summaries are made by a model; check them against the links.",
    made_without_model="“Without a model”: the opening of the post, not a summary.",
    skipped="Left out: {parts}.",
    left_out="Did not fit: {stories}.",
    quiet="All quiet: {posts}, nothing of note.",
    quiet_topics="All quiet: {posts}, nothing on your topics.",
    nothing_read="There were no new posts in this time.",
    show_all_button="Show everything",
    untitled="Untitled",
    sources="Who writes about it",
    papers_head="Papers",
    first_seen="First seen: {moment}",
    to_digest_button="‹ Digest",
    open_post_button="Open the post",
    share_button="🔗 Share",
    open_bot_button="Open in the bot",
    topics_title="🎯 Topics of the week",
    topics_hint="A topic's page: /topic and its name, for example /topic quantization",
    topic_counts="{posts} · {channels} · {papers}",
    topic_empty="Nothing on this topic yet.",
    topic_story="{channels} · {ago}",
    near_topics="Related: {topics}",
    unknown_topic="I do not know the topic “{query}”. Perhaps:",
    topic_usage="Name a topic after the command, for example: /topic quantization",
    to_topics_button="‹ Topics",
    search_usage=(
        "🔎 Send words after the command, for example:\n"
        "/search lora fine-tuning has:paper 30d\n\n"
        'Also: @channel, topic:agents, kind:tutorial, has:code, "exact words", -unwanted'
    ),
    search_found="{posts} found",
    search_found_least="at least {posts} found",
    search_nothing="Nothing found for “{query}”.",
    search_reach="I looked through {posts} since {day}.",
    search_empty="There are no posts to look through yet. Try again in ten minutes.",
    search_paper_button="📄 With a paper",
    search_code_button="💻 With code",
    search_days_button="{days} days",
    search_mine_button="🎯 My topics",
    search_near="Related topics:",
    to_saved_button="‹ Saved",
    to_search_button="‹ Search",
    chart_topics_title="Topics by week",
    chart_topics_note="Posts a week; on the right the last week and its change",
    chart_channels_title="Who writes on what",
    chart_channels_note="Posts of the week by topic and channel",
    chart_total="all",
    help=(
        "I read ML channels and send one message a day: stories, papers, topics. "
        "Every item links to its post.\n\n"
        "/digest — the digest of the day; also /digest week and /digest month\n"
        "/topic quantization — what is written about a topic; /topics — choose yours\n"
        "/search lora has:paper 30d — find posts by words; /saved — what you saved\n"
        "/subscribe 08:30 — send it every day at that time; /unsubscribe — stop\n"
        "/settings — time, topics, language, pause; /privacy — what is kept about you"
    ),
    bad_time="I could not read “{text}”. Send the time like this: /subscribe 09:00",
    bad_period="I could not read “{text}”. Try day, week or month: /digest week",
    old_button="That screen was old; refreshed.",
    not_allowed="Only the bot's owner can do that.",
    only_admins="Only an admin of this chat can do that.",
    too_many_requests="Too often. Try again in {seconds} s.",
    menu_digest="The digest: day, week or month",
    menu_topic="What is written about a topic",
    menu_topics="All topics",
    menu_search="Find posts by words",
    menu_subscribe="Send it every day",
    menu_unsubscribe="Stop sending",
    menu_help="What the bot can do",
    model_troubles={
        "no_quota": "🔴 The model's account is empty. Posts are quoted until it is topped up.",
        "key_refused": "🔴 The model's key is refused ({reason}). Posts are quoted meanwhile.",
        "model_gone": "🔴 The server has no such model ({reason}). Check OPENAI_MODEL.",
        "wrong_address": "🔴 No model answers at OPENAI_BASE_URL ({reason}). Posts are quoted.",
        "context_too_small": "🔴 Posts do not fit into the model's context ({reason}).",
        "failing": "🟡 The model gives no usable answers ({reason}). Trying every five minutes.",
        "budget": "🟡 Today's model budget is used up. New posts are quoted until 00:00 UTC.",
    },
    alert_title="🔔 {topic}",
    alert_count="{number} of {cap} today",
    alert_told="↑ There was an alert about this before: {title}",
    follow_button="🔔 Follow",
    unfollow_button="🔕 Unfollow",
    followed="Following {topic}. News comes at once, at most {cap} a day.",
    unfollowed="Not following {topic} any more.",
    source_states={
        "ok": "🟢 {channel} can be read again.",
        "quiet": "🟡 {channel} has been silent for over a week.",
        "no_preview": (
            "🔴 {channel}: its web preview is off. Make the bot its admin or forward posts."
        ),
        "hidden": (
            "🔴 {channel}: Telegram hides it from the web. Make the bot its admin or forward "
            "posts."
        ),
        "not_a_channel": "🔴 {channel}: this is not a channel. A public channel is needed.",
        "not_found": "🔴 {channel}: there is no such channel. Check the name.",
        "layout_changed": (
            "🔴 {channel}: its page looks unfamiliar, nothing was stored. Update Fortochka."
        ),
        "blocked": "🟡 {channel}: the site asks us to wait. The other channels wait, too.",
        "unreachable": "🟡 {channel} cannot be opened. Trying again, ever less often.",
        "renamed": (
            "🔴 {channel} is another channel now ({reason}). Reading has stopped: "
            "remove it or add it under its new name."
        ),
    },
    nothing_readable="No channel could be read.",
)
