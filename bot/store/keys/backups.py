"""Keys of backups; which kinds of keys a backup holds, how each joins a store that has data.

A kind is the part of a key's name that it shares with its like: ``story:of`` for
``story:of:@channel/1``. A test asks for a decision about every kind of key.
"""

from collections.abc import Mapping

from bot.store.keys import PREFIX

RESTORING = f"{PREFIX}restoring"
"""STRING: the backup that is being put in, by its hash; nothing else may be done here. Work."""

KEPT: Mapping[str, Mapping[str, str]] = {
    "readers": {
        "subscription": "reader",
        "due subscribers subscribers:topic subscribers:words kept": "of reader",
        "followers followed": "of reader",
        "saved seen dislikes thumbs allowance": "united",
        "slot alert alerts feed:of feed:by": "whole",
        "owners": "owners",
        "owners:languages suggestions": "united",
        "access:admitted access:denied": "access",
    },
    "names": {"channel:alias": "alias"},
    "channels": {"channel": "whole"},
    "sources": {
        "channels channels:listed": "source",
        "channels:seeded channels:accepted": "united",
        "channels:upgraded store:id schema:version bot": "whole",
    },
    "posts": {"post": "post", "part": "whole"},
    "entries": {
        "entry": "entry",
        "entries entries:channel": "united",
        "entries:changed": "of entry",
        "prompts": "greatest",
        "reading opening paper": "whole",
    },
    "ties": {
        "story:of story:alias story:under story:by story:why story:follows": "whole",
        "story:roundups story:verdict": "whole",
    },
    "stories": {
        "story": "members of",
        "story:aliases": "members alias",
        "story:group": "members under",
        "story:apart": "united",
        "telling told:by told:in terms pages:past": "whole",
    },
    "deliveries": {
        "delivery file update shown": "whole",
        "last": "greatest",
    },
    "work": {
        "stream:posts stream:entries stream:dead": "queue",
        "stream:posts:later stream:entries:later albums backlog": "united",
        "album papers:due papers:tries": "united",
        "stream:updates stream:updates:later updates:line": "channel posts",
    },
    "figures": {
        "budget usage costs": "greatest",
        "reached missed opened shutdown:looked shutdown:told": "united",
        "model introduced username": "whole",
    },
}
"""What is kept, in the order of the file: group → kinds → the rule by which they join.

*whole*: where the store has no such key. *united*: members and fields that the store has not.
*greatest*: of two numbers the greater. *of …*: left to what it is derived from. The other rules
are those of ``bot/store/backup/merge.py``.
"""

LEFT_OUT: Mapping[str, str] = {
    "a secret": "owners:code invite feed:made",
    "a lease, a limit, a mark of this moment": "poller lock line limit throttle writable redraw "
    "budget:holds backlog:rest restoring papers:turn",
    "would send what is old": "stream:outbox stream:outbox:later stream:questions "
    "stream:questions:later waiting cast cast:left casts "
    "page pages pages:moved pages:first",
    "what somebody was about to do or looked for": "draft search asked answers lists list "
    "question questions:of questions:open",
    "would be taken up behind what is kept": "import",
    "of one server, its updates and its file": "updates:arrivals updates:parked "
    "forgotten forgotten:rewritten forgotten:walk quarantine",
    "of an earlier version, removed by this one": "lines lines:changed entries:topic",
}
"""What is not kept: the reason → kinds."""
