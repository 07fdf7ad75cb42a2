"""Keys of what owners, admins and forwarders do: what each holds and how long it lives."""

from datetime import timedelta

from bot.store.keys import DELIVERY_KEPT, PREFIX

DRAFT_KEPT = timedelta(days=7)
WAITING_KEPT = timedelta(days=2)
ALLOWANCE_KEPT = timedelta(days=2)
CAST_KEPT = timedelta(days=14)
LIST_KEPT = timedelta(days=7)
INVITE_KEPT = timedelta(days=30)
SHOWN_KEPT = DELIVERY_KEPT
THUMBS_KEPT = timedelta(days=35)
ATTENTION_KEPT = timedelta(days=3)
OWNER_CODE_KEPT = timedelta(hours=24)
REWRITE_EVERY = timedelta(hours=1)
ASIDE_KEPT = timedelta(days=7)
"""How long a reader's forward from no source is kept: as long as its card is of use."""

LISTED = f"{PREFIX}channels:listed"
"""SET of the refs of sources that are not looked at: read by updates, or resting. Permanent."""
SEEDED = f"{PREFIX}channels:seeded"
"""SET of the handles that the settings have named so far. Permanent."""
UPGRADED = f"{PREFIX}channels:upgraded"
"""STRING: up to where data of earlier versions were brought to this one's meaning. Permanent."""
ACCEPTED_BEFORE = f"{PREFIX}channels:accepted"
"""SET of the refs of sources that only the upgrade has accepted. Work, until owners are told."""
OWNERS = f"{PREFIX}owners"
"""SET of the people whom a one-time code made owners. Permanent, left by /forget."""
OWNER_CODE = f"{PREFIX}owners:code"
"""HASH ``code``, and a field for each wrong try. ``OWNER_CODE_KEPT``."""
OWNERS_LANGUAGES = f"{PREFIX}owners:languages"
"""HASH of the language in which each owner wrote last. Permanent, left by /forget."""
FORGOTTEN = f"{PREFIX}forgotten"
"""STRING: how many chats were forgotten since the server's file was rewritten. Work."""
REWRITTEN = f"{PREFIX}forgotten:rewritten"
"""STRING: for how many forgotten chats the server's file was last rewritten, and by which run of
the server; a claim of the worker that is about to ask for it; ``done``. ``REWRITE_EVERY``."""
CASTS = f"{PREFIX}casts"
"""SET of the tokens of broadcasts under way. Work."""
SUGGESTIONS = f"{PREFIX}suggestions"
"""HASH of channels that readers suggested, by handle. Work, until an owner decides."""
LISTS = f"{PREFIX}lists"
"""SET of the owners whose list of channels is looked at. Work."""
ADMITTED = f"{PREFIX}access:admitted"
"""SET of people let in by an owner or a code. Permanent, left by /forget."""
DENIED = f"{PREFIX}access:denied"
"""SET of people shut out by an owner. Permanent."""
BOT = f"{PREFIX}bot"
"""STRING: the id of the bot whose readers these are. Permanent."""

USERNAME = f"{PREFIX}username"
"""STRING: the bot's name in Telegram, for links to it. Permanent."""


def draft(token: str) -> str:
    """STRING: what somebody is about to do, named by its hash. ``DRAFT_KEPT``."""
    return f"{PREFIX}draft:{token}"


def waiting(key: str) -> str:
    """HASH of who waits for the entry of a forwarded post. ``WAITING_KEPT``."""
    return f"{PREFIX}waiting:{key}"


def allowance(what: str, chat_id: int | str, day: str) -> str:
    """SET of what a chat used of its allowance on a UTC day. ``ALLOWANCE_KEPT``."""
    return f"{PREFIX}allowance:{what}:{chat_id}:{day}"


def cast(token: str) -> str:
    """HASH ``state``, ``total`` of a broadcast, and where it is shown: ``chat``, ``message``,
    ``language``. ``CAST_KEPT``."""
    return f"{PREFIX}cast:{token}"


def cast_left(token: str) -> str:
    """SET of the chats that a broadcast has not reached yet. ``CAST_KEPT``."""
    return f"{PREFIX}cast:{token}:left"


def source_list(chat_id: int | str) -> str:
    """HASH ``token``, ``state``, … of an owner's list of channels. ``LIST_KEPT``."""
    return f"{PREFIX}list:{chat_id}"


def list_pieces(chat_id: int | str) -> str:
    """LIST of the messages of an owner's list whose names were not read yet. ``LIST_KEPT``."""
    return f"{PREFIX}list:{chat_id}:pieces"


def list_left(chat_id: int | str) -> str:
    """LIST of the names of an owner's list that are to be looked at. ``LIST_KEPT``."""
    return f"{PREFIX}list:{chat_id}:left"


def list_looked(chat_id: int | str) -> str:
    """HASH of what was found of the names of an owner's list. ``LIST_KEPT``."""
    return f"{PREFIX}list:{chat_id}:looked"


def list_open(chat_id: int | str) -> str:
    """STRING: another message of an owner's list may come. Seconds."""
    return f"{PREFIX}list:{chat_id}:open"


def list_turn(chat_id: int | str) -> str:
    """STRING: which process looks at the next name of an owner's list. Its lease."""
    return f"{PREFIX}list:{chat_id}:turn"


def invite(code: str) -> str:
    """STRING: how many people an invitation still admits. ``INVITE_KEPT``."""
    return f"{PREFIX}invite:{code}"


def shown(chat_id: int | str, message_id: int) -> str:
    """STRING: the story that a message of ours showed. ``SHOWN_KEPT``."""
    return f"{PREFIX}shown:{chat_id}:{message_id}"


def thumbs(story_id: str) -> str:
    """HASH of thumbs, up or down, for a story by person. ``THUMBS_KEPT``."""
    return f"{PREFIX}thumbs:{story_id}"


def reached(day: str) -> str:
    """SET of the chats that got a digest of their own on a UTC day. ``ATTENTION_KEPT``."""
    return f"{PREFIX}reached:{day}"


def missed(day: str) -> str:
    """SET of the chats whose own digest did not arrive on a UTC day. ``ATTENTION_KEPT``."""
    return f"{PREFIX}missed:{day}"


def opened(day: str) -> str:
    """SET of the chats that looked at a story on a UTC day. ``ATTENTION_KEPT``."""
    return f"{PREFIX}opened:{day}"
