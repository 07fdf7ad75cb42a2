"""How routes name a channel: by the same bare positive number, or in a post's address. Pure."""

import re

# Bot API marks channels and supergroups by -100 before the bare id, as -(10**12 + id).
_MARK = 10**12
# Ids of channels in exports of 2021 and before: PeerIdChannelShift in Telegram Desktop's
# data_peer_id.cpp over the 32 bits that ids had then.
_LEGACY_SHIFT = 0x2_0000_0000


def bare_id(chat_id: int) -> str:
    """The bare id of a channel from a Bot API, preview or export id."""
    number = abs(chat_id)
    return str(number - _MARK if chat_id < 0 and number > _MARK else number)


def exported_id(number: int) -> str:
    """The bare id of a channel from the id in an export of any version."""
    legacy = _LEGACY_SHIFT <= number < _LEGACY_SHIFT + 2**32
    return bare_id(number - _LEGACY_SHIFT if legacy else number)


def marked_id(bare: str) -> int:
    """The Bot API id of a channel with that bare id."""
    return -(_MARK + int(bare))


_NAME = r"(?P<name>[A-Za-z]\w{2,31})"
_NUMBER = r"(?P<number>\d{1,15})"
_ID = r"(?P<id>[1-9]\d{0,11})"
# t.me/<name>/12, in a forum t.me/<name>/<topic>/12, in a private channel t.me/c/<id>/12; the
# name may be the host's first part; pages were seen that leave it out: t.me//12.
_POSTS = tuple(
    re.compile(pattern, re.ASCII | re.IGNORECASE)
    for pattern in (
        r"(?:(?:https?:)?//(?:www\.)?(?:t|telegram)\.(?:me|dog))?/+(?:s/)?"
        rf"(?:c/{_NUMBER}|{_NAME})/(?:\d{{1,12}}/)?{_ID}/?(?:[?#].*)?",
        rf"(?:https?:)?//{_NAME}\.t\.me/(?:\d{{1,12}}/)?{_ID}/?(?:[?#].*)?",
        rf"tg:(?://)?resolve\?domain={_NAME}&(?:\w+=\d+&)?post={_ID}(?:&.*)?",
        rf"tg:(?://)?privatepost\?channel={_NUMBER}&(?:\w+=\d+&)?post={_ID}(?:&.*)?",
        rf"(?:https?:)?//(?:t|telegram)\.(?:me|dog)//{_ID}/?(?:[?#].*)?",
    )
)


def post_at(url: str) -> tuple[str, int] | None:
    """The channel's bare id or ``@name``, in lower case, and the message's id in an address.

    The channel is empty where a page leaves its own name out.
    """
    found = next((match for rule in _POSTS if (match := rule.fullmatch(url.strip()))), None)
    if found is None:
        return None
    parts = found.groupdict()
    name = f"@{parts['name'].lower()}" if parts.get("name") else ""
    return parts.get("number") or name, int(parts["id"])
