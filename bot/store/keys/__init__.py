"""Every Redis key, each with what it holds and how long it lives; nothing else builds one.

Lifetimes: *permanent* (removed by a command), *work* (until done), *retention* (posts and what is
made of them, counted from the day they were read), *trimmed* (an index whose members go after
their entries have expired), or a stated span.
"""

from datetime import timedelta

PREFIX = "ftk:"

UPDATE_SEEN = timedelta(hours=48)
DELIVERY_KEPT = timedelta(days=14)
LINE_KEPT = timedelta(hours=1)  # how long a message that is not settled holds up those after it
WRITABLE_KEPT = timedelta(minutes=1)
THROTTLE_KEPT = timedelta(minutes=1)
SLOT_KEPT = timedelta(days=14)
ALERTS_COUNTED = timedelta(days=2)
SEEN_KEPT = timedelta(days=35)  # longer than the longest digest
STORY_WINDOW = timedelta(days=14)
EVENT_WINDOW = timedelta(days=7)
CANDIDATE_WINDOW = timedelta(days=15)
TERMS_COUNTED = timedelta(days=56)  # two periods of 28 days: this one and the last
ALBUM_KEPT = timedelta(days=2)
IMPORT_KEPT = timedelta(days=30)
USAGE_KEPT = timedelta(days=90)
SEARCH_KEPT = timedelta(days=7)
ASKED_KEPT = timedelta(minutes=10)
READING_KEPT = timedelta(days=14)
OPENING_KEPT = timedelta(days=14)
HOLD_KEPT = timedelta(days=2)
DISLIKES_KEPT = timedelta(days=180)
QUARANTINE_KEPT = timedelta(days=14)
FEED_SHOWN = timedelta(minutes=10)
DEAD_KEPT = 10_000
PROMPTS_KEPT = 100

UPDATES = f"{PREFIX}stream:updates"
"""STREAM of raw Telegram updates. Work."""
POSTS = f"{PREFIX}stream:posts"
"""STREAM of post keys to analyse. Work."""
ENTRIES = f"{PREFIX}stream:entries"
"""STREAM of entry keys to publish. Work."""
OUTBOX = f"{PREFIX}stream:outbox"
"""STREAM of delivery ids to send. Work."""
DEAD = f"{PREFIX}stream:dead"
"""STREAM of what could not be done, with the reason. Capped at ``DEAD_KEPT``."""
INDEX = f"{PREFIX}entries"
"""ZSET of entry keys by publication time, in seconds. Trimmed."""
CHANGED = f"{PREFIX}entries:changed"
"""ZSET of entry keys by a number that grows with every change, about its time in ms. Trimmed."""
PROMPTS = f"{PREFIX}prompts"
"""ZSET of prompt ids by when each was last preferred, in µs. Permanent, ``PROMPTS_KEPT``."""
BACKLOG = f"{PREFIX}backlog"
"""ZSET of keys of posts to be read again by publication time, in seconds. Work."""
BACKLOG_REST = f"{PREFIX}backlog:rest"
"""STRING: the backlog is left alone until this is gone. Seconds to a day."""
DUE = f"{PREFIX}due"
"""ZSET of chats by the next instant, in seconds, at which a digest is due. Permanent."""
ALBUMS_DUE = f"{PREFIX}albums"
"""ZSET of album keys by the end of their quiet window, in seconds. Work."""
WATCHED = f"{PREFIX}channels"
"""ZSET of the refs of watched channels by the next look, in seconds. Permanent."""
SUBSCRIBERS = f"{PREFIX}subscribers"
"""SET of the chats with an active subscription. Permanent."""
SCHEMA_VERSION = f"{PREFIX}schema:version"
"""STRING: version of the data layout. Permanent."""
STORE_ID = f"{PREFIX}store:id"
"""STRING: when this store was first used, in seconds, and a random name. Permanent."""
LIMIT_ALL = f"{PREFIX}limit:all"
"""STRING: when the next send to anybody may start, in ms. Seconds."""
PACE = f"{PREFIX}limit:digests"
"""STRING: when the next digest to anybody is handed to the sender, in ms. Seconds."""
WRITABLE = f"{PREFIX}writable"
"""STRING: written to find out whether the store can be. ``WRITABLE_KEPT``."""
POLLER = f"{PREFIX}poller"
"""STRING: which process polls Telegram. Its lease."""


def later(stream: str) -> str:
    """ZSET of items put off, by the instant at which they go back to the stream. Work."""
    return f"{stream}:later"


def post(key: str) -> str:
    """HASH ``revision``, … of one post, when and by which way it ``came`` and was ``changed``,
    ``calls`` and ``cost`` of its readings, ``seen:{hours}`` for its views and reactions at that
    age, and ``body`` until an entry holds it. Retention."""
    return f"{PREFIX}post:{key}"


def part(key: str) -> str:
    """STRING: the album whose item has this key. Retention."""
    return f"{PREFIX}part:{key}"


def imported(token: str) -> str:
    """HASH ``ref``, ``message_id`` of an import under way, by its file's hash. ``IMPORT_KEPT``."""
    return f"{PREFIX}import:{token}"


def entry(key: str) -> str:
    """STRING: one entry with its post, see ``bodies``. Retention."""
    return f"{PREFIX}entry:{key}"


def by_channel(ref: str) -> str:
    """ZSET of the entry keys of a channel by publication time. Trimmed."""
    return f"{PREFIX}entries:channel:{ref}"


def story(story_id: str) -> str:
    """SET of the entry keys of a story. Retention."""
    return f"{PREFIX}story:{story_id}"


def story_of(key: str) -> str:
    """STRING: the story that an entry belongs to. Retention."""
    return f"{PREFIX}story:of:{key}"


def story_lookup(lookup: str) -> str:
    """STRING: the story found under a paper, origin, text or band. ``STORY_WINDOW``."""
    return f"{PREFIX}story:by:{lookup}"


def joined_by(key: str) -> str:
    """STRING: why an entry joined its story: a look-up, near text, or what it names. Retention."""
    return f"{PREFIX}story:why:{key}"


def telling(key: str) -> str:
    """STRING: what an entry named when it first came, to be compared. ``CANDIDATE_WINDOW``."""
    return f"{PREFIX}telling:{key}"


def told_by(term: str) -> str:
    """LIST of the last entries found by a name, a word or a link. ``CANDIDATE_WINDOW``."""
    return f"{PREFIX}told:by:{term}"


def told_in(ref: str) -> str:
    """LIST of the terms of a channel's last posts, to know its furniture. ``EVENT_WINDOW``."""
    return f"{PREFIX}told:in:{ref}"


def term_counts(period: int | str) -> str:
    """STRING: how many posts of 28 days had a term, in 131,072 buckets. ``TERMS_COUNTED``."""
    return f"{PREFIX}terms:{period}"


def channel(ref: str) -> str:
    """HASH of one channel: handle, title, route, cursor, ETag, state. Permanent."""
    return f"{PREFIX}channel:{ref}"


def channel_alias(alias: str) -> str:
    """STRING: the ref of a channel known by this handle or id. Permanent."""
    return f"{PREFIX}channel:alias:{alias.casefold()}"


def kept(person: int | str) -> str:
    """SET of groups and channels whose digests a person chose. Permanent, removed by /forget."""
    return f"{PREFIX}kept:{person}"


def subscription(chat_id: int | str) -> str:
    """HASH ``body``, ``next`` of one reader. Permanent, removed by /forget."""
    return f"{PREFIX}subscription:{chat_id}"


def seen(chat_id: int | str) -> str:
    """ZSET of stories sent to a reader by the end of their digest, in seconds. ``SEEN_KEPT``."""
    return f"{PREFIX}seen:{chat_id}"


def saved(chat_id: int | str) -> str:
    """HASH of the stories that a reader saved, by story id. Permanent, removed by /forget."""
    return f"{PREFIX}saved:{chat_id}"


def feed_of(chat_id: int | str) -> str:
    """STRING: the hash of what a reader's feed is asked for by. Permanent, removed by /forget."""
    return f"{PREFIX}feed:of:{chat_id}"


def feed_by(hashed: str) -> str:
    """STRING: the reader whose feed it is, by that hash. Permanent, removed by /forget."""
    return f"{PREFIX}feed:by:{hashed}"


def feed_made(chat_id: int | str, update: int | str) -> str:
    """STRING: what an update has made a feed be asked for by, to be shown. ``FEED_SHOWN``."""
    return f"{PREFIX}feed:made:{chat_id}:{update}"


def dislikes(chat_id: int | str) -> str:
    """HASH of what a reader did not want: story id → why. ``DISLIKES_KEPT`` from the last one."""
    return f"{PREFIX}dislikes:{chat_id}"


def topic_followers(topic: str) -> str:
    """SET of the chats that follow a topic by alerts. Permanent, left by /forget."""
    return f"{PREFIX}subscribers:topic:{topic}"


def alert(story_id: str, chat_id: int | str) -> str:
    """STRING: which of the day's alerts a story was for a chat, and when. ``DELIVERY_KEPT``."""
    return f"{PREFIX}alert:{story_id}:{chat_id}"


def alerts_of_day(chat_id: int | str, day: str) -> str:
    """STRING: how many alerts a chat got on a LOCAL date. ``ALERTS_COUNTED``."""
    return f"{PREFIX}alerts:{chat_id}:{day}"


def slot(chat_id: int | str, cadence: str, day: str) -> str:
    """STRING: the digest of this LOCAL date was composed. ``SLOT_KEPT``."""
    return f"{PREFIX}slot:{chat_id}:{cadence}:{day}"


def delivery(delivery_id: str) -> str:
    """HASH ``state``, ``body``, ``message_id``, ``reason`` of one message. ``DELIVERY_KEPT``."""
    return f"{PREFIX}delivery:{delivery_id}"


def chat_lock(chat_id: int | str) -> str:
    """STRING: who sends to this chat now. Its lease."""
    return f"{PREFIX}lock:chat:{chat_id}"


def chat_line(chat_id: int | str) -> str:
    """ZSET of the keys of a chat's unsettled messages in their order, about ms. ``LINE_KEPT``."""
    return f"{PREFIX}line:chat:{chat_id}"


def throttle(user_id: int | str) -> str:
    """HASH ``tokens``, ``at``, ``told``: how much a user may still ask. ``THROTTLE_KEPT``."""
    return f"{PREFIX}throttle:{user_id}"


def chat_last(chat_id: int | str) -> str:
    """STRING: the last message id known in a chat. ``DELIVERY_KEPT``."""
    return f"{PREFIX}last:chat:{chat_id}"


def chat_limit(chat_id: int | str) -> str:
    """STRING: when the next send to this chat may start, in ms. Seconds to a retry_after."""
    return f"{PREFIX}limit:chat:{chat_id}"


def album(chat_id: int | str, group: str) -> str:
    """HASH of album parts by message id, waiting for the quiet window. ``ALBUM_KEPT``."""
    return f"{PREFIX}album:{chat_id}:{group}"


def budget(day: str) -> str:
    """HASH ``spent``, ``readers`` (of it) in micro-dollars of a UTC day. ``USAGE_KEPT``."""
    return f"{PREFIX}budget:{day}"


def holds(day: str) -> str:
    """ZSET of money held for calls, ``id:cost``, by the end of each lease. ``HOLD_KEPT``."""
    return f"{PREFIX}budget:holds:{day}"


def reading(content: str) -> str:
    """STRING: key of an entry by a text's hash with the prompt that read it. ``READING_KEPT``."""
    return f"{PREFIX}reading:{content}"


def opening(cards: str) -> str:
    """STRING: the opening of a digest over these cards, named by their hash. ``OPENING_KEPT``."""
    return f"{PREFIX}opening:{cards}"


def usage(day: str) -> str:
    """HASH of counters of one UTC day: posts, calls, tokens, offences. ``USAGE_KEPT``."""
    return f"{PREFIX}usage:{day}"


def search(token: str) -> str:
    """STRING: the text of a reader's query, named by its hash. ``SEARCH_KEPT``."""
    return f"{PREFIX}search:{token}"


def asked(chat_id: int | str) -> str:
    """STRING: the button of the question that a chat was asked last. ``ASKED_KEPT``."""
    return f"{PREFIX}asked:{chat_id}"


def file_begun(update: str) -> str:
    """STRING: the file that this update asked for was begun, or has a turn. ``UPDATE_SEEN``."""
    return f"{PREFIX}file:{update}"


def introduced(bot_id: int | str) -> str:
    """HASH: what a bot last said of itself, as a hash of each text. Permanent."""
    return f"{PREFIX}introduced:{bot_id}"


def quarantined(key: str, milliseconds: int) -> str:
    """ANY type but the one that the key must have, found at that moment. ``QUARANTINE_KEPT``."""
    return f"{PREFIX}quarantine:t{milliseconds}:{key.removeprefix(PREFIX)}"
