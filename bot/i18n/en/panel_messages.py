"""The English texts of a reader's own screens."""

from bot.i18n.shape.panel_messages import PanelMessages

ENGLISH_PANEL_MESSAGES = PanelMessages(
    home_button="‹ Menu",
    help_button="❓ Help",
    settings_button="⚙️ Settings",
    saved_button="💾 Saved",
    search_button="🔎 Search",
    week_button="📅 This week",
    files_button="📎 Files",
    privacy_button="🔒 My data",
    other_time_button="🕘 Another time",
    other_zone_button="🌍 Another zone",
    pick_button="☑ My topics",
    browse_button="📖 Topic pages",
    to_settings_button="‹ Settings",
    to_story_button="‹ Story",
    to_privacy_button="‹ My data",
    to_files_page_button="‹ Back",
    settings_title="⚙️ Settings",
    settings_next="Next digest: {moment}.",
    settings_paused="Paused. Next digest: {moment}.",
    settings_stopped="No digests: you are not subscribed.",
    settings_saved_at_once="Every tap is saved at once.",
    time_row="🕘 Time: {time}",
    zone_row="🌍 Zone: {zone}",
    often_row="📅 How often: {often}",
    topics_row="🎯 Topics: {topics}",
    length_row="📏 Length: {length}",
    alerts_row="🔔 Alerts: {cap}",
    language_row="🗣 Screens: {language}",
    cards_row="📝 Summaries: {language}",
    choice_titles={
        "language": "🗣 In which language are screens to be?",
        "cards": "📝 In which language are posts to be told?",
        "length": "📏 How much is to be told of a story?",
    },
    card_languages={"same": "as screens", "post": "as the post"},
    places_title="🌍 The clock shows {time}. Where are you?",
    zone_ask="🌍 Go by this clock?",
    zone_unknown=(
        "I know no place called “{text}”. Send a larger city, an offset such as +3, or pick one."
    ),
    clock_title="🕘 {time}: what about it?",
    clock_send_button="🕘 Send it at {time}",
    clock_here_button="🌍 It is {time} here",
    daily="daily",
    weekly="weekly, {weekday}",
    both="daily + week, {weekday}",
    lengths={"short": "short", "normal": "normal", "detailed": "detailed"},
    nights={"hold": "at night: hold", "silent": "at night: silent", "ring": "at night: ring"},
    all_topics="all",
    cap="up to {count} a day",
    day_forms=("day", "days"),
    pause_button="⏸ Pause",
    resume_button="▶️ Resume",
    leave_button="🔕 Unsubscribe",
    time_title="🕘 When should it arrive? Now: {time}, {zone}.",
    zone_title="🌍 What time is it where you are? Pick it or send your city.",
    zone_check="Is it {time} where you are? If not, tap 🌍.",
    often_title="📅 How often? The weekly digest comes together with that day's.",
    alerts_title="🔔 News on the topics you follow comes at once: {topics}.",
    alerts_none="🔔 You follow nothing yet. Every topic page has a “Follow” button.",
    alerts_quiet="🔕 No alerts for now: {topics}.",
    quiet_topic="{topic} (until {day})",
    loud_button="🔔 Bring back: {topic}",
    pause_title="⏸ Pause for how long?",
    pause_days="for {days}",
    words_row="🔎 Words: {count}",
    alerts_words="🔎 And with these words: {words}.",
    following_title="🔎 Words that you follow",
    following_hint=(
        "New posts with them come at once, at most {cap} alerts a day in all, and have a section "
        "of their own in the digest."
    ),
    following_rests=(
        "You have unsubscribed, so nothing comes now. /subscribe or another /follow brings it "
        "back."
    ),
    follow_usage=(
        "Send words after the command:\n"
        "/follow {words} has:paper\n"
        '/follow "Yann LeCun" -opinion\n'
        "/follow @channel has:code\n\n"
        "It is read like /search. A page of what was found has a button for the same."
    ),
    following_button="🔎 All my words",
    follow_week="In the last 7 days: {posts}.",
    follow_unknown="I have read nothing of {channels} yet: check the name.",
    follow_refused={
        "nothing": (
            "“{text}” would bring nearly everything. Add a word that tells, a @channel or a "
            "filter: has:paper, has:code, kind:tutorial."
        ),
        "long": "That is too long: {characters} characters at most. Fewer words find more.",
        "many": "You follow {count} already. Remove some first.",
    },
    unfollow_unknown="You do not follow “{text}”.",
    follow_search_button="🔔 Follow this search",
    follow_again_button="🔔 Follow again",
    words_found_button="🔎 What it finds",
    undo_button="↩️ Undo",
    words_alert_title="🔔 You follow: {topic}",
    followed_section="You follow",
    feed_button="📡 My feed",
    feed_title="📡 My feed",
    feed_offer=(
        "The stories of your digests for a feed reader: your topics, your language, the last "
        "days. Whoever has the address can read it, so it is made only when you ask, and you can "
        "end it at any time."
    ),
    feed_told=(
        "You have a feed. I keep only a fingerprint of its address and cannot show it again. "
        "If it is lost, or somebody else knows it, make a new one: the old one then ends."
    ),
    feed_made=(
        "Done. Put one of these addresses into your reader; the first is Atom, the second JSON "
        "Feed. Copy it now, I cannot show it again. Whoever has it can read it."
    ),
    feed_make_button="➕ Make an address",
    feed_again_button="🔄 Make a new address",
    feed_end_button="🗑 End the feed",
    feed_ended="The feed has ended: its address leads nowhere now.",
    pick_title="☑ My topics",
    pick_all="The digest covers all topics. Tick yours to leave the others out.",
    pick_some="The digest covers what you ticked: {topics}.",
    pick_all_button="All topics",
    save_button="💾 Save",
    unsave_button="✓ Saved",
    dislike_button="👎 Not for me",
    saved="Saved.",
    unsaved="Removed from saved.",
    saved_full="You have saved {count} already: remove some first.",
    dislike_title="👎 What is wrong?",
    reasons={
        "t": "Off topic",
        "r": "Seen before",
        "a": "An ad",
        "e": "Mistake in the summary",
    },
    disliked="Noted: there will be less of this.",
    days_7="7 days",
    days_30="30 days",
    saved_title="💾 Saved",
    saved_empty="Nothing yet. Every story card has a “Save” button.",
    files_title="📎 What should I send?",
    chart_button="📊 Posts by topic",
    channels_chart_button="📊 Who on what",
    no_papers="There are no papers here.",
    no_stories="There are no stories here.",
    file_failed="The file could not be sent. Tap again in a minute.",
    sending="Sending.",
    no_adverts="Ads are left out here: no page shows them.",
    offer_title="Search for “{text}”?",
    numbers_open="The numbers under a digest open its cards.",
    offer_button="🔎 Search",
    post_unknown="I do not have this post. Forward it here and I will send its card.",
    paper_unknown="Nobody has written of this paper here yet.",
    only_words="I understand words, links and forwarded posts, but not this. Send words to find.",
    lift_button="✖ Lift the filters",
    search_filters="Filters: {filters}.",
    search_gone="This query is forgotten: a week has passed. Ask again.",
    posts_unavailable="The posts cannot be looked through right now. Try again in a minute.",
    ask_button="❓ Ask",
    ask_usage=(
        "❓ Ask in plain words, for example:\n"
        "/ask what was written about {topic} last week?\n\n"
        "The answer has only what the channels wrote, with a link for each sentence. "
        "Or simply send the question as your next message."
    ),
    ask_waiting="I am still looking for the answer to your last questions. Ask this one after it.",
    ask_cut="Only the first {characters} characters were read.",
    ask_anew="Over an hour has passed, so this was taken as a new question.",
    answer_none="The archive does not say.",
    answer_best="What fits the question best:",
    answer_nearest="What comes nearest:",
    answer_without={
        "off": "This bot has no model to answer with.",
        "away": "The model does not answer right now.",
        "budget": "Today's money for answers is spent.",
        "reader": "You have asked {count} questions today.",
        "unchecked": "The model's answer did not hold against the posts.",
    },
    answer_again="Answers come again from {moment}.",
    answer_by_model="A model put this together from the posts; check it by the links.",
    answer_hint="To ask further, reply to this message within an hour.",
    privacy=(
        "🔒 My data\n\n"
        "What is kept: the chat's number, language, time zone, time, chosen topics, "
        "words that you follow, saved stories, your 👍 and 👎, marks of what was sent already "
        "(35 days at most), a fingerprint of the address of your feed if you made one. No name, "
        "no phone number, no messages.\n\n"
        "What the model sees: texts of public posts and of what you forward to me, and the "
        "questions that you /ask; it knows nothing about who asks. A post that you forward from "
        "no source of mine is kept for 7 days and shown to nobody else.\n\n"
        "When you delete all, it is gone from the database at once, and from the file on its "
        "disk within about an hour.\n\n"
        "Search queries live for a week and are not tied to you. Your questions and their answers "
        "are kept for a week after the last one, so that their buttons work. Whoever runs this "
        "bot is responsible for the data.\n\n"
        "Is one of the channels yours, and you would rather not be here? Write to the bot's "
        "owner to have it removed."
    ),
    my_data_button="📦 My data (.json)",
    forget_button="🗑 Delete all",
    my_data_title="📦 Your data: all that is kept about you, in one file.",
    forget_title=(
        "🗑 Delete all that is known about you: subscription, topics, words, what you saved, "
        "marks? "
        "No more digests will come."
    ),
    forget_go_on_button="Yes, delete",
    forget_sure="Sure? There is no way back.",
    forget_now_button="🗑 Delete now",
    keep_button="‹ Keep it",
    forgotten="Done: nothing is kept about you. To start anew: /start",
    export_caption="All that is kept about you.",
    menu_follow="Hear at once of words and names",
    menu_saved="What you saved",
    menu_settings="Time, topics, language, pause",
    menu_privacy="What is kept about you",
    description=(
        "I read {field}channels and send one message a day: stories, papers, topics. "
        "Every item links to its post. Press Start, then Subscribe."
    ),
    short_description=(
        "A digest of {field}channels: one message a day, every item linked to its post."
    ),
)
