"""How routes name a channel: by the same bare positive number, or in a post's address. Pure."""

import re

# Bot API marks channels and supergroups by -100 before the bare id, as -(10**12 + id).
_MARK = 10**12


def bare_id(chat_id: int) -> str:
    """The bare id of a channel from a Bot API, preview or export id."""
    number = abs(chat_id)
    return str(number - _MARK if chat_id < 0 and number > _MARK else number)


def marked_id(bare: str) -> int:
    """The Bot API id of a channel with that bare id."""
    return -(_MARK + int(bare))


# t.me/<name>/12, in a forum t.me/<name>/<topic>/12, in a private channel t.me/c/<id>/12.
_POST = re.compile(
    r"(?:https?:)?//(?:www\.)?(?:t|telegram)\.(?:me|dog)/+(?:s/)?"
    r"(?:c/(?P<number>\d{1,15})|(?P<name>[A-Za-z]\w{2,31}))/(?:\d{1,12}/)?(?P<id>\d{1,12})"
    r"/?(?:[?#].*)?",
    re.ASCII,
)


def post_at(url: str) -> tuple[str, int] | None:
    """The channel's bare id or ``@name``, in lower case, and the message's id in an address."""
    found = _POST.fullmatch(url.strip())
    if found is None:
        return None
    return found["number"] or f"@{found['name'].lower()}", int(found["id"])
